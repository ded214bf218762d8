using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>
/// Takes leases on attempts: to send one, or to ask about one. The lease commits before anything leaves.
/// </summary>
internal sealed class PayoutDesk(
    Transfers transfers, Gates gates, PartyVault vault, Providers providers, TransactionsSettings settings)
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan LongestPauseWhenSubmitted = TimeSpan.FromHours(1);

    /// <summary>Null when it is no longer to be sent, or the transfer has to be screened again first.</summary>
    public async Task<PayoutInstruction?> TryLeaseToSendAsync(Found due, CancellationToken cancellationToken)
    {
        var (transfer, attempt) = await LockAsync(due, cancellationToken);
        if (attempt.State != AttemptState.Pending || attempt.DueAt > transfers.Now
            || transfer.Stage is not (TransferStage.Submitting or TransferStage.Retrying))
            return null;
        // Read and locked before the question whether they are the screened ones: what is asked about is what leaves.
        var beneficiary = await LockBeneficiaryAsync(transfer, cancellationToken);
        if (!transfer.IsCleared || await gates.IsOutdatedAsync(transfer, cancellationToken))
        {
            await HoldBackAsync(transfer, attempt, cancellationToken);
            return null;
        }
        if (!attempt.MayHaveLeft)
            await transfers.PublishAsync(
                new PayoutSubmitted(transfer.Id, attempt.Id, attempt.Number, attempt.Provider), cancellationToken);
        await transfers.ApplyAsync(transfer, TransferEvent.AttemptLeft, cancellationToken);
        attempt.Lease(transfers.Now, settings.ProviderTimeout + LeaseMargin);
        return new PayoutInstruction(
            providers.Get(attempt.Provider), attempt.Id, attempt.Amount, vault.OpenBeneficiary(beneficiary, transfer),
            ProviderHttp.Join(settings.PublicUrl, $"v1/callbacks/payouts/{attempt.Provider}"),
            transfers.Now + LeaseMargin);
    }

    /// <summary>
    /// To ask what became of it, or to have it taken back. Null when there is nothing to ask any more. An attempt whose
    /// lease ended without an answer becomes Unknown here: the process that sent it died, before or after the request
    /// left.
    /// </summary>
    public async Task<PayoutAttempt?> TryLeaseToEnquireAsync(Found due, CancellationToken cancellationToken)
    {
        var (transfer, attempt) = await LockAsync(due, cancellationToken);
        if (attempt.DueAt is null || attempt.DueAt > transfers.Now)
            return null;
        if (attempt.State == AttemptState.Sending)
        {
            attempt.Lose(transfers.Now, transfers.Now);
            await transfers.ApplyAsync(transfer, TransferEvent.AttemptUnanswered, cancellationToken);
        }
        if (attempt.State is not (AttemptState.Unknown or AttemptState.Submitted))
            return null;
        attempt.NoteEnquiry(transfers.Now + (attempt is { State: AttemptState.Submitted, IsToBeRecalled: false }
            ? Backoff.After(attempt.Enquiries, settings.EnquireAfter, LongestPauseWhenSubmitted)
            : Backoff.After(attempt.Enquiries, settings.EnquiryBase, LongestPause)));
        return attempt;
    }

    /// <summary>
    /// What has not left is screened again first. What may have left can neither be sent again under an old clearance
    /// nor be screened as if nothing had left: a person looks, and the enquiries go on. When one says that the provider
    /// does not know it, it is screened where it stands.
    /// </summary>
    private async Task HoldBackAsync(Transfer transfer, PayoutAttempt attempt, CancellationToken cancellationToken)
    {
        if (attempt.TryWithdraw(transfers.Now))
        {
            await gates.AwaitScreeningAsync(transfer, cancellationToken);
            return;
        }
        await transfers.ApplyAsync(transfer, TransferEvent.AttemptStuck, cancellationToken);
        await transfers.RecordAnomalyAsync(
            transfer, "PAYOUT_NOT_SENT_AGAIN", TransferEvent.ClearanceOutdated, Contracts.Roles.Compliance,
            cancellationToken, attempt.Id.ToString(), $"payout-not-sent-again:{attempt.Id}");
    }

    /// <summary>Nobody changes either party until the lease has committed; the customer first, as everywhere.</summary>
    private async Task<PartyRow> LockBeneficiaryAsync(Transfer transfer, CancellationToken cancellationToken)
    {
        foreach (var id in (PartyId[])[transfer.SenderId, transfer.BeneficiaryId])
        {
            var row = (await transfers.Db.Parties.FromSql(
                $"""
                select * from parties where tenant_id = {transfer.TenantId.Value} and id = {id.Value} for share
                """).AsNoTracking().ToListAsync(cancellationToken)).Single();
            if (id == transfer.BeneficiaryId)
                return row;
        }
        throw new InvalidOperationException($"The transfer {transfer.Id} has no beneficiary.");
    }

    private async Task<(Transfer, PayoutAttempt)> LockAsync(Found due, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(due.Transaction, cancellationToken)
            ?? throw new InvalidOperationException($"Attempt {due.Attempt} has no transfer.");
        var attempt = await transfers.Db.PayoutAttempts
            .SingleAsync(row => row.TenantId == due.Tenant && row.Id == due.Attempt!.Value, cancellationToken);
        return (transfer, attempt);
    }
}
