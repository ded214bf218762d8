using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Model.Matching;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Reconciliation.Storage;

/// <summary>What is not matched on an account, on both sides.</summary>
internal sealed class OpenItemStore(DbSession session)
{
    /// <summary>What is certain is only certain among all that is open, so a run takes everything or nothing.</summary>
    public const int MaxOpen = 100_000;

    private const string Lines = """
        select l.id, row_number() over (order by s.period_to, s.period_from, s.number, l.number), l.value_date,
            l.booking_date, l.amount, l.end_to_end_id, l.instruction_id, l.servicer_reference, l.transaction_reference,
            l.bank_reference, l.text, l.batch
        from statement_lines l join statements s on s.id = l.statement_id
        where l.tenant_id = $1 and l.account_id = $2
            and not exists (select from match_lines m where m.line_id = l.id and m.live)
        limit $3
        """;

    private const string Legs = """
        select l.entry_position, l.number, e.value_date, case l.side when 'DEBIT' then l.amount else -l.amount end,
            e.reference, e.transaction_id, e.reverses
        from legs l join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
        where l.tenant_id = $1 and l.account_id = $2 and e.kind = 'POSTED'
            and not exists (
                select from match_legs m where m.tenant_id = l.tenant_id and m.entry_position = l.entry_position
                    and m.leg_number = l.number and m.live)
        """;

    public async Task<IReadOnlyList<OpenLine>> LinesAsync(Guid account, CancellationToken cancellationToken) =>
        await session.ListAsync(ReadLine, cancellationToken, Lines, session.Tenant.Value, account, MaxOpen + 1);

    public async Task<IReadOnlyList<OpenLeg>> LegsAsync(Guid account, CancellationToken cancellationToken) =>
        await session.ListAsync(ReadLeg, cancellationToken, $"{Legs} limit $3", session.Tenant.Value, account,
            MaxOpen + 1);

    /// <summary>Those of these entries' legs on the account that are open.</summary>
    public async Task<IReadOnlyList<OpenLeg>> LegsOfAsync(
        Guid account, IReadOnlyCollection<long> positions, CancellationToken cancellationToken) =>
        await session.ListAsync(ReadLeg, cancellationToken, $"{Legs} and l.entry_position = any($3)",
            session.Tenant.Value, account, positions.ToArray());

    /// <summary>
    /// Open ones of which another, with the same amount and all the same references, is matched.
    /// </summary>
    public async Task<MatchedTwins> TwinsAsync(Guid account, CancellationToken cancellationToken)
    {
        var lines = await session.ListAsync(reader => new StatementLineId(reader.GetGuid(0)), cancellationToken, """
            select distinct l.id
            from statement_lines l join statement_lines t on t.account_id = l.account_id and t.amount = l.amount
                and (t.end_to_end_id, t.instruction_id, t.servicer_reference, t.transaction_reference, t.bank_reference)
                    is not distinct from (l.end_to_end_id, l.instruction_id, l.servicer_reference,
                        l.transaction_reference, l.bank_reference)
            join match_lines m on m.line_id = t.id and m.live
            where l.tenant_id = $1 and l.account_id = $2 and t.id <> l.id
                and coalesce(l.end_to_end_id, l.instruction_id, l.servicer_reference, l.transaction_reference,
                    l.bank_reference) is not null
                and not exists (select from match_lines o where o.line_id = l.id and o.live)
            """, session.Tenant.Value, account);
        var legs = await session.ListAsync(reader => new LegPlace(reader.GetInt64(0), reader.GetInt32(1)),
            cancellationToken, $"""
            with open as ({Legs} and e.reference is not null),
            matched as (
                select t.amount, t.side, e.reference, e.transaction_id
                from match_legs m
                join legs t on t.tenant_id = m.tenant_id and t.entry_position = m.entry_position
                    and t.number = m.leg_number
                join entries e on e.tenant_id = t.tenant_id and e.position = t.entry_position
                where m.tenant_id = $1 and t.account_id = $2 and m.live and e.reference is not null
                    and exists (select from match_lines l where l.match_id = m.match_id))
            select distinct o.entry_position, o.number
            from open o (entry_position, number, value_date, amount, reference, transaction_id, reverses)
            join matched t on t.reference = o.reference and t.transaction_id is not distinct from o.transaction_id
                and o.amount = case t.side when 'DEBIT' then t.amount else -t.amount end
            """, session.Tenant.Value, account);
        return new MatchedTwins(lines.ToHashSet(), legs.ToHashSet());
    }

    /// <summary>What was together in matches that ended.</summary>
    public async Task<Rejected> RejectedAsync(Guid account, CancellationToken cancellationToken)
    {
        var pairs = await session.ListAsync(
            reader => (new StatementLineId(reader.GetGuid(0)), new LegPlace(reader.GetInt64(1), reader.GetInt32(2))),
            cancellationToken, """
            select l.line_id, g.entry_position, g.leg_number
            from matches m join match_lines l on l.match_id = m.id join match_legs g on g.match_id = m.id
            where m.tenant_id = $1 and m.account_id = $2 and m.ended_at is not null
            """, session.Tenant.Value, account);
        var reversals = await session.ListAsync(
            reader => new LegPlace(reader.GetInt64(0), reader.GetInt32(1)), cancellationToken, """
            select g.entry_position, g.leg_number from matches m join match_legs g on g.match_id = m.id
            where m.tenant_id = $1 and m.account_id = $2 and m.ended_at is not null and m.kind = 'REVERSAL'
            """, session.Tenant.Value, account);
        return new Rejected(pairs.ToHashSet(), reversals.ToHashSet());
    }

    /// <summary>Those of these lines that are on the account and open.</summary>
    public async Task<IReadOnlyList<OpenLine>> LinesOfAsync(
        Guid account, IReadOnlyCollection<StatementLineId> ids, CancellationToken cancellationToken) =>
        await session.ListAsync(ReadLine, cancellationToken,
            $"select * from ({Lines}) open where id = any($4)", session.Tenant.Value, account, MaxOpen + 1,
            ids.Select(id => id.Value).ToArray());

    private static OpenLine ReadLine(NpgsqlDataReader reader) => new(
        new StatementLineId(reader.GetGuid(0)), reader.GetInt64(1), reader.Day(2), reader.Day(3), reader.GetInt64(4))
    {
        EndToEndId = reader.TextOrNull(5),
        References = [.. Enumerable.Range(5, 5).Select(reader.TextOrNull).OfType<string>()],
        Text = reader.TextOrNull(10),
        Batch = reader.TextOrNull(11),
    };

    private static OpenLeg ReadLeg(NpgsqlDataReader reader) => new(
        new LegPlace(reader.GetInt64(0), reader.GetInt32(1)), reader.Day(2), reader.GetInt64(3), reader.TextOrNull(4),
        reader.IsDBNull(5) ? null : new TransactionId(reader.GetGuid(5)),
        reader.IsDBNull(6) ? null : reader.GetInt64(6));
}
