namespace FinCode.Compliance.Lists;

/// <summary>What became of an entry between two editions of its list.</summary>
public enum EntryChangeKind
{
    Added,
    Changed,
    Removed,
}

/// <param name="Hash">Of the entry as it is now (<see cref="EntryHash"/>); null when it was removed.</param>
internal sealed record EntryChange(string EntryId, EntryChangeKind Kind, byte[]? Hash);

/// <summary>An entry that customers have to meet again: it is new, or other than it was.</summary>
internal sealed record ChangedEntry(string List, string EntryId)
{
    /// <summary>An entry that was removed can only let go of somebody.</summary>
    public static IEnumerable<ChangedEntry> Of(string list, IEnumerable<EntryChange> changes) => changes
        .Where(change => change.Kind != EntryChangeKind.Removed)
        .Select(change => new ChangedEntry(list, change.EntryId));
}

/// <summary>Compares two editions entry by entry, by what screening looks at.</summary>
internal static class ListDiff
{
    public static List<EntryChange> Between(IReadOnlyList<ListedEntry> before, IReadOnlyList<ListedEntry> after)
    {
        var known = before.ToDictionary(entry => entry.EntryId, EntryHash.Of, StringComparer.Ordinal);
        var changes = new List<EntryChange>();
        foreach (var entry in after)
        {
            var hash = EntryHash.Of(entry);
            if (!known.Remove(entry.EntryId, out var earlier))
                changes.Add(new EntryChange(entry.EntryId, EntryChangeKind.Added, hash));
            else if (!hash.AsSpan().SequenceEqual(earlier))
                changes.Add(new EntryChange(entry.EntryId, EntryChangeKind.Changed, hash));
        }
        changes.AddRange(known.Keys.Select(gone => new EntryChange(gone, EntryChangeKind.Removed, null)));
        return changes;
    }
}
