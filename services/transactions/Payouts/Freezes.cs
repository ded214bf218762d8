using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>
/// A true match stops a transfer wherever it stands. What has not left is taken back and its money frozen. What may
/// have left is recalled: the provider is asked to cancel it, and whatever it says at last ends that; a definite no to
/// the payout freezes the money, and a payout that was made all the same is booked and told to COMPLIANCE. What is paid
/// or refunded already stays so and is told.
/// </summary>
internal sealed class Freezes(
    Transfers transfers, PayoutAttempts attempts, Refunds refunds, Gates gates, JobSignal<EnquirePayouts> ask)
{
    /// <param name="caseId">The case that two people decided.</param>
    public async Task FreezeAsync(Transfer transfer, CaseId caseId, CancellationToken cancellationToken)
    {
        if (await WhyTooLateAsync(transfer, cancellationToken) is { } kind)
        {
            await transfers.RecordAnomalyAsync(transfer, kind, TransferEvent.CaseFrozen, Contracts.Roles.Compliance,
                cancellationToken, caseId.ToString(), $"{kind}:{caseId}");
            return;
        }
        var open = await attempts.FindOpenAsync(transfer, cancellationToken);
        var hasLeft = open is not null && !open.TryWithdraw(transfers.Now);
        var decision = await transfers.ApplyAsync(transfer,
            hasLeft ? TransferEvent.CaseFrozenAfterLeaving : TransferEvent.CaseFrozen, cancellationToken,
            caseId.ToString());
        if (hasLeft && decision.Kind == DecisionKind.Transition)
        {
            open!.Recall(transfers.Now);
            transfers.AfterCommit(ask.Wake);
        }
        await gates.FollowAsync(transfer, decision, cancellationToken);
    }

    /// <summary>
    /// A customer is a true match: what compliance has let pass is put before it again, wherever it stands. What waits
    /// for an answer or a case is seen to there; an answer that was given before and comes late is asked for anew.
    /// </summary>
    public async Task LookAgainAsync(Transfer transfer, PartyId customer, CancellationToken cancellationToken)
    {
        if (transfer.Stage is TransferStage.Frozen or TransferStage.Recalling or TransferStage.Completing
            or TransferStage.RefundCompleting)
            return;
        if (transfer.Status != TransactionStatus.PendingRefund)
        {
            if (transfer.IsCleared)
                await gates.RequestScreeningAsync(transfer, cancellationToken);
            else
                transfer.NoteFrozenParty();
        }
        else if (transfer.SenderId == customer)
        {
            if (transfer.IsRefundAllowed)
                await gates.RequestRefundScreeningAsync(transfer, cancellationToken);
            else
                transfer.NoteFrozenParty();
        }
    }

    private async Task<string?> WhyTooLateAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        if (transfer.Stage is TransferStage.Frozen or TransferStage.Recalling)
            return null;
        if (await transfers.Db.PayoutAttempts.AnyAsync(attempt => attempt.TransactionId == transfer.Id
            && attempt.State == AttemptState.Completed, cancellationToken))
            return "FREEZE_AFTER_PAYOUT";
        return transfer.Status is TransactionStatus.PendingRefund or TransactionStatus.Refunded
            && !await refunds.TryHaltAsync(transfer, cancellationToken)
                ? "FREEZE_AFTER_REFUND"
                : null;
    }
}
