using FinCode.Compliance.Customers.Model;

namespace FinCode.Compliance.Operations.Customers;

public enum KycVerificationStatus
{
    /// <summary>It waits for the customer, or for the provider.</summary>
    Pending,
    InReview,
    Approved,
    Refused,
}

/// <summary>A try to verify an identity with a provider.</summary>
/// <param name="Url">Where the customer goes on; only in the answer to the request that asks for it.</param>
public sealed record KycVerificationView(
    Guid Id, KycVerificationStatus Status, DateTimeOffset RequestedAt, DateTimeOffset? AnsweredAt,
    string? DocumentType, DateOnly? DocumentExpiresOn, string? RefusalCode, string? Url)
{
    internal static KycVerificationView Of(Verification one, string? url) => new(one.Id, one.State switch
    {
        VerificationState.Approved => KycVerificationStatus.Approved,
        VerificationState.Refused => KycVerificationStatus.Refused,
        VerificationState.InReview => KycVerificationStatus.InReview,
        _ => KycVerificationStatus.Pending,
    }, one.RequestedAt, one.AnsweredAt, one.DocumentType, one.DocumentExpiresOn, one.RefusalCode, url);
}
