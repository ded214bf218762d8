namespace FinCode.Auth.Model;

/// <summary>When a key was made and from when on it signs.</summary>
internal interface IScheduledKey
{
    DateTimeOffset SignsFrom { get; }
}

/// <summary>
/// Which key signs and which are published. A key is published well before it signs, because consumers keep the key set
/// for a while, and for as long after it as a token that it signed may live.
/// </summary>
internal sealed record KeySchedule(TimeSpan SignsFor, TimeSpan PublishedAhead, TimeSpan PublishedAfter)
{
    /// <summary>From when on the next key should sign; null when none is due. A first key signs at once.</summary>
    public DateTimeOffset? NextSignsFrom(IReadOnlyCollection<IScheduledKey> keys, DateTimeOffset now)
    {
        if (keys.Count == 0)
            return now;
        var successor = now + PublishedAhead;
        return keys.Max(key => key.SignsFrom) + SignsFor <= successor ? successor : null;
    }

    /// <summary>The newest key whose time has come.</summary>
    public static TKey Signer<TKey>(IEnumerable<TKey> keys, DateTimeOffset now) where TKey : IScheduledKey =>
        keys.Where(key => key.SignsFrom <= now).MaxBy(key => key.SignsFrom)
        ?? throw new InvalidOperationException("No key signs now.");

    /// <summary>Keys whose tokens may be in use, and those that will sign.</summary>
    public IReadOnlyList<TKey> Published<TKey>(IEnumerable<TKey> keys, DateTimeOffset now) where TKey : IScheduledKey
    {
        var ordered = keys.OrderBy(key => key.SignsFrom).ToArray();
        return [.. ordered.Where((_, i) => i == ordered.Length - 1 || ordered[i + 1].SignsFrom + PublishedAfter > now)];
    }
}
