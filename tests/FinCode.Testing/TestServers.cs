using System.Collections.Concurrent;
using FinCode.ServiceDefaults;
using FinCode.Standalone.Servers;
using Microsoft.Extensions.Configuration;

namespace FinCode.Testing;

/// <summary>
/// One private PostgreSQL and one Redis for a test process, started when first asked for and stopped with the process.
/// Each service is migrated once into a template; a test's database is a copy of it.
/// </summary>
public static class TestServers
{
    private const string Password = "only-on-loopback-while-tests-run";
    private static readonly string Folder =
        Path.Combine(Path.GetTempPath(), $"fincode-tests-{Guid.CreateVersion7():N}");
    private static readonly FileStream Lock = new(
        Folder + ".lock", FileMode.Create, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
    private static readonly Lazy<Task<PostgresServer>> Postgres = new(StartPostgresAsync);
    private static readonly Lazy<Task<RedisServer>> Redis =
        new(() => RedisServer.StartAsync(Path.Combine(Folder, "redis"), 0, CancellationToken.None));
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> Templates = new();
    private static readonly SemaphoreSlim Copying = new(1, 1);
    private static int _databases;

    static TestServers() => AppDomain.CurrentDomain.ProcessExit += (_, _) => StopAll();

    /// <summary>A folder of this test process, removed when it ends.</summary>
    public static string NewFolder(string name)
    {
        var folder = Path.Combine(Folder, $"{name}-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(folder);
        return folder;
    }

    public static async Task<string> RedisConnectionStringAsync() => (await Redis.Value).ConnectionString;

    internal static Task<PostgresServer> PostgresAsync() => Postgres.Value;

    /// <summary>The owner's connection string of a database that holds nothing yet.</summary>
    public static async Task<string> NewEmptyDatabaseAsync(string noun)
    {
        var server = await Postgres.Value;
        await Copying.WaitAsync();
        try
        {
            var name = $"{noun}_empty_{Interlocked.Increment(ref _databases)}";
            var database = await ServiceDatabase.ProvisionAsync(
                server, noun, name, Password, null, CancellationToken.None);
            return database.Owner;
        }
        finally
        {
            Copying.Release();
        }
    }

    /// <summary>A migrated database of its own for one service under test.</summary>
    internal static async Task<ServiceDatabase> NewDatabaseAsync(ServiceDefinition service)
    {
        var server = await Postgres.Value;
        var template = await Templates.GetOrAdd(
            service.Noun, _ => new Lazy<Task<string>>(() => MigrateTemplateAsync(server, service))).Value;
        await Copying.WaitAsync();
        try
        {
            var name = $"{service.Noun}_{Interlocked.Increment(ref _databases)}";
            return await ServiceDatabase.ProvisionAsync(
                server, service.Noun, name, Password, template, CancellationToken.None);
        }
        finally
        {
            Copying.Release();
        }
    }

    private static async Task<string> MigrateTemplateAsync(PostgresServer server, ServiceDefinition service)
    {
        var name = $"template_{service.Noun}";
        await Copying.WaitAsync();
        try
        {
            var database = await ServiceDatabase.ProvisionAsync(
                server, service.Noun, name, Password, null, CancellationToken.None);
            var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"ConnectionStrings:{service.Noun}-owner"] = database.Owner + ";Pooling=false",
            }).Build();
            await service.MigrateAsync(configuration, CancellationToken.None);
            return name;
        }
        finally
        {
            Copying.Release();
        }
    }

    private static Task<PostgresServer> StartPostgresAsync()
    {
        RemoveLeftovers();
        return PostgresServer.StartAsync(
            new PostgresOptions(Path.Combine(Folder, "postgres"), IsDurable: false), CancellationToken.None);
    }

    private static void StopAll()
    {
        if (Postgres.IsValueCreated && Postgres.Value.IsCompletedSuccessfully)
            Postgres.Value.Result.KillAsync().Wait();
        if (Redis.IsValueCreated && Redis.Value.IsCompletedSuccessfully)
            Redis.Value.Result.KillAsync().Wait();
        Remove(Folder);
        Lock.Dispose();
    }

    /// <summary>Folders of test processes that were killed: nobody holds their lock any more.</summary>
    private static void RemoveLeftovers()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), "fincode-tests-*"))
        {
            try
            {
                using var free = new FileStream(
                    folder + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1,
                    FileOptions.DeleteOnClose);
                Remove(folder);
            }
            catch (IOException)
            {
                // Its process lives.
            }
        }
    }

    private static void Remove(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (IOException)
        {
            // A server of another process is just ending in it; the next run removes it.
        }
        catch (UnauthorizedAccessException)
        {
            // Likewise.
        }
    }
}
