using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Jobs;

/// <summary>
/// Transfers that wait for details go on by themselves once a party of theirs, or the travel rule, has changed: they
/// are screened again where details are new, and come back here if something is still missing.
/// </summary>
internal sealed class ResumeWhenDetailsAreGiven(
    TenantLookup lookup, UnitsOfWork units, TimeProvider clock) : IJob
{
    private const int Batch = 100;

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        var found = await lookup.DetailsGivenAsync(clock.GetUtcNow(), Batch, cancellationToken);
        var done = 0;
        foreach (var one in found)
            done += await units.TryRunAsync<Resumption>(
                one.Tenant, resumption => resumption.RunAsync(one.Transaction, cancellationToken), cancellationToken)
                ? 1
                : 0;
        return found.Count == Batch && done > 0;
    }
}

internal sealed class Resumption(Transfers transfers, Gates gates)
{
    public async Task RunAsync(TransactionId id, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(id, cancellationToken);
        if (transfer is not { Stage: TransferStage.AwaitingDetails })
            return;
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.DetailsGiven, cancellationToken);
        await gates.FollowAsync(transfer, decision, cancellationToken);
    }
}
