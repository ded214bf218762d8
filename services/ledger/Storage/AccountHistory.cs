using FinCode.Ledger.Model;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Storage;

/// <summary>A place in an account's history: the entry's in the book, and the leg's in the entry.</summary>
internal readonly record struct HistoryPlace(long Position, int Leg)
{
    public static HistoryPlace End { get; } = new(long.MaxValue, int.MaxValue);
}

internal sealed record HistoryLine(
    HistoryPlace Place, EntryId Entry, EntryKey Key, EntryForm Form, DateTimeOffset BookedAt, EntryDetails Details,
    BookedLeg Leg);

/// <summary>An account at one moment, in minor units on its normal side.</summary>
internal sealed record PastBalances(long Balance, long PendingIn, long PendingOut, long Liens, long Available);

/// <summary>
/// The movements of one account. They are found by the account alone, which is of one tenant: with the tenant beside it
/// the planner may read the legs of the whole book from their end until it has met enough of the account's.
/// </summary>
internal sealed class AccountHistory(DbSession session)
{
    private const string Select = """
        select l.entry_position, l.number, e.id, e.transaction_id, e.step, e.number, e.key, e.kind, e.booked_at,
            e.value_date, e.reference, e.description, e.metadata, l.side, l.amount, l.previous_balance, l.new_balance,
            l.new_available
        from (
            select * from legs
            where account_id = $2 and (entry_position, number) < ($3, $4) and entry_position > $5
            order by entry_position desc, number desc limit $6) l
        join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
        where l.tenant_id = $1
        order by l.entry_position desc, l.number desc
        """;

    /// <summary>Newest first: those before a place and after the position of a record of the book.</summary>
    public async Task<IReadOnlyList<HistoryLine>> ReadAsync(
        AccountBalance account, HistoryPlace before, long after, int limit, CancellationToken cancellationToken)
    {
        await using var reader = await session.ReadAsync(Select, cancellationToken,
            session.Tenant.Value, account.Id, before.Position, before.Leg, after, limit);
        var lines = new List<HistoryLine>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var leg = new Leg(account.Name.Code, SqlNames.Parse<Side>(reader.GetString(13)),
                new Money(reader.GetInt64(14), account.Name.Currency));
            lines.Add(new HistoryLine(
                new HistoryPlace(reader.GetInt64(0), reader.GetInt32(1)),
                new EntryId(reader.GetGuid(2)),
                new EntryKey(reader.GetString(6), reader.IsDBNull(3) ? null : new TransactionId(reader.GetGuid(3)),
                    reader.GetString(4), reader.GetInt32(5)),
                SqlNames.Parse<EntryForm>(reader.GetString(7)),
                reader.GetFieldValue<DateTimeOffset>(8),
                new EntryDetails(reader.GetFieldValue<DateOnly>(9), Text(reader, 10), Text(reader, 11),
                    Text(reader, 12)),
                new BookedLeg(leg, reader.GetInt64(15), reader.GetInt64(16), reader.GetInt64(17))));
        }
        return lines;
    }

    /// <summary>The position of the last record that was booked by then; 0 before the first.</summary>
    public async Task<long> PositionAtAsync(DateTimeOffset instant, CancellationToken cancellationToken)
    {
        return await ReadNumberAsync("select book_position_at($1, $2)", cancellationToken,
            session.Tenant.Value, instant.ToUniversalTime());
    }

    /// <summary>The posted balance after the record at a position, in minor units.</summary>
    public Task<long> BalanceAtAsync(AccountBalance account, long position, CancellationToken cancellationToken) =>
        ReadNumberAsync("""
            select coalesce((select new_balance from (
                select * from legs where account_id = $2 and entry_position <= $3
                order by entry_position desc, number desc limit 1) l
            where tenant_id = $1), 0)
            """, cancellationToken, session.Tenant.Value, account.Id, position);

    /// <summary>
    /// How the account stood after the last record of a booking time (<see cref="PositionAtAsync"/>): what is held is
    /// known there, and not between the records of one batch.
    /// </summary>
    public async Task<PastBalances> BalancesAtAsync(
        AccountBalance account, long position, CancellationToken cancellationToken)
    {
        await using var reader = await session.ReadAsync("""
            select leg.new_balance, leg.new_available, held.pending_debits, held.pending_credits, held.liens
            from (select) at
            left join lateral (
                select * from legs where account_id = $2 and entry_position <= $3
                order by entry_position desc, number desc limit 1) leg on leg.tenant_id = $1
            left join lateral (
                select * from account_holds where tenant_id = $1 and account_id = $2 and position <= $3
                order by position desc limit 1) held on true
            """, cancellationToken, session.Tenant.Value, account.Id, position);
        await reader.ReadAsync(cancellationToken);
        var (debits, credits) = (Number(reader, 2), Number(reader, 3));
        var (pendingIn, pendingOut) = account.NormalSide == Side.Debit ? (debits, credits) : (credits, debits);
        return new PastBalances(Number(reader, 0), pendingIn, pendingOut, Number(reader, 4), Number(reader, 1));
    }

    /// <summary>The posted balance of all that has a value date up to and including the day, in minor units.</summary>
    public async Task<long> BalanceOfValueAsync(
        AccountBalance account, DateOnly day, CancellationToken cancellationToken)
    {
        var net = await ReadNumberAsync("""
            select coalesce(sum(debits - credits), 0)::bigint from account_days
            where tenant_id = $1 and account_id = $2 and value_date <= $3
            """, cancellationToken, session.Tenant.Value, account.Id, day);
        return account.NormalSide == Side.Debit ? net : -net;
    }

    private async Task<long> ReadNumberAsync(
        string sql, CancellationToken cancellationToken, params object?[] arguments)
    {
        await using var reader = await session.ReadAsync(sql, cancellationToken, arguments);
        await reader.ReadAsync(cancellationToken);
        return reader.GetInt64(0);
    }

    private static long Number(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? 0 : reader.GetInt64(column);

    private static string? Text(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetString(column);
}
