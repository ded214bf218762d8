using FinCode.Contracts;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Payouts.Connectors;

/// <summary>
/// Banks, mobile-money operators and cash networks that speak the sandbox's protocol; they differ by path and by what
/// they need to know of the beneficiary. A reference is paid once, however often it is sent.
/// </summary>
internal sealed class HttpPayoutConnector(ProviderHttp http) : IPayoutConnector
{
    public bool MayBeSentAgain => true;

    public bool Serves(ProviderKind kind) =>
        kind is ProviderKind.Bank or ProviderKind.MobileMoney or ProviderKind.CashPickup;

    public Task<ProviderAnswer> SubmitAsync(PayoutInstruction instruction, CancellationToken cancellationToken)
    {
        var body = new
        {
            reference = instruction.Reference,
            amount = instruction.Amount,
            beneficiary = Beneficiary(instruction.Provider.Kind, instruction.Beneficiary),
            callbackUrl = instruction.CallbackUrl,
        };
        return http.PostAsync(
            instruction.Provider, Path(instruction.Provider.Kind), instruction.Reference, body,
            instruction.SendBefore, cancellationToken);
    }

    public Task<ProviderAnswer> EnquireAsync(Provider provider, AttemptId reference,
        CancellationToken cancellationToken) =>
        http.GetAsync(provider, $"{Path(provider.Kind)}/{reference}", reference, cancellationToken);

    public async Task<ProviderAnswer> RecallAsync(Provider provider, AttemptId reference,
        CancellationToken cancellationToken)
    {
        if (!provider.TakesBack)
            return ProviderAnswer.NotTakenBack;
        var answer = await http.CancelAsync(
            provider, $"{Path(provider.Kind)}/{reference}/cancel", reference, cancellationToken);
        // It says how the payout stands now that it was asked: still accepted is a no.
        return answer.Kind == AnswerKind.Accepted ? ProviderAnswer.NotTakenBack : answer;
    }

    public Task<NameMatch?> CompareNameAsync(NameEnquiry enquiry, CancellationToken cancellationToken) =>
        enquiry.Provider.Kind is ProviderKind.Bank or ProviderKind.MobileMoney
            ? http.CompareNameAsync(enquiry.Provider, $"{Root(enquiry.Provider.Kind)}/name-enquiries",
                Beneficiary(enquiry.Provider.Kind, enquiry.Beneficiary), cancellationToken)
            : Task.FromResult<NameMatch?>(null);

    private static string Path(ProviderKind kind) => $"{Root(kind)}/payouts";

    private static string Root(ProviderKind kind) => kind switch
    {
        ProviderKind.Bank => "bank",
        ProviderKind.MobileMoney => "momo",
        ProviderKind.CashPickup => "cash",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This provider does not pay out over HTTP."),
    };

    private static object Beneficiary(ProviderKind kind, PartyRecord party) => kind switch
    {
        ProviderKind.Bank => OfBank(party, PartyIdentity.BankAccountOf(party.Payout)),
        ProviderKind.MobileMoney => new
        {
            name = party.FullName,
            @operator = party.Payout?.Operator,
            phone = party.Payout?.Phone,
            country = party.Country,
        },
        _ => new
        {
            name = party.FullName,
            phone = party.Payout?.Phone ?? party.Phone,
            pickupPoint = party.Payout?.PickupPoint,
            country = party.Country,
        },
    };

    private static object OfBank(PartyRecord party, BankAccount? account) => new
    {
        name = party.FullName,
        bankCode = account?.BankCode,
        accountNumber = account?.Number,
        country = party.Country,
    };
}
