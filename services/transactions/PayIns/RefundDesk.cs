using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.PayIns;

/// <summary>
/// Takes leases on refund attempts: to send one, or to ask about one. The lease commits before anything leaves.
/// </summary>
internal sealed class RefundDesk(
    Transfers transfers, Gates gates, Providers providers, TransactionsSettings settings)
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    public async Task<RefundInstruction?> TryLeaseToSendAsync(Found due, CancellationToken cancellationToken)
    {
        var (transfer, attempt) = await LockAsync(due, cancellationToken);
        if (attempt.State != AttemptState.Pending || attempt.DueAt > transfers.Now
            || transfer.Stage != TransferStage.RefundSubmitting)
            return null;
        if (!transfer.IsRefundAllowed || await gates.IsRefundOutdatedAsync(transfer, cancellationToken))
        {
            await HoldBackAsync(transfer, attempt, cancellationToken);
            return null;
        }
        await transfers.ApplyAsync(transfer, TransferEvent.RefundLeft, cancellationToken);
        attempt.Lease(transfers.Now, settings.ProviderTimeout + LeaseMargin);
        return new RefundInstruction(
            providers.Get(attempt.Provider), attempt.Id, attempt.PaymentId, attempt.Amount,
            ProviderHttp.Join(settings.PublicUrl, $"v1/callbacks/refunds/{attempt.Provider}"),
            transfers.Now + LeaseMargin);
    }

    public async Task<RefundAttempt?> TryLeaseToEnquireAsync(Found due, CancellationToken cancellationToken)
    {
        var (transfer, attempt) = await LockAsync(due, cancellationToken);
        if (attempt.DueAt is null || attempt.DueAt > transfers.Now)
            return null;
        if (attempt.State == AttemptState.Sending)
        {
            attempt.Lose(transfers.Now, transfers.Now);
            await transfers.ApplyAsync(transfer, TransferEvent.RefundUnanswered, cancellationToken);
        }
        if (attempt.State is not (AttemptState.Unknown or AttemptState.Submitted))
            return null;
        attempt.NoteEnquiry(transfers.Now + Backoff.After(
            attempt.Enquiries, attempt.State == AttemptState.Submitted ? settings.EnquireAfter : settings.EnquiryBase,
            LongestPause));
        return attempt;
    }

    /// <summary>
    /// Lists or policy are newer than what the sender was looked at under: what has not left waits for a screening;
    /// what may have left is not sent once more, and a person looks. When an enquiry says that the provider does not
    /// know it, the sender is screened while it stands there.
    /// </summary>
    private async Task HoldBackAsync(Transfer transfer, RefundAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.TryWithdraw(transfers.Now))
        {
            await gates.AwaitRefundScreeningAsync(transfer, cancellationToken);
            return;
        }
        await transfers.ApplyAsync(transfer, TransferEvent.RefundStuck, cancellationToken);
        await transfers.RecordAnomalyAsync(
            transfer, "REFUND_NOT_SENT_AGAIN", TransferEvent.ClearanceOutdated, Contracts.Roles.Compliance,
            cancellationToken, attempt.Id.ToString(), $"refund-not-sent-again:{attempt.Id}");
    }

    private async Task<(Transfer, RefundAttempt)> LockAsync(Found due, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(due.Transaction, cancellationToken)
            ?? throw new InvalidOperationException($"Refund {due.Attempt} has no transfer.");
        var attempt = await transfers.Db.RefundAttempts
            .SingleAsync(row => row.Id == due.Attempt!.Value, cancellationToken);
        return (transfer, attempt);
    }
}
