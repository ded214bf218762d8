using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

internal static class GetBankStatement
{
    /// <param name="Next">Pass it as <c>after</c> for further lines; missing on the last page.</param>
    public sealed record ReconciliationStatementLines(
        ReconciliationStatement Statement, IReadOnlyList<ReconciliationLine> Lines, int? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/reconciliation/statements/{statementId}", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getBankStatement").WithTags(ReconciliationViews.Tag)
        .WithSummary("A statement and its lines")
        .Produces<ReconciliationStatementLines>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        StatementId statementId, Caller caller, DbSession session, ReconciledAccounts reconciled,
        StatementArchive statements, CancellationToken cancellationToken, int? limit = null, int after = 0)
    {
        if (!Paging.TryLimit(limit, out var size, out var problem))
            return problem;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await statements.FindAsync(statementId, cancellationToken) is not { } found)
            return Problems.NotFound();
        var account = (await reconciled.ListAsync(cancellationToken)).Single(one => one.Id == found.Account);
        var lines = await statements.LinesAsync(statementId, account.Currency, after, size + 1, cancellationToken);
        var page = lines.Take(size).ToArray();
        return TypedResults.Ok(new ReconciliationStatementLines(
            ReconciliationViews.Of(found, account.Currency), [.. page.Select(ReconciliationViews.Of)],
            lines.Count > size ? page[^1].Line.Number : null));
    }
}
