using StackExchange.Redis;

namespace FinCode.Gateway.RateLimits;

/// <summary>
/// Token buckets that all replicas share, by the generic cell rate algorithm in one script: Redis runs it as a whole
/// and with its own clock, so no two requests take the same place and replicas' clocks do not matter. A key holds one
/// number and expires when its bucket is full.
/// </summary>
internal sealed class RedisBuckets : IDisposable
{
    private const string Script = """
        local time = redis.call('TIME')
        local now = time[1] * 1000000 + time[2]
        local interval = tonumber(ARGV[1])
        local burst = tonumber(ARGV[2])
        local full_at = tonumber(redis.call('GET', KEYS[1])) or now
        if full_at < now then full_at = now end
        local next = full_at + interval
        local allowed_from = next - burst * interval
        if allowed_from > now then
            return {0, 0, allowed_from - now, full_at - now}
        end
        redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
        return {1, math.floor((now - allowed_from) / interval), 0, next - now}
        """;

    public const int TimeoutMilliseconds = 500;

    private readonly Lazy<ConnectionMultiplexer> _connection;

    public RedisBuckets(string connectionString, int timeoutMilliseconds = TimeoutMilliseconds)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.BacklogPolicy = BacklogPolicy.FailFast;
        options.HeartbeatInterval = TimeSpan.FromMilliseconds(100);
        options.HeartbeatConsistencyChecks = true;
        options.KeepAlive = 1;
        options.ConnectTimeout = timeoutMilliseconds;
        options.AsyncTimeout = timeoutMilliseconds;
        options.SyncTimeout = timeoutMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry(TimeoutMilliseconds);
        _connection = new Lazy<ConnectionMultiplexer>(() => ConnectionMultiplexer.Connect(options));
    }

    public bool IsConnected => _connection.Value.IsConnected;

    /// <summary>Null when Redis does not answer.</summary>
    public async Task<Verdict?> TryTakeAsync(string key, Limit limit)
    {
        if (!IsConnected)
            return null;
        try
        {
            var values = (long[])(await _connection.Value.GetDatabase().ScriptEvaluateAsync(
                Script, [new RedisKey("rate:" + key)], [limit.Interval, limit.Burst]))!;
            return new Verdict(values[0] == 1, values[1], values[2], values[3]);
        }
        catch (Exception exception) when (exception is RedisException or TimeoutException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        if (_connection.IsValueCreated)
            _connection.Value.Dispose();
    }
}
