using FinCode.Compliance.Lists;
using FinCode.Contracts;

namespace FinCode.Compliance.Screening;

/// <summary>What raised or lowered a score beside the name. Points are signed hundredths.</summary>
public sealed record EvidenceStep(string Code, int Points);

/// <summary>
/// A list entry that a party resembles. The words of the party are not in it; those of the list are, as they were.
/// </summary>
/// <param name="NameScore">Of the names alone, in points from 0 to 100.</param>
/// <param name="Score">With the evidence steps, in points from 0 to 100.</param>
/// <param name="EntryHash">Of the entry as it was, in hexadecimal; evidence of earlier versions has none.</param>
/// <param name="SuppressedBy">Two people decided earlier that this is somebody else: it holds nothing.</param>
/// <param name="OfacScore">What OFAC's own search would say by its published method, from 0 to 100.</param>
public sealed record ListHit(
    string List,
    string EntryId,
    string ListedName,
    NameStrength Strength,
    ListedKind Kind,
    IReadOnlyList<string> Programmes,
    IReadOnlyList<string> DatesOfBirth,
    IReadOnlyList<string> Countries,
    decimal NameScore,
    decimal Score,
    NameComparison Comparison,
    IReadOnlyList<EvidenceStep> Steps,
    int OfacScore = 0,
    string? EntryHash = null,
    SuppressionId? SuppressedBy = null);

/// <summary>Which of a party's names was compared.</summary>
public enum ScreenedName
{
    Party,
    Bank,
}

/// <summary>The result for one name of one party.</summary>
/// <param name="Commitment">
/// SHA-256 over the salt and what was screened, in hexadecimal: shows later that the same details were screened,
/// without holding them. Without the salt it says nothing.
/// </param>
/// <param name="IsComparable">
/// False: the lists cannot clear this name (another script, no letters); a person looks.
/// </param>
/// <param name="HitCount">All hits; <paramref name="Hits"/> holds the first twenty.</param>
public sealed record PartyEvidence(
    PartyRole Role,
    PartyId PartyId,
    int PartyVersion,
    ScreenedName Name,
    string Commitment,
    string Salt,
    bool IsComparable,
    int HitCount,
    IReadOnlyList<ListHit> Hits)
{
    public bool NeedsReview => !IsComparable || HitCount > Hits.Count(hit => hit.SuppressedBy is not null);
}
