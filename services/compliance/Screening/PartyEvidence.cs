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

/// <summary>A customer is known to be the politically exposed person of an entry.</summary>
/// <param name="CaseId">In which two people let the hit pass, and did not say that it is somebody else.</param>
/// <param name="DueDiligenceId">
/// The enhanced due diligence that covers it: while there is one, it holds nothing. Missing while none is in force.
/// </param>
public sealed record PepExposure(CaseId CaseId, Guid? DueDiligenceId, DateTimeOffset? DueDiligenceUntil);

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
/// <param name="Exposure">Of a politically exposed person: two people found earlier that it is this one.</param>
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
    TextWindow? Window = null,
    PepExposure? Exposure = null)
{
    /// <summary>
    /// Two people decided something by which it holds nothing: that it is somebody else, or, of a politically exposed
    /// person, the due diligence. A sanction is covered by none.
    /// </summary>
    internal bool IsSettled => SuppressedBy is not null || (IsPep && Exposure?.DueDiligenceId is not null);

    /// <summary>The same content of the same entry, of the same kind of list.</summary>
    internal bool IsOfTheSameEntryAs(ListHit other) => EntryHash is not null
        && (List, EntryId, EntryHash, IsPep) == (other.List, other.EntryId, other.EntryHash, other.IsPep);
}

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
    public bool NeedsReview => !IsComparable || HasHits;

    /// <summary>Whether there is a hit that a person has to look at.</summary>
    internal bool HasHits => HitCount > Hits.Count(hit => hit.IsSettled);

    /// <summary>Whether there is one that nobody has said anything of yet.</summary>
    internal bool HasUnknownHits => HitCount > Hits.Count(hit => hit.IsSettled || hit.Exposure is not null);

    /// <summary>The hits that a person has to look at.</summary>
    internal IEnumerable<ListHit> Holding => Hits.Where(hit => !hit.IsSettled);

    /// <summary>
    /// Whether every hit that holds it held the other too, which is of the same details: same salt, same commitment.
    /// </summary>
    public bool HoldsNothingBeyond(PartyEvidence earlier) =>
        (Role, PartyId, Name, Salt, Commitment)
            == (earlier.Role, earlier.PartyId, earlier.Name, earlier.Salt, earlier.Commitment)
        && HitsNothingBeyond(earlier);

    /// <summary>
    /// The same, where whoever asks knows that the details are. More hits than are kept could be others.
    /// </summary>
    internal bool HitsNothingBeyond(PartyEvidence earlier) =>
        (IsComparable || !earlier.IsComparable)
        && HitCount == Hits.Count
        && Holding.All(hit => earlier.Holding.Any(hit.IsOfTheSameEntryAs));

    /// <summary>
    /// Whether the release of a customer's case, which showed this, answers all that holds it: the same version of that
    /// party, by its own name and address. Where the money goes is the transfer's own; and a politically exposed person
    /// is let pass by due diligence, unless it is somebody else.
    /// </summary>
    internal bool IsAnsweredBy(PartyEvidence shown, ReleaseTerms terms) =>
        Name is ScreenedName.Party or ScreenedName.Address
        && (Role, PartyId, PartyVersion, Name) == (shown.Role, shown.PartyId, shown.PartyVersion, shown.Name)
        && HitsNothingBeyond(shown)
        && Holding.All(hit => !hit.IsPep || terms.Says(this, hit));

    public ScreeningDirection Direction => DirectionOf(Role, Name);

    internal static ScreeningDirection DirectionOf(PartyRole role, ScreenedName name) => name switch
    {
        ScreenedName.Bank => ScreeningDirection.Bank,
        ScreenedName.Address => ScreeningDirection.Address,
        ScreenedName.Note or ScreenedName.Relationship => ScreeningDirection.FreeText,
        _ => role == PartyRole.Sender ? ScreeningDirection.Sender : ScreeningDirection.Beneficiary,
    };
}
