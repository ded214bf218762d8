using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.PayIns;

/// <summary>
/// What came of a refund attempt, whichever way it was heard: the reply, a callback or an enquiry. Any answer may come
/// twice, late, or after another one.
/// </summary>
internal sealed class RefundOutcomes(Transfers transfers, Refunds refunds, Gates gates, TransactionsSettings settings)
{
    private const int MaxSends = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>The one place where an answer about a refund takes effect, whichever way it came.</summary>
    public async Task RecordAsync(Found found, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(found.Transaction, cancellationToken)
            ?? throw new InvalidOperationException($"Refund {found.Attempt} has no transfer.");
        var attempt = await transfers.Db.RefundAttempts
            .SingleAsync(row => row.Id == found.Attempt!.Value, cancellationToken);
        await (answer.Kind switch
        {
            AnswerKind.Accepted => AcceptAsync(transfer, attempt, answer, cancellationToken),
            AnswerKind.Completed => CompleteAsync(transfer, attempt, answer, cancellationToken),
            AnswerKind.Rejected => RejectAsync(transfer, attempt, answer, cancellationToken),
            AnswerKind.NotFound => NotFoundAsync(transfer, attempt, cancellationToken),
            _ => UnknownAsync(transfer, attempt, cancellationToken),
        });
    }

    private async Task AcceptAsync(
        Transfer transfer, RefundAttempt attempt, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        if (!attempt.IsOpen || !attempt.MayHaveLeft || attempt.State == AttemptState.Submitted)
            return;
        attempt.Accept(answer.ProviderId, transfers.Now, transfers.Now + settings.EnquireAfter);
        await transfers.ApplyAsync(transfer, TransferEvent.RefundAccepted, cancellationToken);
    }

    private async Task CompleteAsync(
        Transfer transfer, RefundAttempt attempt, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        if (attempt.State == AttemptState.Completed)
            return;
        if (!attempt.MayHaveLeft)
        {
            await RecordForFinanceAsync(transfer, attempt, "REFUNDED_UNASKED", TransferEvent.RefundCompleted,
                cancellationToken);
            return;
        }
        if (await transfers.Db.RefundAttempts.AnyAsync(other => other.TransactionId == transfer.Id
            && other.State == AttemptState.Completed, cancellationToken))
        {
            await RecordForFinanceAsync(transfer, attempt, "REFUNDED_TWICE", TransferEvent.RefundCompleted,
                cancellationToken);
            return;
        }
        // It had been refused, and the next attempt may have left: that one may give the money back as well.
        if (!attempt.IsOpen && !await refunds.TryHaltAsync(transfer, cancellationToken))
            await RecordForFinanceAsync(transfer, attempt, "MAY_BE_REFUNDED_TWICE", TransferEvent.RefundCompleted,
                cancellationToken);
        attempt.Complete(answer.ProviderId, transfers.Now);
        var decision = await transfers.ApplyAsync(
            transfer, TransferEvent.RefundCompleted, cancellationToken, attempt.Id.ToString());
        if (decision.Kind == DecisionKind.Transition)
            await transfers.PublishAsync(new RefundCompleted(
                transfer.Id, attempt.Id, attempt.Amount, transfer.PayInAccount, transfer.RefundNumber),
                cancellationToken);
    }

    /// <summary>
    /// A refund that is refused for now is sent again; where it was held back meanwhile the books are asked for the
    /// next attempt, once the sender is screened. A dead source account needs a person.
    /// </summary>
    private async Task RejectAsync(
        Transfer transfer, RefundAttempt attempt, ProviderAnswer answer, CancellationToken cancellationToken)
    {
        if (!attempt.IsOpen || !attempt.MayHaveLeft)
            return;
        if (answer.Retryable && attempt.Sends < MaxSends && transfer.Stage == TransferStage.RefundSubmitting)
        {
            attempt.SendAgain(
                transfers.Now, transfers.Now + Backoff.After(attempt.Sends - 1, settings.PayoutRetryBase,
                    LongestPause));
            return;
        }
        // An earlier request with this reference may still arrive: another reference beside it could pay twice.
        if (answer.OnlyThisRequest && attempt.Sends > 1)
        {
            await UnknownAsync(transfer, attempt, cancellationToken);
            return;
        }
        var mayTryAgain = answer.Retryable && !await IsPaidOutAsync(transfer, cancellationToken)
            && await refunds.RefusedAsync(transfer, cancellationToken) + 1 < PayoutOutcomes.MaxAttempts;
        attempt.Fail(answer.ProviderId, answer.FailureCode!, answer.Retryable, transfers.Now);
        var what = mayTryAgain ? TransferEvent.RefundRejectedForNow : TransferEvent.RefundRejected;
        var decision = await transfers.ApplyAsync(transfer, what, cancellationToken, attempt.Id.ToString());
        if (mayTryAgain)
            await gates.FollowAsync(transfer, decision, cancellationToken);
        else
            await RecordForFinanceAsync(transfer, attempt, "REFUND_REFUSED", what, cancellationToken);
    }

    private async Task UnknownAsync(Transfer transfer, RefundAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.State == AttemptState.Sending)
        {
            attempt.Lose(transfers.Now, transfers.Now + settings.EnquiryBase);
            await transfers.ApplyAsync(transfer, TransferEvent.RefundUnanswered, cancellationToken);
        }
        else if (attempt.State is AttemptState.Unknown or AttemptState.Submitted
            && attempt.Enquiries >= PayoutOutcomes.EnquiriesBeforeReview)
        {
            await StuckAsync(transfer, attempt, cancellationToken);
        }
    }

    private async Task NotFoundAsync(Transfer transfer, RefundAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.State is not (AttemptState.Unknown or AttemptState.Submitted))
            return;
        if (attempt.Sends >= MaxSends)
        {
            await StuckAsync(transfer, attempt, cancellationToken);
            return;
        }
        // Held back, or without an answer for long: the same reference leaves again only where that is still right.
        if (transfer.Stage == TransferStage.ManualReview && (await IsPaidOutAsync(transfer, cancellationToken)
            || !await gates.MayRefundLeaveAgainAsync(transfer, cancellationToken)))
            return;
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.RefundNotFound, cancellationToken);
        if (decision.Kind == DecisionKind.Transition)
            attempt.SendAgain(
                transfers.Now, transfers.Now + Backoff.After(attempt.Sends - 1, settings.EnquiryBase, LongestPause));
    }

    /// <summary>The payout has completed after all, or may have: nothing more goes back by itself.</summary>
    private Task<bool> IsPaidOutAsync(Transfer transfer, CancellationToken cancellationToken) =>
        transfers.Db.PayoutAttempts.AnyAsync(attempt => attempt.TransactionId == transfer.Id
            && attempt.State != AttemptState.Failed && attempt.State != AttemptState.Withdrawn, cancellationToken);

    private async Task StuckAsync(Transfer transfer, RefundAttempt attempt, CancellationToken cancellationToken)
    {
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.RefundStuck, cancellationToken);
        if (decision.Kind == DecisionKind.Transition)
            await RecordForFinanceAsync(transfer, attempt, "REFUND_UNKNOWN", TransferEvent.RefundStuck,
                cancellationToken);
    }

    private Task RecordForFinanceAsync(
        Transfer transfer, RefundAttempt attempt, string kind, TransferEvent what,
        CancellationToken cancellationToken) =>
        transfers.RecordAnomalyAsync(
            transfer, kind, what, Contracts.Roles.Finance, cancellationToken, attempt.Id.ToString(),
            $"{kind}:{attempt.Id}");
}
