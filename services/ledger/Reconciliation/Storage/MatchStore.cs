using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Model.Matching;
using FinCode.Messaging;
using Npgsql;

namespace FinCode.Ledger.Reconciliation.Storage;

internal enum MatchOrigin
{
    Rule,
    Reversal,
    Manual,
    Entry,
}

/// <summary>A match about to be made.</summary>
/// <param name="By">The person who made it; null for a run.</param>
/// <param name="ApprovedBy">The second person, where a match by hand resolves a break.</param>
internal sealed record NewMatch(
    MatchId Id, FoundMatch Found, MatchOrigin Origin, string? By = null, string? Reason = null,
    string? ApprovedBy = null);

/// <param name="Legs">With the ids of their entries.</param>
/// <param name="ProposedEnd">Who asked for its end, where a second person has to agree.</param>
internal sealed record StoredMatch(
    MatchId Id, Guid Account, MatchOrigin Origin, MatchRuleId? Rule, int? RuleVersion, long Difference, string? Reason,
    string? MadeBy, DateTimeOffset MadeAt, string? EndedBy, DateTimeOffset? EndedAt, string? EndedReason,
    string? EndApprovedBy, string? ProposedEnd, string? ProposedReason, string? ApprovedBy)
{
    public IReadOnlyList<(StatementLineId Id, long Amount)> Lines { get; init; } = [];

    public IReadOnlyList<(LegPlace Place, EntryId Entry, long Amount)> Legs { get; init; } = [];
}

internal sealed class MatchStore(DbSession session, TimeProvider clock)
{
    public async Task AddAsync(
        ReconciledAccount account, IReadOnlyList<NewMatch> matches, CancellationToken cancellationToken)
    {
        if (matches.Count == 0)
            return;
        T[] Each<T>(Func<NewMatch, T> select) => [.. matches.Select(select)];
        await session.ExecuteAsync(cancellationToken, """
            insert into matches (tenant_id, id, account_id, kind, rule_id, rule_version, line_count, leg_count,
                lines_amount, legs_amount, tolerance, reason, made_by, approved_by, made_at)
            select $1, v.id, $2, v.kind, v.rule_id, v.rule_version, v.line_count, v.leg_count, v.lines_amount,
                v.legs_amount, v.tolerance, v.reason, v.made_by, v.approved_by, $3
            from unnest($4::uuid[], $5::text[], $6::uuid[], $7::int[], $8::int[], $9::int[], $10::bigint[],
                $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::text[])
                as v(id, kind, rule_id, rule_version, line_count, leg_count, lines_amount, legs_amount, tolerance,
                    reason, made_by, approved_by)
            """, session.Tenant.Value, account.Id, clock.GetUtcNow(), Each(match => match.Id.Value),
            Each(match => Words.Of(match.Origin)), Each(match => match.Found.Rule?.Id.Value),
            Each(match => match.Found.Rule?.Version), Each(match => match.Found.Lines.Count),
            Each(match => match.Found.Legs.Count), Each(match => match.Found.Lines.Sum(line => line.Amount)),
            Each(match => match.Found.Legs.Sum(leg => leg.Amount)), Each(match => match.Found.Rule?.Tolerance ?? 0),
            Each(match => match.Reason), Each(match => match.By), Each(match => match.ApprovedBy));
        var lines = matches.SelectMany(match => match.Found.Lines.Select(line => (match.Id, Line: line.Id))).ToArray();
        await session.ExecuteAsync(cancellationToken, """
            insert into match_lines (tenant_id, match_id, line_id)
            select $1, * from unnest($2::uuid[], $3::uuid[])
            """, session.Tenant.Value, lines.Select(line => line.Id.Value).ToArray(),
            lines.Select(line => line.Line.Value).ToArray());
        var legs = matches.SelectMany(match => match.Found.Legs.Select(leg => (match.Id, leg.Place))).ToArray();
        await session.ExecuteAsync(cancellationToken, """
            insert into match_legs (tenant_id, match_id, entry_position, leg_number)
            select $1, * from unnest($2::uuid[], $3::bigint[], $4::int[])
            """, session.Tenant.Value, legs.Select(leg => leg.Id.Value).ToArray(),
            legs.Select(leg => leg.Place.Position).ToArray(), legs.Select(leg => leg.Place.Number).ToArray());
    }

