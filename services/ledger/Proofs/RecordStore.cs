using System.Text;
using FinCode.Ledger.Proofs.Verification;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Proofs;

/// <summary>An entry's place in the log and the line that was hashed.</summary>
internal sealed record EntryRecordLine(long Position, byte[] LeafHash, string Line);

/// <summary>Entries of the session's book as the lines that proofs are about.</summary>
internal sealed class RecordStore(DbSession session)
{
    private const string Legs = """
        select a.code, l.currency, l.side, l.amount, l.previous_balance, l.new_balance, l.new_available
        from legs l join accounts a on a.id = l.account_id
        where l.tenant_id = $1 and l.entry_position = $2 order by l.number
        """;

    private const string Entry = """
        select position, id, key, content_hash, transaction_id, step, number, kind, resolves, reverses, value_date,
            expires_at, booked_at, booked_by, approved_by, reference, description, metadata, leaf_hash
        from entries where tenant_id = $1 and id = $2
        """;

    public async Task<EntryRecordLine?> FindAsync(EntryId id, CancellationToken cancellationToken)
    {
        if (await FindEntryAsync(id, cancellationToken) is not { } found)
            return null;
        var legs = new List<LoggedLeg>();
        await using var command = session.Command(Legs, session.Tenant.Value, found.Entry.Position);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            legs.Add(new LoggedLeg(
                new LoggedName(reader.GetString(0), reader.GetString(1)), RecordReader.IsDebit(reader.GetString(2)),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        found.Entry.Legs = [.. legs];
        return new EntryRecordLine(
            found.Entry.Position, found.LeafHash, Encoding.UTF8.GetString(new RecordWriter().Write(found.Entry)));
    }

    private async Task<(LoggedEntry Entry, byte[] LeafHash)?> FindEntryAsync(
        EntryId id, CancellationToken cancellationToken)
    {
        await using var command = session.Command(Entry, session.Tenant.Value, id.Value);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        return await row.ReadAsync(cancellationToken) ? (EntryOf(row), row.GetFieldValue<byte[]>(18)) : null;
    }

    private LoggedEntry EntryOf(NpgsqlDataReader row) => new()
    {
        Book = session.Tenant.Value,
        Position = row.GetInt64(0),
        Id = row.GetGuid(1),
        Key = row.GetString(2),
        ContentHash = row.GetFieldValue<byte[]>(3),
        Transaction = row.IsDBNull(4) ? null : row.GetGuid(4),
        Step = row.GetString(5),
        Number = row.GetInt32(6),
        Kind = row.GetString(7),
        Resolves = Rows.Number(row, 8),
        Reverses = Rows.Number(row, 9),
        ValueDate = row.GetFieldValue<DateOnly>(10),
        ExpiresAt = row.IsDBNull(11) ? null : row.GetDateTime(11),
        BookedAt = row.GetDateTime(12),
        BookedBy = Rows.Text(row, 13),
        ApprovedBy = Rows.Text(row, 14),
        Reference = Rows.Text(row, 15),
        Description = Rows.Text(row, 16),
        Metadata = RecordReader.Metadata(Rows.Text(row, 17)),
    };
}
