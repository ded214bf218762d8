using FinCode.Contracts;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Payouts.Connectors;

/// <summary>What leaves for a payout provider.</summary>
/// <param name="Reference">The attempt's id; the provider pays a reference once.</param>
/// <param name="SendBefore">Its request must begin before this, or not at all: then the lease outlasts it.</param>
internal sealed record PayoutInstruction(
    Provider Provider, AttemptId Reference, Money Amount, PartyRecord Beneficiary, Uri CallbackUrl,
    DateTimeOffset SendBefore)
{
    // A record prints all of its fields; the beneficiary must not appear in any log.
    public override string ToString() => $"{Reference} to {Provider.Name}";
}

/// <summary>Whether an account is in that name, asked before anything is paid.</summary>
/// <param name="Number">Which of the transfer's questions it is; the answer counts for this one only.</param>
internal sealed record NameEnquiry(Provider Provider, int Number, PartyRecord Beneficiary)
{
    // A record prints all of its fields; the beneficiary must not appear in any log.
    public override string ToString() => $"a name enquiry to {Provider.Name}";
}

/// <summary>One way to pay out. It never throws for what the outside world does: that is an answer.</summary>
internal interface IPayoutConnector
{
    bool Serves(ProviderKind kind);

    /// <summary>Whether the provider promises that a reference sent twice is paid once.</summary>
    bool MayBeSentAgain { get; }

    Task<ProviderAnswer> SubmitAsync(PayoutInstruction instruction, CancellationToken cancellationToken);

    Task<ProviderAnswer> EnquireAsync(Provider provider, AttemptId reference, CancellationToken cancellationToken);

    /// <summary>
    /// Asks the provider to take a payout back; may be repeated. Rejected: it was not paid, and will not be.
    /// NotTakenBack: it goes its way, or the provider cannot be asked.
    /// </summary>
    Task<ProviderAnswer> RecallAsync(Provider provider, AttemptId reference, CancellationToken cancellationToken);

    /// <summary>Null when the provider gave no answer. Asking moves no money and may be repeated.</summary>
    Task<NameMatch?> CompareNameAsync(NameEnquiry enquiry, CancellationToken cancellationToken);
}

/// <summary>The payout stays with us: the ledger books it to the beneficiary's wallet.</summary>
internal sealed class WalletConnector : IPayoutConnector
{
    private static readonly Task<ProviderAnswer> Done = Task.FromResult(new ProviderAnswer(AnswerKind.Completed));

    public bool Serves(ProviderKind kind) => kind == ProviderKind.Wallet;

    public bool MayBeSentAgain => true;

    public Task<ProviderAnswer> SubmitAsync(PayoutInstruction instruction, CancellationToken cancellationToken) => Done;

    // There is nothing that could have been lost on the way.
    public Task<ProviderAnswer> EnquireAsync(Provider provider, AttemptId reference,
        CancellationToken cancellationToken) => Done;

    // It is the beneficiary's from the moment it was submitted.
    public Task<ProviderAnswer> RecallAsync(Provider provider, AttemptId reference,
        CancellationToken cancellationToken) => Done;

    // A wallet has no other name than the beneficiary's.
    public Task<NameMatch?> CompareNameAsync(NameEnquiry enquiry, CancellationToken cancellationToken) =>
        Task.FromResult<NameMatch?>(null);
}
