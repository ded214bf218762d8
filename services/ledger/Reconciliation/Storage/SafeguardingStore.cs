using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Model.Reports;
using FinCode.Messaging;

namespace FinCode.Ledger.Reconciliation.Storage;

/// <param name="Shortfall">In minor units, when it was found.</param>
internal sealed record StoredAlarm(
    Id<SafeguardingReportKind> Report, Currency Currency, DateOnly Day, long Shortfall, DateTimeOffset RaisedAt,
    DateTimeOffset? ClosedAt);

/// <summary>What is owed to customers and held for them, the reports and the alarms.</summary>
internal sealed class SafeguardingStore(DbSession session, SettlementStore settlement, TimeProvider clock)
{
    /// <summary>
    /// What is owed to receivers, as what was paid in for it: of the transfer's last conversion what left transit less
    /// the fees, in proportion where only a part is still owed (a fraction counts as a whole minor unit). What was
    /// converted from nothing else is owed as it stands.
    /// </summary>
    private const string PayableByPayIn = """
        with owed as (
            select a.id, a.currency, a.balance - coalesce((
                select sum(d.credits - d.debits) from account_days d
                where d.account_id = a.id and d.value_date > $2), 0) as balance
            from accounts a where a.tenant_id = $1 and starts_with(a.code, 'payable:')),
        converted as (
            select o.currency, o.balance, c.amount, paid.currency as paid_currency, paid.amount as paid_amount
            from owed o
            left join lateral (
                select l.entry_position, l.amount from legs l
                join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
                where l.account_id = o.id and l.side = 'CREDIT' and e.step = 'cleared' and e.value_date <= $2
                order by l.entry_position desc limit 1) c on true
            left join lateral (
                select l.currency,
                    sum(case l.side when 'DEBIT' then l.amount else -l.amount end) as amount
                from legs l join accounts a on a.id = l.account_id
                where l.tenant_id = $1 and l.entry_position = c.entry_position and l.currency <> o.currency
                  and (starts_with(a.code, 'transit:') or a.code = 'income:fees')
                group by l.currency order by amount desc, l.currency limit 1) paid on true
            where o.balance <> 0)
        select coalesce(paid_currency, currency),
            sum(case when paid_currency is null then balance else ceil(paid_amount * balance / amount) end)::bigint
        from converted group by 1
        """;

    /// <summary>Every currency in which something is owed or held, in the order of their codes.</summary>
    public async Task<IReadOnlyList<SafeguardingDay>> ReadAsync(DateOnly day, CancellationToken cancellationToken)
    {
        var balances = await session.ListAsync(
            reader => (Currency: reader.GetString(0), Family: reader.GetString(1), Balance: reader.GetInt64(2)),
            cancellationToken, """
            select a.currency, split_part(a.code, ':', 1),
                sum(a.balance - coalesce((
                    select sum(case a.normal_side when 'DEBIT' then d.debits - d.credits else d.credits - d.debits end)
                    from account_days d where d.account_id = a.id and d.value_date > $2), 0))::bigint
            from accounts a
            where a.tenant_id = $1 and split_part(a.code, ':', 1) <> $4
                and (a.class = 'LIABILITY' or split_part(a.code, ':', 1) = any($3))
            group by 1, 2
            """, session.Tenant.Value, day, SafeguardingFamilies.All.ToArray(), SafeguardingFamilies.Payable);
        balances = [.. balances, .. (await session.ListAsync(
                reader => (reader.GetString(0), SafeguardingFamilies.Payable, reader.GetInt64(1)), cancellationToken,
                PayableByPayIn, session.Tenant.Value, day))];
        var safeguarding = await session.ListAsync(
            reader => (Account: reader.GetGuid(0), Currency: reader.GetString(1)), cancellationToken, """
            select r.account_id, a.currency from reconciled_accounts r join accounts a on a.id = r.account_id
            where r.tenant_id = $1 and starts_with(a.code, $2 || ':')
            """, session.Tenant.Value, SafeguardingFamilies.Held);
        var days = new List<SafeguardingDay>();
        foreach (var currency in balances.GroupBy(one => one.Currency).OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            var of = currency.ToDictionary(one => one.Family, one => one.Balance);
            long Of(string family) => of.GetValueOrDefault(family);
            var (held, by) = (Of(SafeguardingFamilies.Held), HeldBy.Book);
            foreach (var (account, _) in safeguarding.Where(one => one.Currency == currency.Key))
            {
                if (await settlement.ReadAsync(account, day, cancellationToken) is { IsCovered: true } bank)
                    (held, by) = (bank.StatementClosing, HeldBy.Statement);
            }
            days.Add(new SafeguardingDay(Currency.Of(currency.Key), day,
                SafeguardingFamilies.Required.ToDictionary(family => family, Of), held, by,
                SafeguardingFamilies.Receivable.Sum(Of),
                of.Where(one => !SafeguardingFamilies.All.Contains(one.Key) && one.Value != 0)
                    .OrderBy(one => one.Key, StringComparer.Ordinal).ToDictionary(),
                Of(SafeguardingFamilies.Position)));
        }
        return [.. days.Where(one => one.Held != 0 || one.OtherLiabilities.Count > 0
            || one.Liabilities.Values.Any(amount => amount != 0))];
    }

