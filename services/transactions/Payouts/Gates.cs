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
                if (await IsRefundOutdatedAsync(transfer, cancellationToken))
                    await ScreenRefundAsync(transfer, cancellationToken);
                else
                    await refunds.RequestAsync(transfer, cancellationToken);
                break;
            case TransferStage.Frozen:
                await attempts.TryWithdrawAsync(transfer, cancellationToken);
                await transfers.PublishAsync(new TransactionFrozen(
                    transfer.Id, transfer.TotalToPay, transfer.NextFreeze()), cancellationToken);
                break;
        }
    }

    /// <summary>Lists or policy are newer than what the transfer was cleared under.</summary>
    public Task<bool> IsOutdatedAsync(Transfer transfer, CancellationToken cancellationToken) => IsNewerThanAsync(
        transfer.ClearedListVersion, transfer.ClearedPolicyVersion, transfer.TenantId, cancellationToken);

    /// <summary>Lists or policy are newer than those under which the sender may have the money back.</summary>
    public Task<bool> IsRefundOutdatedAsync(Transfer transfer, CancellationToken cancellationToken) =>
        IsNewerThanAsync(transfer.RefundListVersion, transfer.RefundPolicyVersion, transfer.TenantId,
            cancellationToken);

    /// <summary>Who gets the money back is screened first; the refund waits.</summary>
    public async Task ScreenRefundAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await transfers.ApplyAsync(transfer, TransferEvent.ClearanceOutdated, cancellationToken);
        await transfers.PublishAsync(new ScreeningRequested(
            transfer.Id, transfer.Facts, transfer.NextScreeningRound(), RefundOnly: true), cancellationToken);
    }

    public async Task ScreenAgainAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await transfers.ApplyAsync(transfer, TransferEvent.ClearanceOutdated, cancellationToken);
        await RequestScreeningAsync(transfer, cancellationToken);
    }

    public Task RequestScreeningAsync(Transfer transfer, CancellationToken cancellationToken) => transfers.PublishAsync(
        new ScreeningRequested(transfer.Id, transfer.Facts, transfer.NextScreeningRound()), cancellationToken);

    private async Task<bool> IsNewerThanAsync(
        long lists, long policy, TenantId tenant, CancellationToken cancellationToken) =>
        await transfers.Db.ScreeningBases.AsNoTracking().AnyAsync(
            basis => (basis.TenantId == tenant || basis.TenantId == Tenants.Platform)
                && (basis.ListVersion > lists || basis.PolicyVersion > policy), cancellationToken);

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
            transfer.PayoutMethod, transfer.PayoutProvider, transfer.NextReservation(),
            transfer.FreezeNumber + 1), cancellationToken);
    }
}
