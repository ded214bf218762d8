using System.Collections.Concurrent;

namespace FinCode.Ledger.Jobs;

/// <summary>
/// Expired entries that the books refused to let go, and when each is tried again: after a minute, then twice as long
/// each time, up to an hour. A process remembers; another one, or a new one, tries at once.
/// </summary>
internal sealed class RefusedReleases
{
    /// <summary>What is beyond is tried each time.</summary>
    private const int MaxRemembered = 100_000;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<EntryId, (DateTimeOffset NextTry, TimeSpan Pause)> _entries = new();

    public bool MayTry(EntryId entry, DateTimeOffset now) =>
        !_entries.TryGetValue(entry, out var refused) || now >= refused.NextTry;

    public void Remember(EntryId entry, DateTimeOffset now)
    {
        if (_entries.Count < MaxRemembered || _entries.ContainsKey(entry))
            _entries.AddOrUpdate(entry, _ => (now + s_firstPause, s_firstPause), (_, before) => Later(before.Pause));

        (DateTimeOffset, TimeSpan) Later(TimeSpan pause)
        {
            var longer = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
            return (now + longer, longer);
        }
    }

    public void Forget(EntryId entry) => _entries.TryRemove(entry, out _);

    /// <summary>What is still due was tried again long ago; the others were resolved in another way.</summary>
    public void ForgetOld(DateTimeOffset now)
    {
        foreach (var (entry, refused) in _entries)
        {
            if (refused.NextTry + s_longestPause < now)
                Forget(entry);
        }
    }
}
