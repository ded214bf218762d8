using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace FinCode.Standalone.Servers;

/// <param name="Folder">Holds the cluster, the superuser's password (mode 0600) and the log; made when absent.</param>
/// <param name="Port">0: any free one.</param>
/// <param name="IsDurable">False for tests only: nothing is forced to disk, a power failure may lose or break
/// everything.</param>
internal sealed record PostgresOptions(string Folder, int Port = 0, bool IsDurable = true)
{
    /// <summary>Further settings of the server: <c>name=value</c>.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];
}

/// <summary>A private PostgreSQL (15 or newer) on loopback, from the machine's own binaries.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    public const string Superuser = "fincode";

    private const int SigInt = 2; // PostgreSQL's fast shutdown
    private const int MaxConnections = 300;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly ServerProcess _process;
    private readonly string _password;

    private PostgresServer(ServerProcess process, int port, string password)
    {
        _process = process;
        _password = password;
        Port = port;
    }

    public int Port { get; }

    public bool HasExited => _process.HasExited;

    public string AdminConnectionString => ConnectionString("postgres", Superuser, _password);

    public string SuperuserConnectionString(string database) => ConnectionString(database, Superuser, _password);

    public string ConnectionString(string database, string user, string password) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Database = database,
        Username = user,
        Password = password,
        MaxPoolSize = 20,
        IncludeErrorDetail = false,
    }.ConnectionString;

    public static async Task<PostgresServer> StartAsync(PostgresOptions options, CancellationToken cancellationToken)
    {
        var bin = FindBinaries();
        var cluster = Path.Combine(options.Folder, "cluster");
        var passwordFile = Path.Combine(options.Folder, "password");
        var user = Environment.IsPrivilegedProcess ? "postgres" : null;
        Directory.CreateDirectory(options.Folder);
        if (!File.Exists(Path.Combine(cluster, "PG_VERSION")))
            await InitializeAsync(bin, options, cluster, passwordFile, user, cancellationToken);
        await EndLeftoverAsync(cluster, cancellationToken);

        var password = (await File.ReadAllTextAsync(passwordFile, cancellationToken)).Trim();
        var port = options.Port == 0 ? FreePort.Find() : options.Port;
        List<string> command =
        [
            Path.Combine(bin, "postgres"), "-D", cluster, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=",
            "-c", $"max_connections={MaxConnections}", "-c", "log_min_messages=warning",
        ];
        if (!options.IsDurable)
            command.AddRange(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
        command.AddRange(options.Settings.SelectMany(setting => new[] { "-c", setting }));
        var process = await ServerProcess.StartAsync(
            command, Path.Combine(options.Folder, "postgres.log"), SigInt, user, StopLimit);
        var server = new PostgresServer(process, port, password);
        await server.WaitUntilReadyAsync(options.Folder, cancellationToken);
        return server;
    }

    public Task StopAsync() => _process.StopAsync();

    /// <summary>Ends it without a shutdown, as a crash would; for tests.</summary>
    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    /// <summary>PostgreSQL's bin folder, newest version first; null when it is not installed.</summary>
    public static string? TryFindBinaries()
    {
        if (Environment.GetEnvironmentVariable("FINCODE_POSTGRES_BIN") is { Length: > 0 } set)
            return set;
        const string debian = "/usr/lib/postgresql";
        var versions = Directory.Exists(debian) ? Directory.GetDirectories(debian) : [];
        var candidates = versions
            .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0)
            .Select(folder => Path.Combine(folder, "bin"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "")
                .Split(':', StringSplitOptions.RemoveEmptyEntries));
        return candidates.FirstOrDefault(folder =>
            File.Exists(Path.Combine(folder, "postgres")) && File.Exists(Path.Combine(folder, "initdb")));
    }

    private static string FindBinaries() => TryFindBinaries() ?? throw new InvalidOperationException(
        "PostgreSQL is not installed. Install it (on Debian: apt-get install postgresql) or set FINCODE_POSTGRES_BIN.");

    private static async Task InitializeAsync(
        string bin, PostgresOptions options, string cluster, string passwordFile, string? user,
        CancellationToken cancellationToken)
    {
        if (Directory.Exists(cluster))
            Directory.Delete(cluster, recursive: true); // an initdb that was cut off
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await File.WriteAllTextAsync(passwordFile, password + "\n", cancellationToken);
        File.SetUnixFileMode(passwordFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (user is not null)
            await RunAsync(["chown", "-R", $"{user}:", options.Folder], cancellationToken);
        List<string> initdb =
        [
            Path.Combine(bin, "initdb"), "-D", cluster, "-U", Superuser, "-A", "scram-sha-256",
            $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions",
        ];
        if (!options.IsDurable)
            initdb.Add("--no-sync");
        if (user is not null)
            initdb.InsertRange(0, ["setpriv", "--reuid", user, "--regid", user, "--clear-groups"]);
        await RunAsync(initdb, cancellationToken);
    }

    /// <summary>
    /// A PostgreSQL that outlived its host on this cluster is stopped first; two on one cluster would destroy it.
    /// Where its first process was killed the others end by themselves, and until they have, a new one refuses to
    /// start.
    /// </summary>
    private static async Task EndLeftoverAsync(string cluster, CancellationToken cancellationToken)
    {
        var pidFile = Path.Combine(cluster, "postmaster.pid");
        if (!File.Exists(pidFile)
            || !int.TryParse((await File.ReadAllLinesAsync(pidFile, cancellationToken))[0], out var first))
            return;
        var since = TimeProvider.System.GetTimestamp();
        while (ProcessesIn(cluster) is { Count: > 0 } left && TimeProvider.System.GetElapsedTime(since) < StopLimit)
        {
            if (left.Contains(first))
                ServerProcess.Signal(first, SigInt);
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }

        // A dead process that nobody has waited for still has its number, which a new server would take for a
        // running one.
        if (ProcessesIn(cluster).Count == 0)
            File.Delete(pidFile);
    }

    /// <summary>All processes of a PostgreSQL work in its cluster's folder.</summary>
    private static List<int> ProcessesIn(string cluster)
    {
        var found = new List<int>();
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id))
                continue;
            try
            {
                if (File.ResolveLinkTarget(Path.Combine(folder, "cwd"), returnFinalTarget: false)?.FullName == cluster)
                    found.Add(id);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // It has just ended, or is somebody else's.
            }
        }
        return found;
    }

    private async Task WaitUntilReadyAsync(string folder, CancellationToken cancellationToken)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await using var connection = new NpgsqlConnection(
                    new NpgsqlConnectionStringBuilder(AdminConnectionString) { Pooling = false }.ConnectionString);
                await connection.OpenAsync(cancellationToken);
                return;
            }
            catch (NpgsqlException) when (!_process.HasExited
                && TimeProvider.System.GetElapsedTime(since) < StartLimit)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), cancellationToken);
            }
            catch (NpgsqlException exception)
            {
                throw new InvalidOperationException(
                    $"PostgreSQL did not start; {Path.Combine(folder, "postgres.log")} says why.", exception);
            }
        }
    }

    private static async Task RunAsync(List<string> command, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[0]} failed: {error} {await output}");
    }
}
