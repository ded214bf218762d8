namespace FinCode.Compliance.Customers.Model;

public enum VerificationState
{
    /// <summary>Written down; the request may have left.</summary>
    Sending,

    /// <summary>The provider has it.</summary>
    Open,

    /// <summary>Nothing clear was heard; it is neither passed nor refused.</summary>
    Unknown,

    /// <summary>The provider leaves it to a person.</summary>
    InReview,
    Approved,
    Refused,
}

/// <summary>
/// One try to verify an identity with a provider; its id is our reference there. Only what the provider says, or a
/// second person, ends it.
/// </summary>
internal sealed class Verification
{
    /// <summary>The provider did not say why, and would not have to.</summary>
    public const string NotVerified = "NOT_VERIFIED";

    /// <summary>How often it is asked about at most; with the pauses, about a month.</summary>
    public const int MaxEnquiries = 140;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(6);
    private const int MaxDoublings = 20;

    public required Guid Id { get; init; }
    public required PartyId Customer { get; init; }
    public required string Provider { get; init; }
    public required VerificationState State { get; set; }

    /// <summary>Who was to be identified, as a keyed commitment.</summary>
    public required string? IdentityHash { get; init; }
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public string? SessionId { get; set; }
    public byte[]? SealedUrl { get; set; }
    public int Enquiries { get; set; }
    public DateTimeOffset? DueAt { get; set; }
    public DateTimeOffset? OverdueAt { get; set; }
    public string? DocumentType { get; set; }
    public DateOnly? DocumentExpiresOn { get; set; }
    public string? RefusalCode { get; set; }
    public DateTimeOffset? AnsweredAt { get; set; }
    public string? DecidedBy { get; set; }

    public bool IsEnded => State is VerificationState.Approved or VerificationState.Refused;

    /// <summary>Whether it can still lead somewhere for who is to be identified now.</summary>
    /// <param name="provider">The one that is asked now; what was left to a person needs none.</param>
    public bool IsUnderWay(string provider, string identityHash) => !IsEnded && IdentityHash == identityHash
        && (State == VerificationState.InReview || Provider == provider);

    public static Verification Begin(PartyId customer, string provider, string identityHash, string by,
        DateTimeOffset now, TimeSpan lease) => new()
    {
        Id = Guid.CreateVersion7(now),
        Customer = customer,
        Provider = provider,
        IdentityHash = identityHash,
        State = VerificationState.Sending,
        RequestedBy = by,
        RequestedAt = now,
        DueAt = now + lease,
    };

    /// <summary>The next enquiry, with growing pauses; none after the last.</summary>
    public void Wait(VerificationState state, DateTimeOffset now, TimeSpan overdueAfter)
    {
        State = state;
        var pause = FirstPause * (1L << Math.Min(Enquiries, MaxDoublings));
        DueAt = Enquiries >= MaxEnquiries ? null : now + (pause < LongestPause ? pause : LongestPause);
        if (now - RequestedAt >= overdueAfter)
            OverdueAt ??= now;
    }

    public void LeaveToPerson() => (State, DueAt) = (VerificationState.InReview, null);

    public void Approve(string documentType, DateOnly expiresOn, string? by, DateTimeOffset now)
    {
        (State, DueAt, AnsweredAt, DecidedBy) = (VerificationState.Approved, null, now, by);
        (DocumentType, DocumentExpiresOn) = (documentType, expiresOn);
    }

    public void Refuse(string code, string? by, DateTimeOffset now) =>
        (State, DueAt, AnsweredAt, DecidedBy, RefusalCode) = (VerificationState.Refused, null, now, by, code);
}
