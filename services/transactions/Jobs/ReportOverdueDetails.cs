using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>
/// Tells a person of a transfer whose missing details nobody gave in time: its money is held, and somebody has to ask
/// the sender or give it back. It goes on waiting, and is told of once.
/// </summary>
internal sealed class ReportOverdueDetails(TenantLookup lookup, UnitsOfWork units, TimeProvider clock) : IJob
{
    public const string Kind = "DETAILS_OVERDUE";

    private const int Batch = 100;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var due = await lookup.DueTransfersAsync(
            Words.Of(TransferStage.AwaitingDetails), clock.GetUtcNow(), Batch, cancellationToken);
        var done = 0;
        foreach (var found in due)
            done += await units.TryRunAsync<Transfers>(
                found.Tenant, transfers => ReportAsync(transfers, found.Transaction, cancellationToken),
                cancellationToken) ? 1 : 0;
        return due.Count == Batch && done > 0;
    }

    private static async Task ReportAsync(Transfers transfers, TransactionId id, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(id, cancellationToken);
        if (transfer is not { Stage: TransferStage.AwaitingDetails } || transfer.DueAt > transfers.Now)
            return;
        // Stages are for compliance alone, and so is this one.
        await transfers.RecordAnomalyAsync(transfer, Kind, TransferEvent.DetailsMissing, Contracts.Roles.Compliance,
            cancellationToken, dedupeKey: $"details-overdue:{transfer.Id}");
        transfer.WaitUntil(null);
    }
}
