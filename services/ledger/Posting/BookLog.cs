using System.Security.Cryptography;
using System.Text;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Posting;

/// <summary>
/// The log of the session's book: its head is held by one session at a time, and records are added in sets, each with
/// its hashes.
/// </summary>
internal sealed class BookLog(DbSession session)
{
    private const int HashBytes = 32;
    private const byte LeafPrefix = 0;

    private const string Hold =
        "select position, chain_hash, booked_at, closed_until from books where tenant_id = $1 for update";

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
    public async Task AppendAsync(
        IReadOnlyList<BookRecord> records, Func<AccountName, Guid> accountId, DateTimeOffset bookedAt,
        CancellationToken cancellationToken)
    {
        var head = _head ?? throw new InvalidOperationException("Hold the book before adding to it.");
        if (records.Count == 0)
            return;
        var hashed = Hash(head, records);
        var closedUntil = records.OfType<PeriodClosed>().LastOrDefault()?.Until ?? head.ClosedUntil;
        var next = new BookHead(head.Position + records.Count, hashed[^1].ChainHash, bookedAt, closedUntil);

        await using var batch = new NpgsqlBatch(session.Connection, session.Transaction);
        Add(batch, MoveHead, session.Tenant.Value, next.Position, hashed[^1].ChainHash, bookedAt, closedUntil,
            head.Position);
        RecordRows.AddEvents(batch, session.Tenant, hashed);
        RecordRows.AddEntries(batch, session.Tenant, hashed);
        RecordRows.AddLegs(batch, session.Tenant, hashed, accountId);
        await batch.PrepareAsync(cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        if (batch.BatchCommands[0].RecordsAffected != 1)
            throw new InvalidOperationException("The head of a book that was held has moved.");
        _head = next;
    }

    private HashedRecord[] Hash(BookHead head, IReadOnlyList<BookRecord> records)
    {
        var hashed = new HashedRecord[records.Count];
        var chain = head.ChainHash.ToArray();
        Span<byte> link = stackalloc byte[2 * HashBytes];
        for (var i = 0; i < hashed.Length; i++)
        {
            var line = RecordLine.Of(session.Tenant, records[i]);
            var bytes = new byte[1 + Encoding.UTF8.GetByteCount(line)];
            bytes[0] = LeafPrefix;
            Encoding.UTF8.GetBytes(line, bytes.AsSpan(1));
            var leaf = SHA256.HashData(bytes);
            chain.CopyTo(link);
            leaf.CopyTo(link[HashBytes..]);
            chain = SHA256.HashData(link);
            hashed[i] = new HashedRecord(records[i], line, leaf, chain);
        }
        return hashed;
    }

    private async Task<BookHead?> ReadHeadAsync(CancellationToken cancellationToken)
    {
        await using var command = session.Command(Hold, session.Tenant.Value);
        await command.PrepareAsync(cancellationToken);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken)
            ? new BookHead(reader.GetInt64(0), reader.GetFieldValue<byte[]>(1),
                reader.GetFieldValue<DateTimeOffset>(2), reader.IsDBNull(3) ? null : reader.GetFieldValue<DateOnly>(3))
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
