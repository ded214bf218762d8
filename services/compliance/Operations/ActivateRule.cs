using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// A second person puts a version of a rule into force. That is a new policy: older clearances do not hold any more.
/// </summary>
internal static partial class ActivateRule
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-rules/{id:guid}/activate", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ActivateScreeningRule").WithSummary("Activate a version that someone else wrote")
        .WithTags("Screening rules")
        .Produces<ScreeningRuleView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(Guid id, RuleVersionChoice? request, Caller caller,
        ComplianceWork work, Outbox outbox, TimeProvider clock, ILogger<ScreeningRule> logger,
        CancellationToken cancellationToken)
    {
        // Which one was read is said: another may have been written since.
        var validation = new Validation();
        if (!validation.Require(request?.Version, "/version"))
            return validation.ToProblem();
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        if (await db.FindRuleAsync(caller.Tenant, id, request?.Version, cancellationToken)
            is not ({ } rule, { } chosen))
            return Problems.NotFound();
        // The same person activating once more is a repeated request.
        if (rule.LiveVersion == chosen.Version && rule.ActivatedBy == caller.Subject)
            return TypedResults.Ok(ScreeningRuleView.Of(rule, db.LatestOf(rule)));
        var newest = await db.NewestActivatedAsync(rule, cancellationToken);
        if (rule.Activate(chosen, newest, caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        db.AddEventsOf(rule);
        var policy = await work.NextPolicyAsync(outbox, chosen.CreatedBy, caller.Subject, clock, cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogActivated(logger, id, chosen.Version, caller.Tenant, policy);
        return TypedResults.Ok(ScreeningRuleView.Of(rule, db.LatestOf(rule)));
    }

    [LoggerMessage(Level = LogLevel.Information, Message =
        "Rule {RuleId}, version {Version}, of {TenantId} is active from policy version {PolicyVersion} on")]
    private static partial void LogActivated(
        ILogger logger, Guid ruleId, int version, TenantId tenantId, long policyVersion);
}
