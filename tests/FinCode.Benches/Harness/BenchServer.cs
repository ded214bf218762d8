using FinCode.Standalone.Servers;
using Npgsql;

namespace FinCode.Benches.Harness;

/// <summary>
/// A PostgreSQL for one run, as durable as in production: what is committed is on the disk. Its folder is in
/// <c>/var/tmp</c>, since <c>/tmp</c> may be memory, and goes with it.
/// </summary>
internal sealed class BenchServer : IAsyncDisposable
{
    /// <summary>For both sides of every comparison; the rest is PostgreSQL's default.</summary>
    private static readonly string[] s_settings =
    [
        "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=512MB", "max_wal_size=4GB",
    ];

    private readonly PostgresServer _server;

    private BenchServer(PostgresServer server, string folder, string version)
    {
        _server = server;
        Folder = folder;
        Version = version;
    }

    /// <summary>For files of the run.</summary>
    public string Folder { get; }

    public string Version { get; }

    public PostgresServer Postgres => _server;

    public static async Task<BenchServer> StartAsync(
        IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var folder = Path.Combine("/var/tmp", $"fincode-bench-{Guid.CreateVersion7():N}");
        Directory.CreateDirectory(folder);
        var server = await PostgresServer.StartAsync(
            new PostgresOptions(Path.Combine(folder, "postgres")) { Settings = [.. s_settings, .. settings] },
            cancellationToken);
        var version = (string)(await QueryAsync(
            server.AdminConnectionString, "show server_version", cancellationToken))!;
        return new BenchServer(server, folder, version.Split(' ')[0]);
    }

    public static async Task<object?> QueryAsync(
        string connectionString, string sql, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
