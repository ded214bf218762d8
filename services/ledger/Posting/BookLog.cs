using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The log of the session's book: records are added in sets, and count when the head has moved over them. One session
/// at a time holds the head; what it is to move over may have been inserted before.
/// </summary>
internal sealed class BookLog(DbSession session)
{
    private const string Hold =
        "select position, chain_hash, booked_at, closed_until, watch_revision from books where tenant_id = $1 "
        + "for update";

    private const string HoldIfFree = Hold + " skip locked";

    private const string Open = "insert into books (tenant_id) values ($1) on conflict do nothing";

    private const string MoveHead = """
        update books set position = $2, chain_hash = $3, booked_at = $4, closed_until = $5
        where tenant_id = $1 and position = $6
        """;

    private const string MoveHeadIfFree = """
        with free as materialized (select tenant_id from books where tenant_id = $1 for update skip locked)
        update books b set position = $2, chain_hash = $3, booked_at = $4, closed_until = $5
        from free where b.tenant_id = free.tenant_id and b.position = $6 and b.chain_hash = $7 and b.watch_revision = $8
        """;

    /// <summary>The constraint on what the head has not passed.</summary>
    private const string Tails = "tails_are_booked";

    private BookHead? _head;

    /// <summary>
    /// One writer per book at a time, also over several replicas: whoever holds the head reads the book as it is and
    /// writes to it, until the session ends.
    /// </summary>
    public async Task<BookHead> HoldAsync(CancellationToken cancellationToken)
    {
        if (_head is not null)
            return _head;
        _head = await ReadHeadAsync(Hold, cancellationToken);
        if (_head is not null)
            return _head;
        await using var open = session.Command(Open, session.Tenant.Value);
        await open.ExecuteNonQueryAsync(cancellationToken);
        return _head = await ReadHeadAsync(Hold, cancellationToken)
            ?? throw new InvalidOperationException("A book that was just opened is gone.");
    }

    /// <summary>
    /// Holds the head if nobody else does; null if somebody does. Who has inserted ahead must not wait for whoever
    /// holds it: that one may wait for the places that were taken.
    /// </summary>
    public async Task<BookHead?> TryHoldAsync(CancellationToken cancellationToken) =>
        _head = await ReadHeadAsync(HoldIfFree, cancellationToken);

    /// <summary>
    /// Inserts records for which the head is still to be held and moved, in this session; it need not be held yet. One
    /// round trip.
    /// </summary>
    public async Task InsertAsync(IReadOnlyList<HashedRecord> records, Func<AccountName, Guid> accountId,
        CancellationToken cancellationToken)
    {
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction);
        AddRows(batch, records, accountId);
        if (batch.BatchCommands.Count == 0)
            return;
        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Inserts records, and moves the head that is held over all that was inserted. One round trip.</summary>
    /// <param name="next">The head behind them.</param>
    public async Task AppendAsync(
        IReadOnlyList<HashedRecord> records, BookHead next, Func<AccountName, Guid> accountId,
        CancellationToken cancellationToken)
    {
        var head = _head ?? throw new InvalidOperationException("Hold the book before adding to it.");
        if (next.Position == head.Position)
            return;
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction);
        AddRows(batch, records, accountId);
        Add(batch, MoveHead, session.Tenant.Value, next.Position, next.ChainHash.ToArray(), next.BookedAt,
            next.ClosedUntil, head.Position);
        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        if (batch.BatchCommands[^1].RecordsAffected != 1)
            throw new InvalidOperationException("The head of a book that was held has moved.");
        _head = next;
    }

    /// <summary>
    /// Holds the head and moves it over what was inserted, if it is where that begins and nobody holds it; false if
    /// not. One round trip.
    /// </summary>
    public async Task<bool> TryMoveAsync(BookHead from, BookHead next, CancellationToken cancellationToken)
    {
        await using var move = new NpgsqlBatch(session.Connection, session.Transaction);
        move.BatchCommands.Add(Move(from, next));
        await move.PrepareAsync(cancellationToken);
        if (await move.ExecuteNonQueryAsync(cancellationToken) == 0)
            return false;
        _head = next;
        return true;
    }

    /// <summary>
    /// The same, and commits in that round trip: what was inserted and not passed by the head cannot. When it is false,
    /// nothing is left of the session.
    /// </summary>
    public async Task<bool> TryMoveAndCommitAsync(BookHead from, BookHead next, CancellationToken cancellationToken)
    {
        try
        {
            await session.CommitAsync([Move(from, next)], cancellationToken);
            return true;
        }
        catch (PostgresException beyond) when (beyond.ConstraintName == Tails)
        {
            return false;
        }
    }

    private NpgsqlBatchCommand Move(BookHead from, BookHead next) => Command(MoveHeadIfFree, session.Tenant.Value,
        next.Position, next.ChainHash.ToArray(), next.BookedAt, next.ClosedUntil, from.Position,
        from.ChainHash.ToArray(), from.WatchRevision);

    private void AddRows(
        NpgsqlBatch batch, IReadOnlyList<HashedRecord> records, Func<AccountName, Guid> accountId)
    {
        RecordRows.AddEvents(batch, session.Tenant, records);
        RecordRows.AddEntries(batch, session.Tenant, records);
        RecordRows.AddLegs(batch, session.Tenant, records, accountId);
    }

    private async Task<BookHead?> ReadHeadAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = session.Command(sql, session.Tenant.Value);
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new BookHead(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1),
                reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3),
                reader.GetInt64(4))
            : null;
    }

    internal static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> arguments) =>
        batch.BatchCommands.Add(Command(sql, arguments));

    private static NpgsqlBatchCommand Command(string sql, params ReadOnlySpan<object?> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        return command;
    }
}
