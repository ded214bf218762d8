using FinCode.Ledger.Reconciliation.Model.Reports;
using FinCode.Messaging;

namespace FinCode.Ledger.Reconciliation.Storage;

/// <summary>The figures of an account's day, and the reports that were made of them.</summary>
internal sealed class SettlementStore(DbSession session, StatementArchive statements, TimeProvider clock)
{
    /// <summary>Null before the first statement.</summary>
    public async Task<SettlementDay?> ReadAsync(Guid account, DateOnly day, CancellationToken cancellationToken)
    {
        var chain = (await statements.ChainAsync(account, cancellationToken)).Where(one => one.From <= day).ToArray();
        if (chain.Length == 0)
            return null;
        var from = chain.Min(one => one.From);
        var (lines, matched) = await LinesAsync(account, day, cancellationToken);
        var (books, legs) = (await BooksAsync(account, day, cancellationToken),
            await LegsAsync(account, day, from, cancellationToken));
        var gapsBefore = chain.Where(one => one.From < day).Sum(one => one.Gap);
        var allGaps = chain.Sum(one => one.Gap);
        var ending = chain.LastOrDefault(one => one.To == day);
        return new SettlementDay(day, chain.Any(one => one.To >= day),
            new DayFigures(checked(chain[0].Opening + gapsBefore + lines.Before), lines.In, lines.Out),
            allGaps - gapsBefore, ending?.Closing, books, lines.Count, matched.Count, matched.OfDay,
            await BreaksAsync(account, day, cancellationToken), checked(lines.Until - matched.Until),
            legs.Open, checked(matched.Until - legs.Matched), allGaps, checked(chain[0].Opening - legs.OpenBefore));
    }

    /// <summary>Adds a report unless the last one of the day says the same.</summary>
    public async Task<bool> KeepAsync(
        Guid account, DateOnly day, string content, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(cancellationToken, """
            insert into settlement_reports (tenant_id, account_id, day, number, content, made_at)
            select $1, $2, $3, coalesce(max(number), 0) + 1, $4, $5 from settlement_reports
            where account_id = $2 and day = $3
            having (array_agg(content order by number desc))[1] is distinct from $4
            """, session.Tenant.Value, account, day, content, clock.GetUtcNow()) == 1;

    private sealed record LineSums(long Before, long In, long Out, int Count, long Until);

    private sealed record MatchedSums(int Count, long OfDay, long Until);

    private async Task<(LineSums, MatchedSums)> LinesAsync(
        Guid account, DateOnly day, CancellationToken cancellationToken) => (await session.ListAsync(
            reader => (
                new LineSums(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt32(3),
                    reader.GetInt64(4)),
                new MatchedSums(reader.GetInt32(5), reader.GetInt64(6), reader.GetInt64(7))),
            cancellationToken, """
            select coalesce(sum(amount) filter (where day < $3), 0)::bigint,
                coalesce(sum(amount) filter (where day = $3 and amount > 0), 0)::bigint,
                coalesce(-sum(amount) filter (where day = $3 and amount < 0), 0)::bigint,
                (count(*) filter (where day = $3))::int, coalesce(sum(amount), 0)::bigint,
                (count(*) filter (where day = $3 and is_matched))::int,
                coalesce(sum(amount) filter (where day = $3 and is_matched), 0)::bigint,
                coalesce(sum(amount) filter (where is_matched), 0)::bigint
            from (
                select l.day, l.amount,
                    exists (select from match_lines m where m.line_id = l.id and m.live) as is_matched
                from statement_lines l where l.tenant_id = $1 and l.account_id = $2 and l.day <= $3) lines
            """, session.Tenant.Value, account, day)).Single();

    private async Task<IReadOnlyList<BreakFigures>> BreaksAsync(
        Guid account, DateOnly day, CancellationToken cancellationToken) => await session.ListAsync(
            reader => new BreakFigures(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2)), cancellationToken,
            """
            select b.kind, count(*)::int, sum(l.amount)::bigint
            from breaks b join statement_lines l on l.id = b.line_id
            where b.tenant_id = $1 and b.account_id = $2 and b.status = 'OPEN' and l.day = $3
            group by b.kind order by b.kind
            """, session.Tenant.Value, account, day);

    private async Task<DayFigures> BooksAsync(Guid account, DateOnly day, CancellationToken cancellationToken) =>
        (await session.ListAsync(
            reader => new DayFigures(reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)), cancellationToken, """
            select coalesce(sum(debits - credits) filter (where value_date < $3), 0)::bigint,
                coalesce(sum(debits) filter (where value_date = $3), 0)::bigint,
                coalesce(sum(credits) filter (where value_date = $3), 0)::bigint
            from account_days where tenant_id = $1 and account_id = $2 and value_date <= $3
            """, session.Tenant.Value, account, day)).Single();

    private async Task<(long Matched, long Open, long OpenBefore)> LegsAsync(
        Guid account, DateOnly day, DateOnly from, CancellationToken cancellationToken) => (await session.ListAsync(
            reader => (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2)), cancellationToken, """
            select coalesce(sum(amount) filter (where is_matched), 0)::bigint,
                coalesce(sum(amount) filter (where not is_matched and value_date >= $4), 0)::bigint,
                coalesce(sum(amount) filter (where not is_matched and value_date < $4), 0)::bigint
            from (
                select e.value_date, case l.side when 'DEBIT' then l.amount else -l.amount end as amount,
                    exists (
                        select from match_legs m where m.tenant_id = l.tenant_id and m.live
                            and m.entry_position = l.entry_position and m.leg_number = l.number) as is_matched
                from legs l join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
                where l.tenant_id = $1 and l.account_id = $2 and e.kind = 'POSTED' and e.value_date <= $3) legs
            """, session.Tenant.Value, account, day, from)).Single();
}
