using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

internal static class ListMatchRules
{
    /// <summary>An account has at most fifty rules in force.</summary>
    public sealed record ReconciliationRuleList(IReadOnlyList<ReconciliationRule> Items);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/ledger/reconciliation/accounts/{account}/{currency}/rules", ListAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("listMatchRules").WithTags(ReconciliationViews.Tag)
            .WithSummary("The rules of an account by priority; retired ones only if asked for")
            .Produces<ReconciliationRuleList>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapGet("/v1/ledger/reconciliation/rules/{ruleId}/versions", VersionsAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("listMatchRuleVersions").WithTags(ReconciliationViews.Tag)
            .WithSummary("What a rule was, newest first")
            .Produces<ReconciliationRuleList>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        string account, string currency, Caller caller, DbSession session, ReconciledAccounts reconciled,
        RuleStore rules, CancellationToken cancellationToken, bool retired = false)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (ReconciliationViews.AccountOf(account, currency) is not { } name
            || await reconciled.FindAsync(name, cancellationToken) is not { } found)
            return ReconciliationViews.NotReconciled();
        var list = await rules.ListAsync(found.Id, retired, cancellationToken);
        return TypedResults.Ok(new ReconciliationRuleList(
            [.. list.Select(version => ReconciliationViews.Of(version, found.Currency))]));
    }

    private static async Task<IResult> VersionsAsync(
        MatchRuleId ruleId, Caller caller, DbSession session, ReconciledAccounts reconciled, RuleStore rules,
        CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await rules.VersionsAsync(ruleId, cancellationToken) is not { Count: > 0 } versions)
            return Problems.NotFound();
        var account = (await reconciled.ListAsync(cancellationToken)).Single(one => one.Id == versions[0].Account);
        return TypedResults.Ok(new ReconciliationRuleList(
            [.. versions.Select(version => ReconciliationViews.Of(version, account.Currency))]));
    }
}
