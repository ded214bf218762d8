using System.Text;
using FinCode.Ledger.Proofs.Verification;
using FinCode.Messaging;

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

    public async Task<EntryRecordLine?> FindAsync(EntryId id, CancellationToken cancellationToken)
    {
        if (await FindRowAsync(id, cancellationToken) is not { } row)
            return null;
        var legs = new List<LoggedLeg>();
        await using var command = session.Command(Legs, session.Tenant.Value, row.Position);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            legs.Add(new LoggedLeg(
                reader.GetString(0), reader.GetString(1), RecordReader.IsDebit(reader.GetString(2)),
                reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6)));
        return new EntryRecordLine(
            row.Position, row.LeafHash, Encoding.UTF8.GetString(new RecordWriter().Write(row.With(legs))));
    }

    private async Task<EntryRow?> FindRowAsync(EntryId id, CancellationToken cancellationToken)
    {
        await using var command = session.Command(
            EntryRow.Sql + " where tenant_id = $1 and id = $2", session.Tenant.Value, id.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? EntryRow.Read(reader) : null;
    }
}