    /// <summary>One report at a time of a tenant.</summary>
    public Task HoldAsync(CancellationToken cancellationToken) => session.ExecuteAsync(cancellationToken,
        "select pg_advisory_xact_lock(hashtextextended('safeguarding:' || $1::text, 0))", session.Tenant.Value);

    /// <summary>The new report's id; null when the last one of the day says the same.</summary>
    public async Task<Id<SafeguardingReportKind>?> KeepAsync(
        SafeguardingDay day, string content, CancellationToken cancellationToken)
    {
        var id = Id<SafeguardingReportKind>.New(clock);
        return await session.ExecuteAsync(cancellationToken, """
            insert into safeguarding_reports
                (tenant_id, id, currency, day, number, required, held, content, made_at)
            select $1, $2, $3, $4, coalesce(max(number), 0) + 1, $5, $6, $7, $8 from safeguarding_reports
            where tenant_id = $1 and currency = $3 and day = $4
            having (array_agg(content order by number desc))[1] is distinct from $7
            """, session.Tenant.Value, id.Value, day.Currency.Code, day.Day, day.Required, day.Held, content,
            clock.GetUtcNow()) == 1 ? id : null;
    }

    /// <summary>False when there is one for that day already.</summary>
    public async Task<bool> RaiseAsync(
        SafeguardingDay day, Id<SafeguardingReportKind> report, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(cancellationToken, """
            insert into safeguarding_alarms (tenant_id, id, currency, day, report_id, shortfall, raised_at)
            values ($1, $2, $3, $4, $5, $6, $7) on conflict (tenant_id, currency, day) do nothing
            """, session.Tenant.Value, Guid.CreateVersion7(clock.GetUtcNow()), day.Currency.Code, day.Day, report.Value,
            day.Shortfall, clock.GetUtcNow()) == 1;

    /// <summary>A day without a shortfall ends the alarms of that day and of those before: their reports.</summary>
    public async Task<IReadOnlyList<Id<SafeguardingReportKind>>> CloseAsync(
        SafeguardingDay day, Id<SafeguardingReportKind> report, CancellationToken cancellationToken) =>
        await session.ListAsync(reader => new Id<SafeguardingReportKind>(reader.GetGuid(0)), cancellationToken, """
            update safeguarding_alarms set closed_by = $4, closed_at = $5
            where tenant_id = $1 and currency = $2 and day <= $3 and closed_at is null
            returning report_id
            """, session.Tenant.Value, day.Currency.Code, day.Day, report.Value, clock.GetUtcNow());

    /// <summary>Null before the first report.</summary>
    public async Task<DateOnly?> LastDayAsync(CancellationToken cancellationToken) =>
        (await session.ListAsync(reader => reader.IsDBNull(0) ? default(DateOnly?) : reader.Day(0), cancellationToken,
            "select max(day) from safeguarding_reports where tenant_id = $1", session.Tenant.Value)).Single();

    /// <summary>Open ones, or all; newest day first.</summary>
    public async Task<IReadOnlyList<StoredAlarm>> AlarmsAsync(
        bool onlyOpen, int limit, CancellationToken cancellationToken) => await session.ListAsync(
            reader => new StoredAlarm(new Id<SafeguardingReportKind>(reader.GetGuid(0)),
                Currency.Of(reader.GetString(1)), reader.Day(2), reader.GetInt64(3), reader.Time(4),
                reader.TimeOrNull(5)),
            cancellationToken, """
            select report_id, currency, day, shortfall, raised_at, closed_at from safeguarding_alarms
            where tenant_id = $1 and (not $2 or closed_at is null) order by day desc, currency limit $3
            """, session.Tenant.Value, onlyOpen, limit);

    /// <summary>All tenants that have a book: for the daily job.</summary>
    public async Task<IReadOnlyList<TenantId>> TenantsAsync(CancellationToken cancellationToken) =>
        await session.ListAsync(reader => new TenantId(reader.GetGuid(0)), cancellationToken,
            "select tenant_id from books order by tenant_id");
}
