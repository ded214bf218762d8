using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts.Connectors;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Payouts;

/// <summary>
/// One question to a payout's provider: is the account in the beneficiary's name? The lease commits before it leaves;
/// an answer to a question that was overtaken (the account was corrected, the name changed) counts for nothing.
/// </summary>
internal sealed class NameChecks(
    Transfers transfers, Gates gates, PartyVault vault, Providers providers, TransactionsSettings settings)
{
    /// <summary>After so many questions without an answer the transfer goes on without it.</summary>
    public const int MaxTries = 4;

    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Null when there is nothing to ask any more.</summary>
    public async Task<NameEnquiry?> TryLeaseAsync(TransactionId id, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(id, cancellationToken);
        if (transfer is not { NameCheck: NameCheckState.Pending } || transfer.NameCheckDueAt > transfers.Now)
            return null;
        var provider = providers.Find(transfer.PayoutProvider);
        if (provider is not { ComparesNames: true } || transfer.NameCheckTries >= MaxTries
            || transfer.Stage == TransferStage.Ended)
        {
            transfer.AnswerNameCheck(transfer.NameCheckNumber, null, null);
            await gates.TryAgainAsync(transfer, cancellationToken);
            return null;
        }
        var beneficiary = await transfers.Db.Parties.AsNoTracking()
            .SingleAsync(party => party.Id == transfer.BeneficiaryId, cancellationToken);
        return new NameEnquiry(provider,
            transfer.LeaseNameCheck(transfers.Now + settings.ProviderTimeout + LeaseMargin),
            vault.OpenBeneficiary(beneficiary, transfer));
    }

    public async Task RecordAsync(TransactionId id, int number, NameMatch? match, CancellationToken cancellationToken)
    {
        var transfer = await transfers.LockAsync(id, cancellationToken)
            ?? throw new InvalidOperationException($"The transfer {id} was found and is gone.");
        var again = transfer.NameCheckTries < MaxTries
            ? transfers.Now + Backoff.After(transfer.NameCheckTries - 1, settings.EnquiryBase, LongestPause)
            : (DateTimeOffset?)null;
        if (transfer.AnswerNameCheck(number, match, again))
            await gates.TryAgainAsync(transfer, cancellationToken);
    }
}
