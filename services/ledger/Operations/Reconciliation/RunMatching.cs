using FinCode.Contracts;
using FinCode.Ledger.Reconciliation;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>Runs the rules again: after entries were booked or rules changed. Running twice changes nothing
/// more.</summary>
internal static class RunMatching
{
    /// <param name="Matches">Made by this run.</param>
    public sealed record MatchingRun(int Matches, int BreaksOpened, int BreaksClosed, int OpenBreaks);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/reconciliation/accounts/{account}/{currency}/run", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("runMatching").WithTags(ReconciliationViews.Tag)
        .WithSummary("Run the rules over what is open")
        .Produces<MatchingRun>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, Caller caller, DbSession session, ReconciledAccounts reconciled,
        ReconciliationDesk desk, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (ReconciliationViews.AccountOf(account, currency) is not { } name
            || await reconciled.FindAsync(name, cancellationToken) is not { } found)
            return ReconciliationViews.NotReconciled();
        var held = await reconciled.LockAsync(found.Id, cancellationToken);
        if (await desk.RunAsync(held!, cancellationToken) is not { } outcome)
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, Problems.LimitExceeded,
                $"More than {OpenItemStore.MaxOpen} lines or legs are open.");
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(new MatchingRun(
            outcome.Matches, outcome.BreaksOpened, outcome.BreaksClosed, outcome.OpenBreaks));
    }
}
