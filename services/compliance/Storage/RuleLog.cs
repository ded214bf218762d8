using System.Text.Json;
using FinCode.Compliance.Rules;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>A line of the evaluation log.</summary>
/// <param name="Label">
/// What became of the transfer: RELEASE, REJECT or FREEZE as two people decided, OPEN while its case waits, NONE.
/// </param>
internal sealed record LoggedEvaluation(ScreeningId ScreeningId, RuleEvaluation Evaluation, string Label);

/// <summary>
/// What rules were told and what they said, per screening and append-only: facts, the figures of their windows, the
/// versions, and the answers. Live rules and those in the shadow alike.
/// </summary>
internal static class RuleLog
{
    public static async Task WriteAsync(DbSession session, ScreeningId screening, int round, RuleEvaluation evaluation,
        CancellationToken cancellationToken)
    {
        await using var add = session.Command(
            "insert into rule_evaluations (tenant_id, screening_id, transaction_id, screening_round, funded_at, facts, "
            + "figures, results) values ($1, $2, $3, $4, $5, $6::jsonb, $7::jsonb, $8::jsonb)",
            session.Tenant.Value, screening.Value, evaluation.TransactionId.Value, round,
            evaluation.Facts.FundedAt.ToUniversalTime(), Json(evaluation.Facts), Json(evaluation.Figures),
            Json(evaluation.Results));
        await add.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>How many transfers of that time were evaluated, at most <paramref name="most"/> of them.</summary>
    public static async Task<long> CountAsync(DbSession session, DateTimeOffset from, DateTimeOffset to, int most,
        CancellationToken cancellationToken)
    {
        await using var count = session.Command(
            "select count(*) from (select 1 from rule_evaluations "
            + "where tenant_id = $1 and funded_at >= $2 and funded_at < $3 limit $4) as found",
            session.Tenant.Value, from.ToUniversalTime(), to.ToUniversalTime(), most);
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>
    /// The evaluations of transfers funded in that time, the oldest first, after the given one.
    /// </summary>
    /// <param name="latestRoundOnly">One line a transfer: its newest round.</param>
    public static async Task<IReadOnlyList<LoggedEvaluation>> ReadAsync(DbSession session, DateTimeOffset from,
        DateTimeOffset to, LoggedEvaluation? after, bool latestRoundOnly, int limit,
        CancellationToken cancellationToken)
    {
        await using var read = session.Command(
            "select e.screening_id, e.transaction_id, e.facts::text, e.figures::text, e.results::text, "
            + "coalesce((select decision from cases c where c.tenant_id = e.tenant_id "
            + "and c.transaction_id = e.transaction_id and c.closure = 'DECIDED' order by c.closed_at desc limit 1), "
            + "case when exists (select 1 from cases c where c.tenant_id = e.tenant_id "
            + "and c.transaction_id = e.transaction_id and c.status <> 'CLOSED') then 'OPEN' else 'NONE' end) "
            + "from rule_evaluations e where e.tenant_id = $1 and e.funded_at >= $2 and e.funded_at < $3 "
            + "and (e.funded_at, e.screening_id) > ($4, $5) and not ($6 and exists (select 1 from rule_evaluations n "
            + "where n.tenant_id = e.tenant_id and n.transaction_id = e.transaction_id "
            + "and n.screening_round > e.screening_round)) order by e.funded_at, e.screening_id limit $7",
            session.Tenant.Value, from.ToUniversalTime(), to.ToUniversalTime(),
            after?.Evaluation.Facts.FundedAt.ToUniversalTime() ?? DateTimeOffset.UnixEpoch,
            after?.ScreeningId.Value ?? Guid.Empty, latestRoundOnly, limit);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var found = new List<LoggedEvaluation>();
        while (await rows.ReadAsync(cancellationToken))
        {
            found.Add(new LoggedEvaluation(new ScreeningId(rows.GetGuid(0)),
                new RuleEvaluation(new TransactionId(rows.GetGuid(1)), Parse<RuleFacts>(rows.GetString(2)),
                    Parse<Dictionary<string, Figure>>(rows.GetString(3)),
                    Parse<List<RuleResult>>(rows.GetString(4))),
                rows.GetString(5)));
        }
        return found;
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ContractJson.Options);

    private static T Parse<T>(string json) => JsonSerializer.Deserialize<T>(json, ContractJson.Options)!;
}
