using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Contracts;

namespace FinCode.Compliance.Screening;

/// <summary>What raised or lowered a score beside the name. Points are signed hundredths.</summary>
public sealed record EvidenceStep(string Code, int Points);

/// <summary>Which words of a text were compared: those of one name that stands in it.</summary>
/// <param name="First">The first word's position, from 0.</param>
/// <param name="Words">How many words.</param>
public sealed record TextWindow(int First, int Words);

/// <summary>
/// A list entry that a party resembles. The words of the party are not in it; those of the list are, as they were.
/// </summary>
/// <param name="NameScore">Of the names alone, in points from 0 to 100.</param>
/// <param name="Score">With the evidence steps, in points from 0 to 100.</param>
/// <param name="EntryHash">Of the entry as it was, in hexadecimal; evidence of earlier versions has none.</param>
/// <param name="SuppressedBy">Two people decided earlier that this is somebody else: it holds nothing.</param>
/// <param name="OfacScore">What OFAC's own search would say by its published method, from 0 to 100.</param>
/// <param name="Threshold">From how many points on the policy has a person look at it.</param>
/// <param name="PolicyLine">The line of the policy's thresholds that says so, from 1; missing: its default.</param>
/// <param name="IsPep">Of a list of politically exposed persons: due diligence, and no sanction.</param>
/// <param name="Window">Where in a text it stands.</param>
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
    SuppressionId? SuppressedBy = null,
    decimal Threshold = 0,
    int? PolicyLine = null,
    bool IsPep = false,
    TextWindow? Window = null);

/// <summary>Which of a party's names or texts was compared.</summary>
public enum ScreenedName
{
    Party,

    /// <summary>The bank by its name and its BIC.</summary>
    Bank,

    /// <summary>Names inside the lines of the address.</summary>
    Address,

    /// <summary>Names inside what the sender wrote to the transfer.</summary>
    Note,

    /// <summary>Names inside what the beneficiary is to the sender.</summary>
    Relationship,

    /// <summary>The holder of the account that paid.</summary>
    Payer,
}

/// <summary>The result for one name or text of one party.</summary>
/// <param name="Commitment">
/// SHA-256 over the salt and what was screened, in hexadecimal: shows later that the same details were screened,
/// without holding them. Without the salt it says nothing.
/// </param>
/// <param name="IsComparable">
/// False: the lists cannot clear this name (another script, no letters); a person looks.
/// </param>
/// <param name="HitCount">All hits; <paramref name="Hits"/> holds the first twenty.</param>
/// <param name="Near">
/// The first ten that reached the floor and not their threshold: they alert nobody, and show what a lower one would do.
/// </param>
/// <param name="Floor">Down to how many points was looked.</param>
public sealed record PartyEvidence(
    PartyRole Role,
    PartyId PartyId,
    int PartyVersion,
    ScreenedName Name,
    string Commitment,
    string Salt,
    bool IsComparable,
    int HitCount,
    IReadOnlyList<ListHit> Hits,
    IReadOnlyList<ListHit>? Near = null,
    int NearCount = 0,
    decimal? Floor = null)
{
    public bool NeedsReview => !IsComparable || HitCount > Hits.Count(hit => hit.SuppressedBy is not null);

    /// <summary>The hits that a person has to look at.</summary>
    internal IEnumerable<ListHit> Holding => Hits.Where(hit => hit.SuppressedBy is null);

    /// <summary>
    /// Whether every hit that holds it held the other too, which is of the same details: same salt, same commitment.
    /// More hits than are kept could be others.
    /// </summary>
    public bool HoldsNothingBeyond(PartyEvidence earlier) =>
        (Role, PartyId, Name, Salt, Commitment)
            == (earlier.Role, earlier.PartyId, earlier.Name, earlier.Salt, earlier.Commitment)
        && (IsComparable || !earlier.IsComparable)
        && HitCount == Hits.Count
        && Holding.All(hit => hit.EntryHash is not null && earlier.Holding.Any(known =>
            (known.List, known.EntryId, known.EntryHash, known.IsPep)
                == (hit.List, hit.EntryId, hit.EntryHash, hit.IsPep)));

    public ScreeningDirection Direction => DirectionOf(Role, Name);

    internal static ScreeningDirection DirectionOf(PartyRole role, ScreenedName name) => name switch
    {
        ScreenedName.Bank => ScreeningDirection.Bank,
        ScreenedName.Address => ScreeningDirection.Address,
        ScreenedName.Note or ScreenedName.Relationship => ScreeningDirection.FreeText,
        _ => role == PartyRole.Sender ? ScreeningDirection.Sender : ScreeningDirection.Beneficiary,
    };
}
