using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Identity;

/// <summary>Whom a provider is to identify; not kept.</summary>
internal sealed record IdentityPerson(string FullName, DateOnly? DateOfBirth, string? Country)
{
    public static IdentityPerson Of(Party party) => new(party.FullName, party.DateOfBirth, party.Country);

    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => "(personal data)";
}

internal enum IdentityStatus
{
    /// <summary>Nothing clear was heard: neither passed nor refused.</summary>
    Unknown,

    /// <summary>The provider does not know the reference; sending it again makes no second session.</summary>
    NotFound,

    /// <summary>It waits for the customer, or the provider is still looking.</summary>
    Open,
    Approved,
    Refused,

    /// <summary>The provider leaves it to a person of ours.</summary>
    NeedsPerson,
}

/// <summary>What a provider says of a session.</summary>
/// <param name="SessionId">The provider's own id.</param>
/// <param name="Url">Where the customer goes on, while it is open.</param>
/// <param name="DocumentType">Which document was seen, when it is approved; so is
/// <paramref name="DocumentExpiresOn"/>.</param>
internal sealed record IdentityAnswer(
    IdentityStatus Status, string? SessionId = null, Uri? Url = null, string? DocumentType = null,
    DateOnly? DocumentExpiresOn = null)
{
    public static IdentityAnswer Unknown { get; } = new(IdentityStatus.Unknown);
}

/// <summary>
/// Verifies a document and a selfie on a page of its own (hosted), so that neither comes near us. Sessions are known by
/// our reference: creating one again under the same reference gives the same one.
/// </summary>
internal interface IIdentityProvider
{
    /// <summary>Settings and callbacks know it by this; lower-case letters, digits and dashes.</summary>
    string Name { get; }

    /// <summary>Never throws for what the provider does: what is not clear is Unknown.</summary>
    Task<IdentityAnswer> CreateSessionAsync(
        Guid reference, IdentityPerson person, CancellationToken cancellationToken);

    /// <summary>Asks by our reference.</summary>
    Task<IdentityAnswer> EnquireAsync(Guid reference, CancellationToken cancellationToken);

    /// <summary>Reads a callback whose body came with this timestamp and signature; null when it is not the provider's,
    /// or nothing that a callback of it holds.</summary>
    (Guid Reference, IdentityAnswer Answer)? ReadCallback(string timestamp, string signature, string body);
}
