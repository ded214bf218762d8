using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Payouts;

/// <summary>
/// What stands between the money and its way out: the pay-in is booked, the payout's provider was asked about the name,
/// this round of screening let it pass under lists, policy and parties that are still the newest, and nothing is
/// missing that has to travel with the money. Also does what follows from having moved: reserve, submit, refund or
/// freeze.
/// </summary>
internal sealed class Gates(
    Transfers transfers, PayoutAttempts attempts, Refunds refunds, MissingDetails missing,
    TransactionsSettings settings)
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

    /// <summary>Lists, policy, a party or the facts are newer than what the transfer was cleared under.</summary>
    public async Task<bool> IsOutdatedAsync(Transfer transfer, CancellationToken cancellationToken) =>
        transfer.IsClearedOnOldFacts || await transfers.IsOvertakenAsync(transfer, cancellationToken);

    /// <summary>As <see cref="IsOutdatedAsync"/>, of a refund.</summary>
    public async Task<bool> IsRefundOutdatedAsync(Transfer transfer, CancellationToken cancellationToken) =>
        transfer.IsRefundAllowedOnOldFacts || await transfers.IsRefundOvertakenAsync(transfer, cancellationToken);

    /// <summary>
    /// Whether a payout that a person looks at, and that the provider does not know, may leave once more. It is
    /// screened where it stands when what let it pass last is older by now; until a round is let pass nothing leaves.
    /// </summary>
    public async Task<bool> MayLeaveAgainAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var isOutdated = await IsOutdatedAsync(transfer, cancellationToken);
        if (isOutdated && transfer.IsCleared)
            await ScreenAgainAsync(transfer, cancellationToken);
        return transfer.IsCleared && !isOutdated;
    }

    /// <summary>As <see cref="MayLeaveAgainAsync"/>, of a refund.</summary>
    public async Task<bool> MayRefundLeaveAgainAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var isOutdated = await IsRefundOutdatedAsync(transfer, cancellationToken);
        if (isOutdated && transfer.IsRefundAllowed)
            await ScreenRefundAsync(transfer, cancellationToken);
        return transfer.IsRefundAllowed && !isOutdated;
    }

    /// <summary>Who gets the money back is screened first; the refund waits.</summary>
    public async Task ScreenRefundAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await transfers.ApplyAsync(transfer, TransferEvent.ClearanceOutdated, cancellationToken);
        await RequestRefundScreeningAsync(transfer, cancellationToken);
    }

    public async Task RequestRefundScreeningAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        // Only the sender is of interest: where the payout would have gone is not asked about again.
        var parties = await transfers.PartiesOfAsync(transfer, cancellationToken);
        var round = transfer.NextScreeningRound(parties with
        {
            Versions = parties.Versions with { Beneficiary = transfer.BeneficiaryVersion },
        }, transfers.Now);
        await transfers.PublishAsync(
            new ScreeningRequested(transfer.Id, transfer.Facts, round, RefundOnly: true), cancellationToken);
    }

    /// <summary>What was cleared is screened again; where a round is open already, that one is waited for.</summary>
    public async Task AwaitScreeningAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        if (transfer.IsCleared)
            await ScreenAgainAsync(transfer, cancellationToken);
        else
            await transfers.ApplyAsync(transfer, TransferEvent.ClearanceOutdated, cancellationToken);
    }

    /// <summary>As <see cref="AwaitScreeningAsync"/>, of a refund.</summary>
    public async Task AwaitRefundScreeningAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        if (transfer.IsRefundAllowed)
            await ScreenRefundAsync(transfer, cancellationToken);
        else
            await transfers.ApplyAsync(transfer, TransferEvent.ClearanceOutdated, cancellationToken);
    }

    public async Task ScreenAgainAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        await transfers.ApplyAsync(transfer, TransferEvent.ClearanceOutdated, cancellationToken);
        await RequestScreeningAsync(transfer, cancellationToken);
    }

    public async Task RequestScreeningAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        // Read before compliance is asked: it looks at these versions or at newer ones.
        var parties = await transfers.PartiesOfAsync(transfer, cancellationToken);
        var round = transfer.NextScreeningRound(parties, transfers.Now);
        await transfers.PublishAsync(new ScreeningRequested(transfer.Id, transfer.Facts, round), cancellationToken);
    }

    /// <summary>Tries again what it waited for in <see cref="TransferStage.Screening"/>.</summary>
    public async Task TryAgainAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        if (transfer.Stage == TransferStage.Screening)
            await OpenAsync(transfer, cancellationToken);
    }

    private async Task OpenAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        if (!transfer.IsCleared || transfer.PayInBookedAt is null || transfer.NameCheck == NameCheckState.Pending)
            return;
        if (await IsOutdatedAsync(transfer, cancellationToken))
        {
            await ScreenAgainAsync(transfer, cancellationToken);
            return;
        }
        if ((await missing.OfAsync(transfer, cancellationToken)).Count > 0)
        {
            // From the first time on: details that do not suffice hold the money no longer than none.
            var since = await transfers.FirstAsync(transfer, TransferEvent.DetailsMissing, cancellationToken);
            await transfers.ApplyAsync(transfer, TransferEvent.DetailsMissing, cancellationToken);
            transfer.WaitUntil((since ?? transfers.Now) + settings.DetailsWindow);
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
