using System.Globalization;
using FinCode.Contracts;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations;

/// <summary>
/// A transfer as partners and staff see it: the public status with a neutral reason. It says nothing of stages or
/// cases, and nothing in it changes when those do.
/// </summary>
/// <param name="Reason">Why it has this status, if there is something to say.</param>
/// <param name="SendAmount">What is converted; the fee comes on top of it.</param>
/// <param name="Rate">Units of the receiving currency for one unit of the sending currency.</param>
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
    MaskedParty Beneficiary,
    PayInResponse? PayIn,
    DateTimeOffset CreatedAt);

/// <param name="Name">Initials only.</param>
internal sealed record MaskedParty(PartyId Id, PersonKind Kind, string Name);

/// <param name="Reference">What the payer quotes: the PCN.</param>
/// <param name="PayUrl">The provider's page where the payer pays.</param>
internal sealed record PayInResponse(
    PayInMethod Method, string Provider, string Reference, Money Amount, DateTimeOffset ExpiresAt, Uri PayUrl);

/// <param name="NextCursor">Give it as <c>cursor</c> to get the next page; missing on the last one.</param>
internal sealed record TransactionPage(IReadOnlyList<TransactionResponse> Items, string? NextCursor);

/// <summary>Turns transfers into what callers see.</summary>
internal sealed class TransactionResponses(Providers providers, HostedPayIn payIns, PartyVault vault)
{
    public TransactionResponse Of(Transfer transfer, PartyRow beneficiary)
    {
        var party = vault.Open(beneficiary);
        return new TransactionResponse(
            transfer.Id, transfer.Pcn, transfer.Status, transfer.Reason, transfer.QuoteId, transfer.SendAmount,
            transfer.ReceiveAmount, transfer.Fee, transfer.TotalToPay,
            RateText(transfer.Rate), transfer.SendCountry, transfer.ReceiveCountry,
            transfer.PayInMethod, transfer.PayoutMethod, transfer.Purpose,
            new MaskedParty(transfer.BeneficiaryId, party.Kind, party.MaskedName()), PayInOf(transfer),
            transfer.CreatedAt);
    }

    /// <summary>A rate without trailing zeros.</summary>
    public static string RateText(decimal rate) => rate.ToString("0.############", CultureInfo.InvariantCulture);

    private PayInResponse? PayInOf(Transfer transfer) => transfer.Status != TransactionStatus.WaitingToPay
        ? null
        : new PayInResponse(
            transfer.PayInMethod, transfer.PayInProvider, transfer.Pcn, transfer.TotalToPay, transfer.PayUntil,
            payIns.PayUrl(providers.Get(transfer.PayInProvider), transfer));
}
