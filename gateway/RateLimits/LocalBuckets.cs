using System.Collections.Concurrent;

namespace FinCode.Gateway.RateLimits;

/// <summary>
/// The same limits counted in this process alone, for when Redis is away: every replica then lets through as much as
/// all of them together should. Generic cell rate algorithm: a key's value is the time at which its bucket will be full
/// again.
/// </summary>
internal sealed class LocalBuckets(TimeProvider clock)
{
    /// <summary>More keys than this are not kept; those whose buckets are full go first, they say nothing.</summary>
    public const int MaxKeys = 50_000;

    private const long TicksPerMicrosecond = TimeSpan.TicksPerMicrosecond;

    private readonly ConcurrentDictionary<string, long> _fullAt = new();

    public int Count => _fullAt.Count;

    public Verdict Take(string key, Limit limit)
    {
        var now = clock.GetUtcNow().UtcTicks / TicksPerMicrosecond;
        if (_fullAt.Count >= MaxKeys)
            Forget(now);
        while (true)
        {
            var isKnown = _fullAt.TryGetValue(key, out var known);
            var fullAt = Math.Max(isKnown ? known : now, now);
            var next = fullAt + limit.Interval;
            var allowedFrom = next - (limit.Burst * limit.Interval);
            if (allowedFrom > now)
                return new Verdict(false, 0, allowedFrom - now, fullAt - now);
            if (isKnown ? _fullAt.TryUpdate(key, next, known) : _fullAt.TryAdd(key, next))
                return new Verdict(true, (now - allowedFrom) / limit.Interval, 0, next - now);
        }
    }

    private void Forget(long now)
    {
        foreach (var entry in _fullAt.Where(entry => entry.Value <= now))
            _fullAt.TryRemove(entry);
        if (_fullAt.Count >= MaxKeys)
            _fullAt.Clear();
    }
}
