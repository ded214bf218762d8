using System.Globalization;
using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>
/// A transfer as partners and staff see it: the public status with a neutral reason. It says nothing of stages or
/// cases, and nothing in it changes when those do.
/// </summary>
/// <param name="Reason">Why it has this status, if there is something to say.</param>
/// <param name="SendAmount">What is converted; the fee comes on top of it.</param>
/// <param name="Rate">Units of the receiving currency for one unit of the sending currency.</param>
/// <param name="SenderId">The customer.</param>
/// <param name="DetailsNeeded">
/// What has to be known of the parties before the money can go; missing when nothing is. The transfer goes on by itself
/// once the customer, or the beneficiary, has it.
/// </param>
/// <param name="PayIn">How to pay, while nobody has.</param>
internal sealed record TransactionResponse(
    TransactionId Id,
    string Pcn,
    TransactionStatus Status,
    string? Reason,
    Id<QuoteKind> QuoteId,
    Money SendAmount,
    Money ReceiveAmount,
    Money Fee,
    Money TotalToPay,
    string Rate,
    string SendCountry,
    string ReceiveCountry,
    PayInMethod PayInMethod,
    PayoutMethod PayoutMethod,
    Purpose Purpose,
    PartyId SenderId,
    MaskedParty Beneficiary,
    IReadOnlyList<NeededDetail>? DetailsNeeded,
    PayInResponse? PayIn,
    DateTimeOffset CreatedAt);

/// <summary>One of these fields of that party is needed.</summary>
/// <param name="AnyOf">Fields as in the customer's and the beneficiary's profile.</param>
internal sealed record NeededDetail(PartyRole Party, IReadOnlyList<string> AnyOf);

/// <param name="Kind">Missing once the party is erased.</param>
/// <param name="Name">Initials only.</param>
internal sealed record MaskedParty(PartyId Id, PersonKind? Kind, string Name);

/// <param name="Reference">What the payer quotes: the PCN.</param>
/// <param name="PayUrl">The provider's page where the payer pays.</param>
internal sealed record PayInResponse(
    PayInMethod Method, string Provider, string Reference, Money Amount, DateTimeOffset ExpiresAt, Uri PayUrl);

/// <param name="NextCursor">Give it as <c>cursor</c> to get the next page; missing on the last one.</param>
internal sealed record TransactionPage(IReadOnlyList<TransactionResponse> Items, string? NextCursor);

/// <summary>Turns transfers into what callers see.</summary>
internal sealed class TransactionResponses(
    Providers providers, HostedPayIn payIns, PartyVault vault, MissingDetails missing, Lazy<TransactionsDb> db)
{
    private const string Erased = "***";

    public async Task<TransactionResponse> OfAsync(Transfer transfer, CancellationToken cancellationToken) =>
        (await OfAsync([transfer], cancellationToken))[0];

    public async Task<IReadOnlyList<TransactionResponse>> OfAsync(
        IReadOnlyList<Transfer> transfers, CancellationToken cancellationToken)
    {
        var ids = transfers.SelectMany(one => (PartyId[])[one.SenderId, one.BeneficiaryId]).Distinct().ToList();
        var tenants = transfers.Select(one => one.TenantId).Distinct().ToList();
        var parties = await db.Value.Parties.AsNoTracking()
            .Where(party => tenants.Contains(party.TenantId) && ids.Contains(party.Id))
            .ToDictionaryAsync(party => party.Id, cancellationToken);
        var responses = new List<TransactionResponse>(transfers.Count);
        foreach (var one in transfers)
            responses.Add(
                await OfAsync(one, parties[one.SenderId], parties[one.BeneficiaryId], cancellationToken));
        return responses;
    }

    public async Task<TransactionResponse> OfAsync(
        Transfer transfer, PartyRow sender, PartyRow beneficiary, CancellationToken cancellationToken)
    {
        var needed = await NeededOfAsync(transfer, sender, beneficiary, cancellationToken);
        return new TransactionResponse(
            transfer.Id, transfer.Pcn, transfer.Status, ReasonOf(transfer, needed), transfer.QuoteId,
            transfer.SendAmount, transfer.ReceiveAmount, transfer.Fee, transfer.TotalToPay,
            RateText(transfer.Rate), transfer.SendCountry, transfer.ReceiveCountry,
            transfer.PayInMethod, transfer.PayoutMethod, transfer.Purpose, transfer.SenderId, Masked(beneficiary),
            needed.Length == 0 ? null : needed, PayInOf(transfer), transfer.CreatedAt);
    }

    /// <summary>A rate without trailing zeros.</summary>
    public static string RateText(decimal rate) => rate.ToString("0.############", CultureInfo.InvariantCulture);

    /// <summary>
    /// Goes by the status and the parties only, never by the stage: who is held is asked the same as who is not.
    /// </summary>
    private async Task<NeededDetail[]> NeededOfAsync(
        Transfer transfer, PartyRow sender, PartyRow beneficiary, CancellationToken cancellationToken) =>
        transfer.Status is TransactionStatus.WaitingToPay or TransactionStatus.Verifying
            ? [.. (await missing.OfAsync(transfer, sender, beneficiary, cancellationToken))
                .Select(one => new NeededDetail(one.Party, one.AnyOf))]
            : [];

    private static string? ReasonOf(Transfer transfer, NeededDetail[] needed) =>
        transfer.Status == TransactionStatus.Verifying
            ? needed.Length > 0 ? StatusReasons.DetailsNeeded
                : transfer.Reason == StatusReasons.DetailsNeeded ? null : transfer.Reason
            : transfer.Reason;

    private MaskedParty Masked(PartyRow beneficiary)
    {
        if (beneficiary.ErasedAt is not null)
            return new MaskedParty(beneficiary.Id, null, Erased);
        var party = vault.Open(beneficiary);
        return new MaskedParty(beneficiary.Id, party.Kind, party.MaskedName());
    }

    private PayInResponse? PayInOf(Transfer transfer) => transfer.Status != TransactionStatus.WaitingToPay
        ? null
        : new PayInResponse(
            transfer.PayInMethod, transfer.PayInProvider, transfer.Pcn, transfer.TotalToPay, transfer.PayUntil,
            payIns.PayUrl(providers.Get(transfer.PayInProvider), transfer));
}
