using FinCode.Standalone.Kafka;
using FinCode.Standalone.Servers;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// PostgreSQL, Redis and the broker: private ones in the data folder, unless connection strings name others.
/// </summary>
internal sealed class PlatformServers : IAsyncDisposable
{
    private PostgresServer? _postgres;
    private RedisServer? _redis;
    private KafkaBroker? _broker;

    public string Postgres { get; private set; } = "";

    public string Redis { get; private set; } = "";

    public string Kafka { get; private set; } = "";

    public static async Task<PlatformServers> StartAsync(
        PlatformOptions options, DataFolder folder, CancellationToken cancellationToken)
    {
        var servers = new PlatformServers();
        try
        {
            await Task.WhenAll(
                servers.StartPostgresAsync(options, folder, cancellationToken),
                servers.StartRedisAsync(options, folder, cancellationToken),
                servers.StartBrokerAsync(options, folder, cancellationToken));
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name of a private server that has ended by itself, or null.</summary>
    public string? Ended() => _postgres?.HasExited == true ? "PostgreSQL" : _redis?.HasExited == true ? "Redis" : null;

    public async ValueTask DisposeAsync()
    {
        if (_broker is not null)
            await _broker.DisposeAsync();
        if (_redis is not null)
            await _redis.DisposeAsync();
        if (_postgres is not null)
            await _postgres.DisposeAsync();
    }

    private async Task StartPostgresAsync(PlatformOptions options, DataFolder folder,
        CancellationToken cancellationToken)
    {
        if (options.Configuration.GetConnectionString("postgres") is { Length: > 0 } given)
        {
            Postgres = given;
            return;
        }
        _postgres = await PostgresServer.StartAsync(
            new PostgresOptions(folder.In("postgres"), IsDurable: options.IsDurable), cancellationToken);
        Postgres = _postgres.AdminConnectionString;
    }

    private async Task StartRedisAsync(PlatformOptions options, DataFolder folder, CancellationToken cancellationToken)
    {
        if (options.Configuration.GetConnectionString("redis") is { Length: > 0 } given)
        {
            Redis = given;
            return;
        }
        _redis = await RedisServer.StartAsync(folder.In("redis"), port: 0, cancellationToken);
        Redis = _redis.ConnectionString;
    }

    private async Task StartBrokerAsync(PlatformOptions options, DataFolder folder, CancellationToken cancellationToken)
    {
        if (options.Configuration.GetConnectionString("kafka") is { Length: > 0 } given)
        {
            Kafka = given;
            return;
        }
        _broker = await KafkaBroker.StartAsync(
            new KafkaBrokerOptions { DataFolder = folder.In("kafka") }, TimeProvider.System, cancellationToken);
        Kafka = _broker.BootstrapServers;
    }
}
