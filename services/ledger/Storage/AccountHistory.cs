using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Storage;

/// <param name="Position">Grows with the account's history.</param>
internal sealed record HistoryLine(
    long Position, EntryId Entry, EntryKey Key, EntryForm Form, DateTimeOffset BookedAt, BookedLeg Leg);

/// <summary>The movements of one account.</summary>
internal sealed class AccountHistory(DbSession session)
{
    private const string Select = """
        select l.position, e.id, e.transaction_id, e.step, e.number, e.key, e.kind, e.booked_at, l.side, l.amount,
            l.previous_balance, l.new_balance, l.new_available
        from legs l join entries e on e.id = l.entry_id
        where l.tenant_id = $1 and l.account_id = $2 and l.position < $3
        order by l.position desc limit $4
        """;

    /// <summary>Newest first, those before a position.</summary>
    public async Task<IReadOnlyList<HistoryLine>> ReadAsync(
        AccountBalance account, long before, int limit, CancellationToken cancellationToken)
    {
        await using var command = session.Command(Select, session.Tenant.Value, account.Id, before, limit);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var lines = new List<HistoryLine>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var leg = new Leg(account.Name.Code, SqlNames.Parse<Side>(reader.GetString(8)),
                new Money(reader.GetInt64(9), account.Name.Currency));
            lines.Add(new HistoryLine(
                reader.GetInt64(0),
                new EntryId(reader.GetGuid(1)),
                new EntryKey(reader.GetString(5), reader.IsDBNull(2) ? null : new TransactionId(reader.GetGuid(2)),
                    reader.GetString(3), reader.GetInt32(4)),
                SqlNames.Parse<EntryForm>(reader.GetString(6)),
                reader.GetFieldValue<DateTimeOffset>(7),
                new BookedLeg(leg, reader.GetInt64(10), reader.GetInt64(11), reader.GetInt64(12))));
        }
        return lines;
    }
}
