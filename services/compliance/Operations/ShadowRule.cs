using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// Tries a version beside the live ones: what it says is recorded and has no effect. One person may.
/// </summary>
internal static class ShadowRule
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/screening-rules/{id:guid}/shadow", StartAsync)
            .RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("StartScreeningRuleShadow").WithSummary("Try a version without effect")
            .WithTags("Screening rules")
            .Produces<ScreeningRuleView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        routes.MapDelete("/v1/screening-rules/{id:guid}/shadow", EndAsync)
            .RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("EndScreeningRuleShadow").WithSummary("End the trial").WithTags("Screening rules")
            .Produces<ScreeningRuleView>().ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> StartAsync(Guid id, RuleVersionChoice? request, Caller caller,
        ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        if (await db.FindRuleAsync(caller.Tenant, id, request?.Version, cancellationToken)
            is not ({ } rule, { } chosen))
            return Problems.NotFound();
        if (rule.StartShadow(chosen, caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        return await SaveAsync(rule, work, cancellationToken);
    }

    private static async Task<IResult> EndAsync(
        Guid id, Caller caller, ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        if (await db.FindRuleAsync(caller.Tenant, id, null, cancellationToken) is not ({ } rule, _))
            return Problems.NotFound();
        rule.EndShadow(caller.Subject, clock);
        return await SaveAsync(rule, work, cancellationToken);
    }

    private static async Task<IResult> SaveAsync(
        ScreeningRule rule, ComplianceWork work, CancellationToken cancellationToken)
    {
        work.Db.AddEventsOf(rule);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(ScreeningRuleView.Of(rule, work.Db.LatestOf(rule)));
    }
}
