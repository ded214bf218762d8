using System.Collections.Concurrent;
using FinCode.Compliance.Storage;
using FinCode.Messaging;

namespace FinCode.Compliance.Lists;

/// <summary>
/// The entries of editions, parsed once and shared by every list version that holds them: when one list changes, the
/// others are not read again. What the newest versions do not hold is let go.
/// </summary>
internal sealed class ListEditions
{
    /// <summary>Of each list: the one in force, and the one before, which a swap may still need.</summary>
    private const int KeptEditions = 2;

    private readonly ConcurrentDictionary<(string List, long Edition), ListContent> _read = new();

    /// <summary>All entries of a list version, list by list, in a list of the caller's own.</summary>
    public async Task<List<ListedEntry>> ReadAsync(
        DbSession session, long version, CancellationToken cancellationToken)
    {
        var entries = new List<ListedEntry>();
        var parts = await ListStore.ReadEditionsAsync(session, version, cancellationToken);
        foreach (var (list, edition) in parts.OrderBy(part => part.Key, StringComparer.Ordinal))
            entries.AddRange((await ReadAsync(session, list, edition, cancellationToken)).Entries);
        return entries;
    }

    public async Task<ListContent> ReadAsync(
        DbSession session, string list, long edition, CancellationToken cancellationToken)
    {
        if (_read.TryGetValue((list, edition), out var known))
            return known;
        var stored = await ListEditionStore.ReadAsync(session, list, edition, cancellationToken);
        var format = ListFormat.Find(stored?.Format ?? "")
            ?? throw new InvalidOperationException($"Edition {edition} of {list} is in no format that is known.");
        var files = await ListEditionStore.ReadFilesAsync(session, list, edition, cancellationToken);
        var content = format.Read(list, files.ToDictionary(file => file.Key, file => file.Value.Content));
        Keep(list, edition, content);
        return content;
    }

    public void Keep(string list, long edition, ListContent content)
    {
        _read[(list, edition)] = content;
        foreach (var old in _read.Keys.Where(key => key.List == list)
            .OrderByDescending(key => key.Edition).Skip(KeptEditions).ToArray())
            _read.TryRemove(old, out _);
    }
}
