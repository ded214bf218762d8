namespace FinCode.Transactions.Payouts;

/// <summary>What a provider said, at once, by callback or when asked.</summary>
internal enum AnswerKind
{
    /// <summary>It has the instruction and will tell.</summary>
    Accepted,

    /// <summary>The money is there.</summary>
    Completed,

    /// <summary>It definitely did not move money.</summary>
    Rejected,

    /// <summary>Asked to take it back, it does not: the payout goes its way.</summary>
    NotTakenBack,

    /// <summary>Nobody knows: no answer, a broken one, or an error after the request may have been taken.</summary>
    Unknown,

    /// <summary>It has never heard of this reference (so far).</summary>
    NotFound,
}

/// <param name="FailureCode">Of a rejection; the provider's word, cut to what is stored.</param>
/// <param name="Fee">What it took from our prefunding, in the payout's currency.</param>
/// <param name="OnlyThisRequest">
/// The rejection speaks of this one request, which was turned away at the door, not of the reference: an earlier
/// request with the same reference may still be on its way.
/// </param>
internal sealed record ProviderAnswer(
    AnswerKind Kind, string? ProviderId = null, string? FailureCode = null, bool Retryable = false, Money? Fee = null,
    bool OnlyThisRequest = false)
{
    public static ProviderAnswer Unknown { get; } = new(AnswerKind.Unknown);

    public static ProviderAnswer NotFound { get; } = new(AnswerKind.NotFound);

    public static ProviderAnswer NotTakenBack { get; } = new(AnswerKind.NotTakenBack);
}
