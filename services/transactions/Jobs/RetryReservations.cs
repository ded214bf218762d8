using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>Asks the ledger again for transfers whose payout partner's balance did not suffice.</summary>
internal sealed class RetryReservations(TenantLookup lookup, UnitsOfWork units, TimeProvider clock) : IJob
{
    private const int Batch = 100;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DueTransfersAsync(
            Words.Of(TransferStage.AwaitingFunds), clock.GetUtcNow(), Batch, cancellationToken);
        var done = 0;
        foreach (var found in due)
            done += await units.TryRunAsync<Transfers>(
                found.Tenant, transfers => RetryAsync(transfers, found.Transaction, cancellationToken),
                    cancellationToken) ? 1 : 0;
        return due.Count == Batch && done > 0;
    }

    private static async Task RetryAsync(Transfers transfers, TransactionId id, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(id, cancellationToken);
        if (transfer is not { Stage: TransferStage.AwaitingFunds } || transfer.DueAt > transfers.Now)
            return;
        await transfers.ApplyAsync(transfer, TransferEvent.ReservationRetried, cancellationToken);
        await transfers.PublishAsync(new ReservationRequested(
            transfer.Id, transfer.PayoutProvider, transfer.ReceiveAmount, transfer.NextReservation()),
                cancellationToken);
    }
}
