using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// A licence ended a freeze: the money moves back, and the transfer goes on, or is refunded, under the lists and policy
/// that the two people looked at; where there are newer ones it is screened first. A case ends its freeze once: the
/// same message after a later freeze has no effect. Where an earlier attempt has paid, or may have, the money stays
/// where it is and FINANCE looks; a payout that is being recalled may go its way.
/// </summary>
internal sealed class OnFreezeEnded(Transfers transfers, PayoutAttempts attempts, Gates gates) : IReaction<FreezeEnded>
{
    public async Task HandleAsync(FreezeEnded message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        if (transfer.ThawedByCaseId == message.CaseId)
            return;
        var wasFrozen = transfer.Stage is TransferStage.Frozen or TransferStage.Recalling;
        var mayBePaid = wasFrozen && await MayBePaidAsync(transfer, cancellationToken);
        var what = mayBePaid ? TransferEvent.FreezeEndedAfterPayout
            : message.Outcome == FreezeOutcome.Release ? TransferEvent.FreezeReleased
            : TransferEvent.FreezeRefunded;
        if (wasFrozen)
        {
            transfer.NoteThaw(message.CaseId, message.ScreeningRound);
            transfer.NoteRefundAllowed(message.ScreeningRound, message.ListVersion, message.PolicyVersion);
        }
        // A newer round that compliance had not heard of when this was decided is still to be answered.
        if (wasFrozen && message.ScreeningRound >= transfer.ScreeningRound)
            transfer.NoteClearance(transfer.ScreeningRound, message.ListVersion, message.PolicyVersion);
        var decision = await transfers.ApplyAsync(transfer, what, cancellationToken, message.CaseId.ToString());
        if (mayBePaid && await attempts.FindOpenAsync(transfer, cancellationToken) is { } recalled)
            recalled.DropRecall();
        if (mayBePaid)
            await transfers.RecordAnomalyAsync(transfer, "FREEZE_ENDED_AFTER_PAYOUT", what, Contracts.Roles.Finance,
                cancellationToken, message.CaseId.ToString(), $"freeze-ended:{message.CaseId}");
        else if (decision.Kind == DecisionKind.Transition)
            await ThawAsync(transfer, decision, cancellationToken);
        await transfers.SaveAsync(cancellationToken);
    }

    /// <summary>The books first: what follows needs the money where it was.</summary>
    private async Task ThawAsync(Transfer transfer, Decision decision, CancellationToken cancellationToken)
    {
        await transfers.PublishAsync(new TransactionUnfrozen(
            transfer.Id, transfer.TotalToPay, transfer.FreezeNumber), cancellationToken);
        await gates.FollowAsync(transfer, decision, cancellationToken);
    }

    private async Task<bool> MayBePaidAsync(Transfer transfer, CancellationToken cancellationToken) =>
        await transfers.Db.PayoutAttempts.AnyAsync(attempt => attempt.TransactionId == transfer.Id
            && attempt.State != AttemptState.Failed && attempt.State != AttemptState.Withdrawn, cancellationToken)
        || await transfers.Db.RefundAttempts.AnyAsync(attempt => attempt.TransactionId == transfer.Id
            && attempt.State != AttemptState.Failed && attempt.State != AttemptState.Withdrawn, cancellationToken);
}
