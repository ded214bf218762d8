using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>
/// Switching a rule off takes two people too: the first call proposes, the second person's call does it. Until then the
/// rule stays in force. Afterwards the policy is a new version.
/// </summary>
internal static partial class DeactivateRule
{
    private const int MaxReasonLength = 2000;

    /// <param name="Reason">For the file, 1 to 2000 characters; of the one who proposes.</param>
    public sealed record DeactivationRequest(string? Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/v1/screening-rules/{id:guid}/deactivate", HandleAsync)
            .RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("DeactivateScreeningRule")
            .WithSummary("Propose to switch a rule off, or do what another proposed")
            .WithTags("Screening rules")
            .Produces<ScreeningRuleView>().Produces<ScreeningRuleView>(202)
            .ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);
        routes.MapDelete("/v1/screening-rules/{id:guid}/deactivate", WithdrawAsync)
            .RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("KeepScreeningRule").WithSummary("Withdraw the proposal to switch a rule off")
            .WithTags("Screening rules")
            .Produces<ScreeningRuleView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> HandleAsync(Guid id, DeactivationRequest? request, Caller caller,
        ComplianceWork work, Outbox outbox, TimeProvider clock, ILogger<ScreeningRule> logger,
        CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        if (await db.FindRuleAsync(caller.Tenant, id, null, cancellationToken) is not ({ } rule, { } latest))
            return Problems.NotFound();
        if (rule.LiveVersion is null && rule.DeactivatedBy == caller.Subject)
            return TypedResults.Ok(ScreeningRuleView.Of(rule, latest));
        if (rule.LiveVersion is not null && rule.DeactivationProposedBy is null)
            return await ProposeAsync(rule, latest, request?.Reason, caller, work, clock, cancellationToken);
        // A proposal sent once more is a repeated request; without a reason it is the attempt to do it oneself.
        if (rule.LiveVersion is not null && rule.DeactivationProposedBy == caller.Subject
            && request?.Reason is not null)
            return TypedResults.Accepted((string?)null, ScreeningRuleView.Of(rule, latest));
        // Whoever gives a reason proposes; he may not have seen that another one did so just before.
        if (rule.LiveVersion is not null && request?.Reason is not null)
            return Problems.Conflict(Problems.InvalidTransition,
                "Somebody proposed to switch it off already; to do it, ask again without a reason.");
        if (rule.Deactivate(caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        db.AddEventsOf(rule);
        var policy = await work.NextPolicyAsync(
            outbox, rule.DeactivationProposedBy!, caller.Subject, clock, cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogDeactivated(logger, id, caller.Tenant, policy);
        return TypedResults.Ok(ScreeningRuleView.Of(rule, latest));
    }

    private static async Task<IResult> ProposeAsync(ScreeningRule rule, RuleVersion latest, string? reason,
        Caller caller, ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (!validation.RequireText(reason, "/reason", MaxReasonLength))
            return validation.ToProblem();
        if (rule.ProposeDeactivation(reason, caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        work.Db.AddEventsOf(rule);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, ScreeningRuleView.Of(rule, latest));
    }

    private static async Task<IResult> WithdrawAsync(
        Guid id, Caller caller, ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        if (await db.FindRuleAsync(caller.Tenant, id, null, cancellationToken) is not ({ } rule, { } latest))
            return Problems.NotFound();
        if (rule.WithdrawDeactivation(caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        db.AddEventsOf(rule);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(ScreeningRuleView.Of(rule, latest));
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Rule {RuleId} of {TenantId} is switched off from policy version {PolicyVersion} on")]
    private static partial void LogDeactivated(ILogger logger, Guid ruleId, TenantId tenantId, long policyVersion);
}
