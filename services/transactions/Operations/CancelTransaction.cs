using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations;

/// <summary>
/// The sender changes their mind: before paying the transfer ends, afterwards the money goes back, and once a payout
/// has left it is too late. Cancelling again what one has cancelled answers as the first time.
/// </summary>
internal sealed class CancelTransaction(
    Transfers transfers, PayoutAttempts attempts, Gates gates, TransactionResponses responses)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/transactions/{id}/cancel", HandleAsync)
        .RequireAccess(Scopes.TransactionsWrite, Contracts.Roles.Cashier, Contracts.Roles.Agent,
            Contracts.Roles.Manager)
        .WithName("CancelTransaction").WithSummary("Cancel a transfer that has not been sent to the beneficiary")
        .WithTags("Transactions").WithGroupName("partners")
        .Produces<TransactionResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(409);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, DbSession session, IServiceProvider scope, CancellationToken cancellationToken)
    {
        if (!TransactionId.TryParse(id, null, out var transactionId))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var answer = await scope.GetRequiredService<CancelTransaction>().RunAsync(transactionId, cancellationToken);
        if (answer is IStatusCodeHttpResult { StatusCode: 200 })
            await session.CommitAsync(cancellationToken);
        return answer;
    }

    private async Task<IResult> RunAsync(TransactionId id, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(id, cancellationToken);
        if (transfer is null)
            return Problems.NotFound();
        if (!transfer.CancelledBySender && !await TryCancelAsync(transfer, cancellationToken))
            return Problems.Conflict(Problems.InvalidTransition, "This transfer cannot be cancelled any more.");
        await transfers.SaveAsync(cancellationToken);
        return TypedResults.Ok(await responses.OfAsync(transfer, cancellationToken));
    }

    private async Task<bool> TryCancelAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var isLeaving = transfer.Stage is TransferStage.Submitting or TransferStage.Retrying;
        if (isLeaving && !await attempts.TryWithdrawAsync(transfer, cancellationToken))
            return false;
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.Cancel, cancellationToken);
        if (decision.Kind == DecisionKind.Anomaly)
            return false;
        transfer.NoteCancelledBySender();
        // Compliance may have let it pass while the ledger had not booked it: then nothing more is to be waited for.
        if (transfer is { Stage: TransferStage.RefundScreening, IsCleared: true })
            decision = await transfers.ApplyAsync(transfer, TransferEvent.ScreeningCleared, cancellationToken);
        // What stands frozen stays so: nothing follows but that it goes back, not on, when that ends.
        if (transfer.Stage != TransferStage.Frozen)
            await gates.FollowAsync(transfer, decision, cancellationToken);
        return true;
    }
}
