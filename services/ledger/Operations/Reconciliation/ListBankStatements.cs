using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

internal static class ListBankStatements
{
    /// <summary>Newest import first.</summary>
    /// <param name="Next">Pass it as <c>before</c> for older ones; missing on the last page.</param>
    public sealed record ReconciliationStatementPage(IReadOnlyList<ReconciliationStatement> Items, int? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/reconciliation/accounts/{account}/{currency}/statements", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listBankStatements").WithTags(ReconciliationViews.Tag)
        .WithSummary("The statements of an account")
        .Produces<ReconciliationStatementPage>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, Caller caller, DbSession session, ReconciledAccounts reconciled,
        StatementArchive statements, CancellationToken cancellationToken, int? limit = null, int? before = null)
    {
        if (!Paging.TryLimit(limit, out var size, out var problem))
            return problem;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (ReconciliationViews.AccountOf(account, currency) is not { } name
            || await reconciled.FindAsync(name, cancellationToken) is not { } found)
            return ReconciliationViews.NotReconciled();
        var list = await statements.ListAsync(
            found.Id, before ?? int.MaxValue, size + 1, cancellationToken);
        var page = list.Take(size).ToArray();
        return TypedResults.Ok(new ReconciliationStatementPage(
            [.. page.Select(statement => ReconciliationViews.Of(statement, found.Currency))],
            list.Count > size ? page[^1].Number : null));
    }
}
