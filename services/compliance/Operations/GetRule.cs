using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations;

/// <summary>One rule with its versions, its history, and what its versions said lately.</summary>
internal static class GetRule
{
    private const int CountedDays = 30;
    /// <summary>Of the transfers of those days, the newest so many are counted.</summary>
    private const int MaxCounted = 20_000;
    private const int MaxRows = 500;

    /// <summary>A version as it was written.</summary>
    public sealed record RuleVersionView(
        int Version, string Name, string Text, string CreatedBy, DateTimeOffset CreatedAt);

    /// <summary>A step of a rule.</summary>
    public sealed record RuleStep(
        int Number, string Type, string Actor, int? Version, string? Reason, DateTimeOffset At);

    /// <summary>What a version said in the last 30 days.</summary>
    /// <param name="Mode">LIVE, or SHADOW: without effect.</param>
    /// <param name="Tried">Transfers that the rule is about.</param>
    /// <param name="Alerts">Of them, those it alerted on, the undecided ones among them.</param>
    public sealed record RuleCounts(int Version, string Mode, long Tried, long Alerts, long Undecided);

    public sealed record ScreeningRuleDetail(
        ScreeningRuleView Rule, IReadOnlyList<RuleVersionView> Versions, IReadOnlyList<RuleStep> Steps,
        IReadOnlyList<RuleCounts> Counts);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/screening-rules/{id:guid}", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetScreeningRule").WithSummary("A rule with its versions and what they said lately")
        .WithTags("Screening rules")
        .Produces<ScreeningRuleDetail>().ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(
        Guid id, Caller caller, ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await db.FindRuleAsync(caller.Tenant, id, null, cancellationToken) is not ({ } rule, { } latest))
            return Problems.NotFound();
        var versions = await db.RuleVersions.AsNoTracking()
            .Where(one => one.TenantId == caller.Tenant && one.RuleId == id)
            .OrderByDescending(one => one.Version).Take(MaxRows).ToListAsync(cancellationToken);
        var steps = await db.RuleEvents.AsNoTracking()
            .Where(one => one.TenantId == caller.Tenant && one.RuleId == id)
            .OrderByDescending(one => one.Number).Take(MaxRows).ToListAsync(cancellationToken);
        return TypedResults.Ok(new ScreeningRuleDetail(ScreeningRuleView.Of(rule, latest),
            versions.ConvertAll(ViewOf), steps.ConvertAll(StepOf),
            await CountsAsync(work, id, clock.GetUtcNow().AddDays(-CountedDays), cancellationToken)));
    }

    private static RuleVersionView ViewOf(RuleVersion one) =>
        new(one.Version, one.Name, one.Text, one.CreatedBy, one.CreatedAt);

    private static RuleStep StepOf(RuleEvent one) =>
        new(one.Number, one.Type, one.Actor, one.Version, one.Reason, one.At);

    private static async Task<IReadOnlyList<RuleCounts>> CountsAsync(
        ComplianceWork work, Guid id, DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var read = work.Session.Command(
            "select (r->>'version')::int, r->>'mode', count(*), "
            + "count(*) filter (where r->>'verdict' <> 'NOT_MATCHED'), "
            + "count(*) filter (where r->>'verdict' = 'UNDECIDED') "
            + "from (select results from rule_evaluations where tenant_id = $1 and funded_at >= $2 "
            + "order by funded_at desc limit $4) e cross join lateral jsonb_array_elements(e.results) r "
            + "where r->>'ruleId' = $3 group by 1, 2 order by 1, 2",
            work.Session.Tenant.Value, since, id.ToString(), MaxCounted);
        await using var rows = await read.ExecuteReaderAsync(cancellationToken);
        var counts = new List<RuleCounts>();
        while (await rows.ReadAsync(cancellationToken))
        {
            counts.Add(new RuleCounts(
                rows.GetInt32(0), rows.GetString(1), rows.GetInt64(2), rows.GetInt64(3), rows.GetInt64(4)));
        }
        return counts;
    }
}