    public async Task<StoredMatch?> FindAsync(MatchId id, CancellationToken cancellationToken)
    {
        var found = (await session.ListAsync(Read, cancellationToken, """
            select m.id, m.account_id, m.kind, m.rule_id, m.rule_version, m.difference, m.reason, m.made_by, m.made_at,
                m.ended_by, m.ended_at, m.ended_reason, m.end_approved_by, u.proposed_by, u.reason, m.approved_by
            from matches m left join unmatch_requests u on u.match_id = m.id
            where m.tenant_id = $1 and m.id = $2
            """, session.Tenant.Value, id.Value)).SingleOrDefault();
        if (found is null)
            return null;
        var lines = await session.ListAsync(
            reader => (new StatementLineId(reader.GetGuid(0)), reader.GetInt64(1)), cancellationToken, """
            select l.id, l.amount from match_lines m join statement_lines l on l.id = m.line_id
            join statements s on s.id = l.statement_id
            where m.tenant_id = $1 and m.match_id = $2 order by s.number, l.number
            """, session.Tenant.Value, id.Value);
        var legs = await session.ListAsync(
            reader => (new LegPlace(reader.GetInt64(0), reader.GetInt32(1)), new EntryId(reader.GetGuid(2)),
                reader.GetInt64(3)), cancellationToken, """
            select l.entry_position, l.number, e.id, case l.side when 'DEBIT' then l.amount else -l.amount end
            from match_legs m
            join legs l on l.tenant_id = m.tenant_id and l.entry_position = m.entry_position and l.number = m.leg_number
            join entries e on e.tenant_id = l.tenant_id and e.position = l.entry_position
            where m.tenant_id = $1 and m.match_id = $2 order by 1, 2
            """, session.Tenant.Value, id.Value);
        return found with { Lines = lines, Legs = legs };
    }

    /// <summary>The live match of a line or a leg.</summary>
    public async Task<MatchId?> OfAsync(BreakSubject subject, CancellationToken cancellationToken)
    {
        var found = await session.ListAsync(reader => new MatchId(reader.GetGuid(0)), cancellationToken, """
            select match_id from match_lines where tenant_id = $1 and line_id = $2::uuid and live
            union all
            select match_id from match_legs
            where tenant_id = $1 and entry_position = $3::bigint and leg_number = $4::int and live
                and $2::uuid is null
            """, session.Tenant.Value, subject.Line?.Value, subject.Leg?.Position, subject.Leg?.Number);
        return found.Count > 0 ? found[0] : null;
    }

    public Task EndAsync(
        MatchId id, string by, string reason, string? approvedBy, CancellationToken cancellationToken) =>
        session.ExecuteAsync(cancellationToken, """
            update matches set ended_by = $3, ended_at = $4, ended_reason = $5, end_approved_by = $6::text
            where tenant_id = $1 and id = $2
            """, session.Tenant.Value, id.Value, by, clock.GetUtcNow(), reason, approvedBy);

    /// <summary>False when its end is proposed already.</summary>
    public async Task<bool> ProposeEndAsync(
        MatchId id, string by, string reason, CancellationToken cancellationToken) =>
        await session.ExecuteAsync(cancellationToken, """
            insert into unmatch_requests (tenant_id, match_id, reason, proposed_by, proposed_at)
            values ($1, $2, $3, $4, $5) on conflict do nothing
            """, session.Tenant.Value, id.Value, reason, by, clock.GetUtcNow()) == 1;

    private static StoredMatch Read(NpgsqlDataReader reader) => new(
        new MatchId(reader.GetGuid(0)), reader.GetGuid(1), Words.Parse<MatchOrigin>(reader.GetString(2)),
        reader.IsDBNull(3) ? null : new MatchRuleId(reader.GetGuid(3)),
        reader.IsDBNull(4) ? null : reader.GetInt32(4), reader.GetInt64(5), reader.TextOrNull(6), reader.TextOrNull(7),
        reader.Time(8), reader.TextOrNull(9), reader.TimeOrNull(10), reader.TextOrNull(11), reader.TextOrNull(12),
        reader.TextOrNull(13), reader.TextOrNull(14), reader.TextOrNull(15));
}
