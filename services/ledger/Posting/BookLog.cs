using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The log of the session's book: its head is held by one session at a time, and records are added in sets.
/// </summary>
internal sealed class BookLog(DbSession session)
{
    private const string Hold =
        "select position, chain_hash, booked_at, closed_until, watch_revision from books where tenant_id = $1 "
        + "for update";

    private const string Open = "insert into books (tenant_id) values ($1) on conflict do nothing";

    private const string MoveHead = """
        update books set position = $2, chain_hash = $3, booked_at = $4, closed_until = $5
        where tenant_id = $1 and position = $6
        """;

    private BookHead? _head;

    /// <summary>
    /// One writer per book at a time, also over several replicas: whoever holds the head reads the book as it is and
    /// writes to it, until the session ends.
    /// </summary>
    public async Task<BookHead> HoldAsync(CancellationToken cancellationToken)
    {
        if (_head is not null)
            return _head;
        _head = await ReadHeadAsync(cancellationToken);
        if (_head is not null)
            return _head;
        await using var open = session.Command(Open, session.Tenant.Value);
        await open.ExecuteNonQueryAsync(cancellationToken);
        return _head = await ReadHeadAsync(cancellationToken)
            ?? throw new InvalidOperationException("A book that was just opened is gone.");
    }

    /// <summary>Adds the records behind the head that is held. One round trip.</summary>
    /// <param name="next">The head behind them.</param>
    public async Task AppendAsync(
        IReadOnlyList<HashedRecord> records, BookHead next, Func<AccountName, Guid> accountId,
        CancellationToken cancellationToken)
    {
        var head = _head ?? throw new InvalidOperationException("Hold the book before adding to it.");
        if (records.Count == 0)
            return;
        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction);
        Add(batch, MoveHead, session.Tenant.Value, next.Position, next.ChainHash.ToArray(), next.BookedAt,
            next.ClosedUntil, head.Position);
        RecordRows.AddEvents(batch, session.Tenant, records);
        RecordRows.AddEntries(batch, session.Tenant, records);
        RecordRows.AddLegs(batch, session.Tenant, records, accountId);
        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        if (batch.BatchCommands[0].RecordsAffected != 1)
            throw new InvalidOperationException("The head of a book that was held has moved.");
        _head = next;
    }

    private async Task<BookHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await using var command = session.Command(Hold, session.Tenant.Value);
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new BookHead(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1),
                reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3),
                reader.GetInt64(4))
            : null;
    }

    internal static void Add(NpgsqlBatch batch, string sql, params ReadOnlySpan<object?> arguments)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        batch.BatchCommands.Add(command);
    }
}
