using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>
/// A rule that is changed or retired gets a new version; matches name the version that made them.
/// </summary>
internal static class ChangeMatchRule
{
    public const string RuleChanged = "RULE_CHANGED";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut("/v1/ledger/reconciliation/rules/{ruleId}", ChangeAsync)
            .RequireRole(Roles.Finance)
            .WithName("changeMatchRule").WithTags(ReconciliationViews.Tag)
            .WithSummary("Change a rule: a new version of it, after the one given")
            .Produces<ReconciliationRule>()
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapDelete("/v1/ledger/reconciliation/rules/{ruleId}", RetireAsync)
            .RequireRole(Roles.Finance)
            .WithName("retireMatchRule").WithTags(ReconciliationViews.Tag)
            .WithSummary("Retire a rule; what it matched stays")
            .Produces<ReconciliationRule>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ChangeAsync(
        MatchRuleId ruleId, int version, CreateMatchRule.MatchRuleRequest request, Caller caller, DbSession session,
        ReconciledAccounts reconciled, RuleStore rules, TimeProvider clock, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await LatestAsync(ruleId, reconciled, rules, cancellationToken) is not var (account, latest))
            return Problems.NotFound();
        if (CreateMatchRule.Validate(request, account.Currency.Code) is { Failed: true } validation)
            return validation.ToProblem();
        if (latest.Rule.Version != version)
            return Problems.Conflict(RuleChanged, $"The rule is at version {latest.Rule.Version}; look at it again.");
        var next = new RuleVersion(CreateMatchRule.RuleOf(request, ruleId, version + 1), account.Id,
            request.Name!, true,
            caller.Subject, clock.GetUtcNow());
        await rules.AddAsync(next, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(ReconciliationViews.Of(next, account.Currency));
    }

    private static async Task<IResult> RetireAsync(
        MatchRuleId ruleId, Caller caller, DbSession session, ReconciledAccounts reconciled, RuleStore rules,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await LatestAsync(ruleId, reconciled, rules, cancellationToken) is not var (account, latest))
            return Problems.NotFound();
        if (!latest.IsActive)
            return TypedResults.Ok(ReconciliationViews.Of(latest, account.Currency));
        var last = latest with
        {
            Rule = latest.Rule with { Version = latest.Rule.Version + 1 },
            IsActive = false,
            ChangedBy = caller.Subject,
            ChangedAt = clock.GetUtcNow(),
        };
        await rules.AddAsync(last, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(ReconciliationViews.Of(last, account.Currency));
    }

    /// <summary>With the account held, so that two changes do not make the same version.</summary>
    private static async Task<(ReconciledAccount, RuleVersion)?> LatestAsync(
        MatchRuleId id, ReconciledAccounts reconciled, RuleStore rules, CancellationToken cancellationToken)
    {
        if (await rules.VersionsAsync(id, cancellationToken) is not [var found, ..])
            return null;
        var account = await reconciled.LockAsync(found.Account, cancellationToken);
        return (account!, (await rules.VersionsAsync(id, cancellationToken))[0]);
    }
}
