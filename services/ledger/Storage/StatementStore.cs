using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Storage;

/// <summary>A posted movement of a statement.</summary>
internal sealed record StatementLine(
    HistoryPlace Place, EntryId Entry, TransactionId? Transaction, string Step, DateTimeOffset BookedAt,
    DateOnly ValueDate, string? Reference, string? Description, Side Side, long Amount, long Balance);

/// <summary>Posted movements of one account over days of booking (UTC), oldest first.</summary>
internal sealed class StatementStore(DbSession session)
{
    private const string Select = """
        select l.entry_position, l.number, e.id, e.transaction_id, e.step, e.booked_at, e.value_date, e.reference,
            e.description, l.side, l.amount, l.new_balance
        from (
            select * from legs
            where account_id = $2 and entry_position > $3 and entry_position <= $4
            order by entry_position, number offset 0) l
        join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
        where l.tenant_id = $1 and e.kind = 'POSTED'
        order by l.entry_position, l.number limit $5
        """;

    /// <summary>Those of the records after one position up to another.</summary>
    public async Task<IReadOnlyList<StatementLine>> ReadAsync(
        AccountBalance account, long after, long upTo, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(Select, session.Tenant.Value, account.Id, after, upTo, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<StatementLine>();
        while (await reader.ReadAsync(cancellationToken))
        {
            lines.Add(new StatementLine(
                new HistoryPlace(reader.GetInt64(0), reader.GetInt32(1)),
                new EntryId(reader.GetGuid(2)),
                reader.IsDBNull(3) ? null : new TransactionId(reader.GetGuid(3)),
                reader.GetString(4),
                reader.GetFieldValue<DateTimeOffset>(5),
                reader.GetFieldValue<DateOnly>(6),
                reader.IsDBNull(7) ? null : reader.GetString(7),
                reader.IsDBNull(8) ? null : reader.GetString(8),
                SqlNames.Parse<Side>(reader.GetString(9)),
                reader.GetInt64(10),
                reader.GetInt64(11)));
        }
        return lines;
    }
}
