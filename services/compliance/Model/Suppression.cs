using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Compliance.Model;

public sealed class SuppressionKind : IEntityKind
{
    public static string Prefix => "sup";
}

/// <summary>A hit that somebody takes for another person's.</summary>
/// <param name="EntryHash">Of the list entry as it was when it was hit, in hexadecimal.</param>
/// <param name="SubjectHash">Of the party's details as they were screened, under a secret of the tenant.</param>
public sealed record SuppressedHit(
    PartyId PartyId, ScreenedName Name, string List, string EntryId, string EntryHash, string SubjectHash);

/// <summary>What a proposal to release says besides; goes on the case's file with it.</summary>
public sealed record ReleaseTerms(IReadOnlyList<SuppressedHit> Suppress)
{
    /// <summary>Whether they say of this hit that it is somebody else.</summary>
    internal bool Says(PartyEvidence shown, ListHit hit) => Suppress.Any(one =>
        (one.PartyId, one.Name, one.List, one.EntryId) == (shown.PartyId, shown.Name, hit.List, hit.EntryId));
}

/// <summary>What two people decided to be a false positive.</summary>
/// <param name="Hit">Any change on either side has another hash, and then it says nothing any more.</param>
internal sealed record Suppression(
    SuppressionId Id, CaseId CaseId, int ProposalNumber, int ApprovalNumber, SuppressedHit Hit, string ProposedBy,
    string ApprovedBy, DateTimeOffset ApprovedAt, DateTimeOffset ExpiresAt, string? RevokedBy = null,
    DateTimeOffset? RevokedAt = null)
{
    public bool IsInForce(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;
}
