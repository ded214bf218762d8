namespace FinCode.Gateway.RateLimits;

/// <summary>A token bucket: so many requests at once, refilled at so many a minute.</summary>
internal sealed record Limit(string Name, int PerMinute, int Burst)
{
    private const long MicrosecondsPerMinute = 60_000_000;

    /// <summary>Time that one request costs, in microseconds.</summary>
    public long Interval => Math.Max(1, MicrosecondsPerMinute / PerMinute);

    /// <summary>Seconds in which an empty bucket fills up.</summary>
    public long WindowSeconds => Seconds(Interval * Burst);

    /// <summary>Microseconds in whole seconds, rounded up.</summary>
    public static long Seconds(long microseconds) => (microseconds + 999_999) / 1_000_000;
}

/// <param name="Remaining">Requests that would pass at once now.</param>
/// <param name="RetryAfter">Microseconds until one passes; 0 when this one did.</param>
/// <param name="Reset">Microseconds until the bucket is full.</param>
internal readonly record struct Verdict(bool IsAllowed, long Remaining, long RetryAfter, long Reset);

/// <summary>
/// The limits, by configuration: <c>RateLimits:{Clients|Anonymous|Credentials|Callbacks}:{PerMinute|Burst}</c>.
/// </summary>
internal sealed class Limits
{
    private readonly Dictionary<RouteAccess, Limit> _byAccess;

    public Limits(IConfiguration configuration)
    {
        _byAccess = new Dictionary<RouteAccess, Limit>
        {
            [RouteAccess.Caller] = Read(configuration, "Clients", 6_000, 600),
            [RouteAccess.Anonymous] = Read(configuration, "Anonymous", 1_200, 200),
            [RouteAccess.Credentials] = Read(configuration, "Credentials", 300, 100),
            [RouteAccess.Callback] = Read(configuration, "Callbacks", 12_000, 2_000),
        };
    }

    public Limit Of(RouteAccess access) => _byAccess[access];

    private static Limit Read(IConfiguration configuration, string name, int perMinute, int burst)
    {
        var limit = new Limit(
            name.ToLowerInvariant(), configuration.GetValue($"RateLimits:{name}:PerMinute", perMinute),
            configuration.GetValue($"RateLimits:{name}:Burst", burst));
        return limit is { PerMinute: > 0, Burst: > 0 }
            ? limit
            : throw new InvalidOperationException(
                $"RateLimits:{name}: PerMinute and Burst are positive whole numbers.");
    }
}
