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
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    public Task RequestAsync(Transfer transfer, CancellationToken cancellationToken) => transfers.PublishAsync(
        new RefundRequested(transfer.Id, transfer.TotalToPay, transfer.PayInAccount, transfer.NextRefund()),
        cancellationToken);

    /// <summary>
    /// The ledger has the refund pending: an attempt is written, which the job sends; later where one was refused.
    /// </summary>
    public async Task WriteAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var refused = await RefusedAsync(transfer, cancellationToken);
        var dueAt = refused == 0
            ? transfers.Now
            : transfers.Now + Backoff.After(refused - 1, settings.PayoutRetryBase, LongestPause);
        transfers.Db.RefundAttempts.Add(RefundAttempt.Write(transfer, AttemptId.New(clock), transfers.Now, dueAt));
        transfers.AfterCommit(submit.Wake);
    }

    /// <summary>How many attempts were definitely refused.</summary>
    public Task<int> RefusedAsync(Transfer transfer, CancellationToken cancellationToken) =>
        transfers.Db.RefundAttempts.CountAsync(attempt => attempt.TransactionId == transfer.Id
            && attempt.State == AttemptState.Failed, cancellationToken);

    /// <summary>Takes back a refund that has not left; false when one has, or may have.</summary>
    public async Task<bool> TryHaltAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var standing = await transfers.Db.RefundAttempts.Where(attempt => attempt.TransactionId == transfer.Id
            && attempt.State != AttemptState.Failed && attempt.State != AttemptState.Withdrawn)
            .ToListAsync(cancellationToken);
        var left = standing.Where(attempt => !attempt.TryWithdraw(transfers.Now)).ToList();
        return left.Count == 0;
    }
}
