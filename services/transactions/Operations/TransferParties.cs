using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Pricing;
using FinCode.Transactions.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Transactions.Operations;

/// <summary>Who is in a transfer, and where its money goes.</summary>
internal sealed record ChosenParties(PartyRow Sender, PartyRow Beneficiary, PayoutDetails? Payout, LinkKeys Keys);

/// <summary>
/// Finds the two parties of a transfer: by their ids, or by what is given inline, where they are known again or
/// recorded.
/// </summary>
internal sealed class TransferParties(Parties parties, PartyVault vault, PartyKeys keys)
{
    public const string CustomerRestricted = "CUSTOMER_RESTRICTED";

    public async Task<(ChosenParties?, ProblemHttpResult?)> ChooseAsync(
        CreateTransactionRequest request, Quote quote, CancellationToken cancellationToken)
    {
        if (request.BeneficiaryId is null || request.PayoutDetails is not null)
        {
            var wrong = ValidateAgainst(quote, request, request.Beneficiary?.Country, request.PayoutDetails);
            if (wrong is not null)
                return (null, wrong);
        }
        var (sender, noSender) = await SenderAsync(request, cancellationToken);
        if (sender is null)
            return (null, noSender);
        var (beneficiary, noBeneficiary) = await BeneficiaryAsync(request, quote, sender, cancellationToken);
        if (beneficiary is null)
            return (null, noBeneficiary);
        var record = vault.Open(beneficiary);
        var payout = request.PayoutDetails?.ToDetails() ?? record.Payout;
        var problem = ValidateAgainst(
            quote, request, record.Country, payout is null ? null : PayoutDetailsInput.Of(payout));
        if (problem is not null)
            return (null, problem);
        return (new ChosenParties(sender, beneficiary, payout, KeysOf(request, quote, sender, beneficiary, payout)),
            null);
    }

    public static ProblemHttpResult Problem(PartyRefusal refusal, string at) => refusal switch
    {
        PartyRefusal.EmailTaken =>
            Problems.Conflict("EMAIL_TAKEN", $"The e-mail address of {at} is another customer's."),
        PartyRefusal.ReferenceTaken => Problems.Conflict("REFERENCE_TAKEN", $"The reference of {at} is in use."),
        _ => Restricted(),
    };

    private async Task<(PartyRow?, ProblemHttpResult?)> SenderAsync(
        CreateTransactionRequest request, CancellationToken cancellationToken)
    {
        if (request.SenderId is not { } id)
            return Result(await parties.KnowAsync(new PartyClaim(
                PartyRole.Sender, null, request.Sender!.ToRecord(null), request.Sender.Reference), cancellationToken),
                "the sender");
        var known = await parties.FindCustomerAsync(id, cancellationToken);
        return known is null
            ? (null, Problems.Invalid("/senderId", "There is no customer with that id."))
            : known.RestrictedAt is null ? (known, null) : (null, Restricted());
    }

    private async Task<(PartyRow?, ProblemHttpResult?)> BeneficiaryAsync(
        CreateTransactionRequest request, Quote quote, PartyRow sender, CancellationToken cancellationToken)
    {
        if (request.BeneficiaryId is { } id)
        {
            var known = await parties.FindBeneficiaryAsync(sender.Id, id, cancellationToken);
            return known is null
                ? (null, Problems.Invalid("/beneficiaryId", "The sender has no beneficiary with that id."))
                : (known, null);
        }
        var payout = request.PayoutDetails?.ToDetails();
        return Result(await parties.KnowAsync(new PartyClaim(
            PartyRole.Beneficiary, sender.Id, request.Beneficiary!.ToRecord(payout), request.Beneficiary.Reference,
            PartyIdentity.AccountOf(quote.PayoutMethod, payout)), cancellationToken), "the beneficiary");
    }

    /// <summary>What can only be checked once the quote is known: the method's details and the two countries.</summary>
    private static ProblemHttpResult? ValidateAgainst(
        Quote quote, CreateTransactionRequest request, string? country, PayoutDetailsInput? payout)
    {
        var validation = new Validation();
        if (quote.PayoutMethod != PayoutMethod.Wallet && validation.Require(payout, "/payoutDetails"))
            payout.Validate(validation, "/payoutDetails", quote.PayoutMethod);
        if (country is not null)
            validation.Check(country == quote.ReceiveCountry,
                request.BeneficiaryId is null ? "/beneficiary/country" : "/beneficiaryId",
                $"The quote is for a beneficiary in {quote.ReceiveCountry}.");
        return validation.Failed ? validation.ToProblem() : null;
    }

    private LinkKeys KeysOf(CreateTransactionRequest request, Quote quote, PartyRow sender, PartyRow beneficiary,
        PayoutDetails? payout) => new(
        sender.LinkKey, BeneficiaryKey(quote.TenantId, quote.PayoutMethod, beneficiary, payout), sender.NameKey,
        beneficiary.NameKey,
        request.Device?.DeviceId is { } device ? keys.Device(quote.TenantId, device) : null, sender.PhoneKey);

    /// <summary>The account or phone that gets the money; the person, where there is none.</summary>
    private string BeneficiaryKey(TenantId tenant, PayoutMethod method, PartyRow beneficiary, PayoutDetails? payout) =>
        PartyIdentity.AccountOf(method, payout) is { } account
            ? keys.Account(tenant, account)
            : beneficiary.LinkKey;

    private static (PartyRow?, ProblemHttpResult?) Result(Recorded recorded, string at) => recorded.Row is { } row
        ? (row, null)
        : (null, Problem(recorded.Refusal ?? PartyRefusal.EmailTaken, at));

    private static ProblemHttpResult Restricted() => Problems.Conflict(CustomerRestricted,
        "This customer is to be erased; there are no new transfers until then.");
}
