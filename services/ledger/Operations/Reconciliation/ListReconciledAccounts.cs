using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

internal static class ListReconciledAccounts
{
    /// <summary>A tenant reconciles some dozen accounts.</summary>
    public sealed record ReconciledAccountList(IReadOnlyList<ConfigureReconciliation.ReconciledAccountView> Items);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/reconciliation/accounts", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listReconciledAccounts").WithTags(ReconciliationViews.Tag)
        .WithSummary("The accounts that are reconciled, and how")
        .Produces<ReconciledAccountList>();

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, ReconciledAccounts reconciled, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await reconciled.ListAsync(cancellationToken);
        return TypedResults.Ok(new ReconciledAccountList([.. found.Select(ConfigureReconciliation.Of)]));
    }
}
