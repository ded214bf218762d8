using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations;

/// <summary>
/// A second person puts a rule into force. That is a new policy: older clearances do not hold any more.
/// </summary>
internal static partial class ActivateRule
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-rules/{id:guid}/activate", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ActivateScreeningRule").WithSummary("Activate a rule that someone else created")
        .WithTags("Screening rules")
        .Produces<ScreeningRuleView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(Guid id, Caller caller, ComplianceWork work, Outbox outbox,
        TimeProvider clock, ILogger<ScreeningRule> logger, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        var rule = await db.Rules.SingleOrDefaultAsync(
            one => one.TenantId == caller.Tenant && one.Id == id, cancellationToken);
        if (rule is null)
            return Problems.NotFound();
        // The same person activating once more is a repeated request.
        if (rule.State == RuleState.Active && rule.ActivatedBy == caller.Subject)
            return TypedResults.Ok(ScreeningRuleView.Of(rule));
        if (rule.Activate(caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        var current = await db.CurrentPolicyAsync(caller.Tenant, cancellationToken);
        var next = current.Next(current.ReviewThreshold, rule.CreatedBy, caller.Subject, clock);
        db.PolicyVersions.Add(next);
        await outbox.AddAsync(new ScreeningBasisChanged(caller.Tenant, null, next.Version), cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogActivated(logger, id, caller.Tenant, next.Version);
        return TypedResults.Ok(ScreeningRuleView.Of(rule));
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Rule {RuleId} of {TenantId} is active from policy version {PolicyVersion} on")]
    private static partial void LogActivated(ILogger logger, Guid ruleId, TenantId tenantId, long policyVersion);
}
