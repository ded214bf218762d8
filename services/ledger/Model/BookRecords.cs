namespace FinCode.Ledger.Model;

/// <summary>Where a book stands.</summary>
/// <param name="Position">How many records it has.</param>
/// <param name="ChainHash">Of the last record; zeros before the first.</param>
/// <param name="BookedAt">Of the last record; booking times never go back.</param>
/// <param name="ClosedUntil">Nothing is booked with a value date up to this day any more.</param>
/// <param name="WatchRevision">Counts how often it changed which accounts are monitored.</param>
internal sealed record BookHead(
    long Position, ReadOnlyMemory<byte> ChainHash, DateTimeOffset BookedAt, DateOnly? ClosedUntil, long WatchRevision)
{
    /// <summary>Nothing was added in between: the chain stands for all of the log.</summary>
    public bool IsSameAs(BookHead other) => Position == other.Position && WatchRevision == other.WatchRevision
        && ChainHash.Span.SequenceEqual(other.ChainHash.Span);
}

/// <summary>A line of a book's log.</summary>
internal abstract record BookRecord(long Position);

internal sealed record EntryRecord(BookedEntry Entry) : BookRecord(Entry.Position);

/// <summary>Something that happened to the book besides entries.</summary>
internal abstract record BookEvent(long Position, DateTimeOffset BookedAt, string? BookedBy, string? ApprovedBy)
    : BookRecord(Position);

/// <param name="Account">As it is from now on.</param>
internal sealed record AccountEvent(
    long Position, bool IsOpening, AccountBalance Account, DateTimeOffset BookedAt, string? BookedBy,
    string? ApprovedBy) : BookEvent(Position, BookedAt, BookedBy, ApprovedBy);

/// <summary>What stands beside the log has been hashed up to here: rows that were written since the last one.</summary>
/// <param name="Count">How many row_hashes it seals.</param>
/// <param name="Digest">SHA-256 over them: docs/ledger-log.md.</param>
internal sealed record RowsSealed(long Position, int Count, ReadOnlyMemory<byte> Digest, DateTimeOffset BookedAt)
    : BookEvent(Position, BookedAt, null, null);

internal sealed record PeriodClosed(
    long Position, DateOnly Until, DateTimeOffset BookedAt, string? BookedBy, string? ApprovedBy)
    : BookEvent(Position, BookedAt, BookedBy, ApprovedBy);
