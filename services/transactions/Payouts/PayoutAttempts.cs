using FinCode.ServiceDefaults;
using FinCode.Transactions.Jobs;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>The attempts of a locked transfer: writing the next one, and taking back one that has not left.</summary>
internal sealed class PayoutAttempts(Transfers transfers, JobSignal<SubmitPayouts> submit, TimeProvider clock)
{
    /// <summary>
    /// Writes an attempt that may leave from <paramref name="dueAt"/> on. A unique index refuses a second open one.
    /// </summary>
    public async Task WriteAsync(Transfer transfer, DateTimeOffset dueAt, CancellationToken cancellationToken)
    {
        // The earlier attempt is closed in the database before the next one opens.
        await transfers.SaveAsync(cancellationToken);
        var earlier = await transfers.Db.PayoutAttempts.CountAsync(
            attempt => attempt.TransactionId == transfer.Id
                && attempt.State != AttemptState.Withdrawn, cancellationToken);
        transfers.Db.PayoutAttempts.Add(
            PayoutAttempt.Write(transfer, AttemptId.New(clock), earlier + 1, transfers.Now, dueAt));
        transfers.AfterCommit(submit.Wake);
    }

    /// <summary>True when nothing is open any more: there was no open attempt, or it had not left.</summary>
    public async Task<bool> TryWithdrawAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        var open = await FindOpenAsync(transfer, cancellationToken);
        return open is null || open.TryWithdraw(transfers.Now);
    }

    public Task<PayoutAttempt?> FindOpenAsync(Transfer transfer, CancellationToken cancellationToken) =>
        transfers.Db.PayoutAttempts.SingleOrDefaultAsync(
            attempt => attempt.TransactionId == transfer.Id
                && (attempt.State == AttemptState.Pending || attempt.State == AttemptState.Sending
                    || attempt.State == AttemptState.Submitted || attempt.State == AttemptState.Unknown),
            cancellationToken);
}
