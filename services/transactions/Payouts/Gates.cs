using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>
/// What stands between the money and its way out: the pay-in is booked, and this round of screening let it pass under
/// lists and a policy that are still the newest. Also does what follows from having moved: reserve, submit, refund or
/// freeze.
/// </summary>
internal sealed class Gates(Transfers transfers, PayoutAttempts attempts, Refunds refunds)
{
    /// <summary>What has to happen now that the transfer stands where the decision put it.</summary>
    public async Task FollowAsync(Transfer transfer, Decision decision, CancellationToken cancellationToken)
    {
        if (decision.Kind != DecisionKind.Transition)
            return;
        switch (transfer.Stage)
        {
            case TransferStage.Screening:
                await OpenAsync(transfer, cancellationToken);
                break;
            case TransferStage.RefundReserving:
                await attempts.TryWithdrawAsync(transfer, cancellationToken);
                await refunds.RequestAsync(transfer, cancellationToken);
                break;
            case TransferStage.Frozen:
                await attempts.TryWithdrawAsync(transfer, cancellationToken);
                await transfers.PublishAsync(new TransactionFrozen(transfer.Id, transfer.TotalToPay),
                    cancellationToken);
                break;
        }
    }

    /// <summary>Lists or policy are newer than what the transfer was cleared under.</summary>
    public async Task<bool> IsOutdatedAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var bases = await transfers.Db.ScreeningBases.AsNoTracking()
            .Where(basis => basis.TenantId == transfer.TenantId || basis.TenantId == Tenants.Platform)
            .ToListAsync(cancellationToken);
        return bases.Any(basis => basis.ListVersion > transfer.ClearedListVersion
            || basis.PolicyVersion > transfer.ClearedPolicyVersion);
    }

    public async Task ScreenAgainAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await transfers.ApplyAsync(transfer, TransferEvent.ClearanceOutdated, cancellationToken);
        await RequestScreeningAsync(transfer, cancellationToken);
    }

    public Task RequestScreeningAsync(Transfer transfer, CancellationToken cancellationToken) => transfers.PublishAsync(
        new ScreeningRequested(transfer.Id, transfer.Facts, transfer.NextScreeningRound()), cancellationToken);

    private async Task OpenAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        if (!transfer.IsCleared || transfer.PayInBookedAt is null)
            return;
        if (await IsOutdatedAsync(transfer, cancellationToken))
        {
            await ScreenAgainAsync(transfer, cancellationToken);
            return;
        }
        if (transfer.IsReserved)
        {
            await transfers.ApplyAsync(transfer, TransferEvent.ReservationStillHeld, cancellationToken);
            await attempts.WriteAsync(transfer, transfers.Now, cancellationToken);
            return;
        }
        await transfers.ApplyAsync(transfer, TransferEvent.GatesOpened, cancellationToken);
        await transfers.PublishAsync(new TransactionCleared(
            transfer.Id, transfer.TotalToPay, transfer.MidValue, transfer.FxIncome, transfer.Fee,
            transfer.ReceiveAmount,
            transfer.PayoutMethod, transfer.PayoutProvider, transfer.NextReservation()), cancellationToken);
    }
}
