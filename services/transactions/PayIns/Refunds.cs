using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.PayIns;

/// <summary>
/// Giving the whole amount back to the method that paid: asked of the ledger, then attempted like a payout, with its
/// own reference, an unknown outcome and enquiries.
/// </summary>
internal sealed class Refunds(
    Transfers transfers, TransactionsSettings settings, JobSignal<SubmitRefunds> submit, TimeProvider clock)
{
    private const int MaxSends = 5;
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    public Task RequestAsync(Transfer transfer, CancellationToken cancellationToken) => transfers.PublishAsync(
        new RefundRequested(transfer.Id, transfer.TotalToPay, transfer.PayInAccount, transfer.NextRefund()),
        cancellationToken);

    /// <summary>The ledger has the refund pending: an attempt is written, which the job sends.</summary>
    public void Write(Transfer transfer)
    {
        transfers.Db.RefundAttempts.Add(RefundAttempt.Write(transfer, AttemptId.New(clock), transfers.Now));
        transfers.AfterCommit(submit.Wake);
    }

    /// <summary>Takes back a refund that has not left; false when one has, or may have.</summary>
    public async Task<bool> TryHaltAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var standing = await transfers.Db.RefundAttempts.Where(attempt => attempt.TransactionId == transfer.Id
            && attempt.State != AttemptState.Failed && attempt.State != AttemptState.Withdrawn)
            .ToListAsync(cancellationToken);
        var left = standing.Where(attempt => !attempt.TryWithdraw(transfers.Now)).ToList();
        return left.Count == 0;
    }

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
        attempt.Complete(answer.ProviderId, transfers.Now);
        var decision = await transfers.ApplyAsync(
            transfer, TransferEvent.RefundCompleted, cancellationToken, attempt.Id.ToString());
        if (decision.Kind == DecisionKind.Transition)
            await transfers.PublishAsync(new RefundCompleted(
                transfer.Id, attempt.Id, attempt.Amount, transfer.PayInAccount, attempt.Number), cancellationToken);
    }

    /// <summary>A refund that is refused for now is sent again; a dead source account needs a person.</summary>
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
        attempt.Fail(answer.ProviderId, answer.FailureCode!, answer.Retryable, transfers.Now);
        await transfers.ApplyAsync(transfer, TransferEvent.RefundRejected, cancellationToken, attempt.Id.ToString());
        await RecordForFinanceAsync(transfer, attempt, "REFUND_REFUSED", TransferEvent.RefundRejected,
            cancellationToken);
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
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.RefundNotFound, cancellationToken);
        if (decision.Kind == DecisionKind.Transition)
            attempt.SendAgain(
                transfers.Now, transfers.Now + Backoff.After(attempt.Sends - 1, settings.EnquiryBase, LongestPause));
    }

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
