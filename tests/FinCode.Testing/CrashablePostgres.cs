using FinCode.ServiceDefaults;
using FinCode.Standalone.Servers;
using Microsoft.Extensions.Configuration;

namespace FinCode.Testing;

/// <summary>
/// A PostgreSQL of a test's own that forces everything to disk, as in production, with one migrated database: to be
/// killed and started again on the same data and port.
/// </summary>
public sealed class CrashablePostgres : IAsyncDisposable
{
    private const string Password = "only-on-loopback-while-tests-run";

    private readonly PostgresOptions _options;
    private PostgresServer _server;

    private CrashablePostgres(PostgresOptions options, PostgresServer server, ServiceDatabase database)
    {
        _options = options;
        _server = server;
        App = database.App;
        Owner = database.Owner;
    }

    /// <summary>The connection string of the service's own role.</summary>
    public string App { get; }

    /// <summary>The connection string of the database's owner, who sees every tenant's rows.</summary>
    public string Owner { get; }

    public static async Task<CrashablePostgres> StartAsync(ServiceDefinition service)
    {
        var options = new PostgresOptions(TestServers.NewFolder("crashable-postgres"));
        var server = await PostgresServer.StartAsync(options, CancellationToken.None);
        var database = await ServiceDatabase.ProvisionAsync(
            server, service.Noun, service.Noun, Password, null, CancellationToken.None);
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{service.Noun}-owner"] = database.Owner + ";Pooling=false",
        }).Build();
        await service.MigrateAsync(configuration, CancellationToken.None);
        return new CrashablePostgres(options with { Port = server.Port }, server, database);
    }

    /// <summary>kill -9 to its first process; the others notice and end.</summary>
    public Task KillAsync() => _server.KillAsync();

    public async Task StartAgainAsync() => _server = await PostgresServer.StartAsync(_options, CancellationToken.None);

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
