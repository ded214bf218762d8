using System.Text.Json.Serialization;

namespace FinCode.Sandbox.Identities;

internal enum IdentityStatus
{
    /// <summary>It waits for the person.</summary>
    Open,

    /// <summary>The provider is looking.</summary>
    Processing,
    Approved,
    Refused,

    /// <summary>The provider leaves it to a person of the merchant.</summary>
    Review,
}

/// <summary>What the buttons of the page do.</summary>
internal enum IdentityOutcome
{
    Approved,
    Refused,
    Review,

    /// <summary>Approved, but only after a while; until then it is being looked at.</summary>
    Late,

    /// <summary>It is being looked at for ever, and nobody hears of it.</summary>
    Never,
}

/// <summary>A person's session. Of the person only the magic value is kept.</summary>
/// <param name="Reference">The merchant's; one session each.</param>
/// <param name="SessionId">Our own; who has it may finish the session.</param>
/// <param name="EndedAt">When it is as <paramref name="End"/> says; until then it is being looked at.</param>
internal sealed record IdentitySession(
    string Reference, string SessionId, string CallbackUrl, string Digest, string Magic,
    DateTimeOffset? FinishedAt = null, IdentityStatus? End = null, DateTimeOffset? EndedAt = null,
    string? DocumentType = null, DateOnly? DocumentExpiresOn = null)
{
    public IdentityAnswer ToAnswer(DateTimeOffset now, string? url)
    {
        var status = FinishedAt is null ? IdentityStatus.Open
            : End is { } end && EndedAt <= now ? end
            : IdentityStatus.Processing;
        return new IdentityAnswer(Reference, SessionId, status, status == IdentityStatus.Open ? url : null,
            status == IdentityStatus.Approved
                ? new SandboxIdentityDocument(DocumentType!, DocumentExpiresOn!.Value) : null);
    }
}

internal sealed record IdentityAnswer(
    string Reference, string SessionId, IdentityStatus Status, string? Url, SandboxIdentityDocument? Document,
    string? EventId = null);

internal sealed record SandboxIdentityDocument(string Type, DateOnly ExpiresOn);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxIdentityRequest(
    string? Reference, SandboxPerson? Person, IReadOnlyList<string>? DocumentTypes, string? CallbackUrl);

[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxPerson(string? FullName);

/// <summary>The same fields as the page's form, as JSON.</summary>
/// <param name="DocumentType">PASSPORT unless given.</param>
/// <param name="ExpiresOn">In five years unless given.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record SandboxIdentityFinish(IdentityOutcome? Outcome, string? DocumentType, DateOnly? ExpiresOn);
