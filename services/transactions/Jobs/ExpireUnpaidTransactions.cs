using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>Ends transfers that nobody paid within the window of their pay-in method.</summary>
internal sealed class ExpireUnpaidTransactions(TenantLookup lookup, UnitsOfWork units, TimeProvider clock) : IJob
{
    private const int Batch = 100;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DueTransfersAsync(
            Words.Of(TransferStage.AwaitingPayment), clock.GetUtcNow(), Batch, cancellationToken);
        var done = 0;
        foreach (var found in due)
            done += await units.TryRunAsync<Transfers>(
                found.Tenant, transfers => ExpireAsync(transfers, found.Transaction, cancellationToken),
                    cancellationToken) ? 1 : 0;
        return due.Count == Batch && done > 0;
    }

    private static async Task ExpireAsync(Transfers transfers, TransactionId id, CancellationToken cancellationToken)
    {
        // It may have been paid since it was found: only the locked row tells.
        var transfer = await transfers.LockAsync(id, cancellationToken);
        if (transfer is { Stage: TransferStage.AwaitingPayment } && transfer.DueAt <= transfers.Now)
            await transfers.ApplyAsync(transfer, TransferEvent.PaymentWindowEnded, cancellationToken);
    }
}
