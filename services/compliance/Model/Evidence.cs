using FinCode.Compliance.Screening;
using FinCode.Contracts;

namespace FinCode.Compliance.Model;

/// <summary>What a rule that alerts does to the transfer.</summary>
public enum RuleEffect
{
    /// <summary>It is recorded and shown in a case, if there is one; it holds nothing.</summary>
    Warn,

    /// <summary>It opens a case.</summary>
    Hold,

    /// <summary>It opens a case and suggests to reject; two people decide.</summary>
    Block,
}

/// <summary>A rule of the tenant that alerted.</summary>
/// <param name="Undecided">
/// The rule needed something that is not known: it counts as an alert, and holds unless it only warns.
/// </param>
/// <param name="Documents">What is to be asked for.</param>
/// <param name="RiskPoints">By how much the sender's risk is raised.</param>
/// <param name="Explanation">One sentence with the figures; no personal data.</param>
public sealed record RuleHit(
    Guid RuleId, int Version, string Name, RuleEffect Effect, bool Undecided, IReadOnlyList<string> Documents,
    int RiskPoints, string Explanation)
{
    /// <summary>The same version of the rule, to the same effect and with the same figures.</summary>
    public bool SaysTheSameAs(RuleHit other) =>
        (RuleId, Version, Effect, Undecided, Explanation)
        == (other.RuleId, other.Version, other.Effect, other.Undecided, other.Explanation);
}

/// <summary>Why a person has to look.</summary>
public enum ReviewReason
{
    /// <summary>Somebody resembles an entry of a sanctions list.</summary>
    Sanctions,

    /// <summary>Somebody resembles an entry of a list of politically exposed persons: enhanced due diligence.</summary>
    DueDiligence,

    /// <summary>A country of the policy.</summary>
    Country,

    /// <summary>A party has a case that is open, or was found to be a true match.</summary>
    CustomerCase,

    /// <summary>A name or text that the lists cannot clear.</summary>
    NotComparable,

    /// <summary>A rule that holds.</summary>
    Rule,
}

/// <summary>A country that was looked at, with what the policy says of it.</summary>
/// <param name="Role">Whose country it is; missing for the corridor.</param>
/// <param name="Effect">Missing: none.</param>
/// <param name="PolicyLine">The line of the policy's countries that says so, from 1.</param>
public sealed record CountryCheck(
    PartyRole? Role, CountrySource Source, string Country, CountryEffect? Effect, int? PolicyLine);

/// <summary>
/// Everything that one screening looked at and found, kept as it was: from it the outcome and every score can be
/// computed again.
/// </summary>
/// <param name="AlgorithmVersion">Of the matching; the same party and lists score the same under one version.</param>
/// <param name="ReviewThreshold">
/// In points from 0 to 100: of names where no line of the policy says otherwise. Each hit holds its own.
/// </param>
/// <param name="Parties">Each name and text that was compared, whosever it is.</param>
/// <param name="Countries">Each country once for each place that it was read in.</param>
/// <param name="CustomerCases">Cases about the parties themselves, which hold the transfer.</param>
/// <param name="ReleasedBy">
/// The case of this transfer in which two people let all of it pass before: it needs no second look.
/// </param>
public sealed record Evidence(
    int AlgorithmVersion,
    long ListVersion,
    long PolicyVersion,
    decimal ReviewThreshold,
    IReadOnlyList<PartyEvidence> Parties,
    IReadOnlyList<RuleHit> Rules,
    IReadOnlyList<CountryCheck>? Countries = null,
    IReadOnlyList<CaseId>? CustomerCases = null,
    CaseId? ReleasedBy = null)
{
    /// <summary>What a person has to look at it for; nothing when it is clear.</summary>
    public IReadOnlyList<ReviewReason> Reasons =>
    [
        .. Enum.GetValues<ReviewReason>().Where(reason => reason switch
        {
            ReviewReason.Sanctions => Parties.Any(
                party => party.Holding.Any(hit => !hit.IsPep) || party.HitCount > party.Hits.Count),
            ReviewReason.DueDiligence => Parties.Any(party => party.Holding.Any(hit => hit.IsPep)),
            ReviewReason.Country => Countries?.Any(country => country.Effect is not null) ?? false,
            ReviewReason.CustomerCase => CustomerCases is { Count: > 0 },
            ReviewReason.NotComparable => Parties.Any(party => !party.IsComparable),
            _ => Rules.Any(hit => hit.Effect != RuleEffect.Warn),
        }),
    ];

    public bool NeedsReview() => ReleasedBy is null && Reasons.Count > 0;

    /// <summary>
    /// Whether whatever holds it here held it there too: the same details against the same content of the same entries,
    /// the same countries, and the same rules with the same figures. What cannot be compared counts as new.
    /// </summary>
    /// <param name="earlier">Of an earlier round; its salts were used again, or nothing is the same.</param>
    public bool HoldsNothingBeyond(Evidence earlier) =>
        AlgorithmVersion == earlier.AlgorithmVersion
        && CustomerCases is not { Count: > 0 }
        && Parties.Where(party => party.NeedsReview).All(
            party => earlier.Parties.Any(party.HoldsNothingBeyond))
        && (Countries ?? []).Where(country => country.Effect is not null).All(
            country => earlier.Countries?.Any(
                known => known with { PolicyLine = null } == country with { PolicyLine = null }) ?? false)
        && Rules.Where(hit => hit.Effect != RuleEffect.Warn).All(hit => earlier.Rules.Any(hit.SaysTheSameAs));

    /// <summary>Whether no hit holds it that did not hold it there too, where the details are the same.</summary>
    internal bool HitsNothingBeyond(Evidence earlier) => Parties.Where(party => party.HasHits).All(
        party => earlier.Parties.Any(known => known.Name == party.Name && party.HitsNothingBeyond(known)));

    /// <summary>
    /// Whether the release of a customer's case, which showed this, answers all that a transfer is held for: then there
    /// is nothing about the transfer itself that anybody has to look at.
    /// </summary>
    internal bool IsAnsweredBy(Evidence shown, ReleaseTerms terms) =>
        AlgorithmVersion == shown.AlgorithmVersion
        && Parties.Where(party => party.NeedsReview).All(
            party => shown.Parties.Any(known => party.IsAnsweredBy(known, terms)))
        && (Countries ?? []).All(country => country.Effect is null)
        && Rules.All(hit => hit.Effect == RuleEffect.Warn);

    /// <summary>What a rule or a country suggests to decide; null leaves it open. Two people decide.</summary>
    public CaseDecision? Suggestion() => Rules.Any(hit => hit.Effect == RuleEffect.Block)
        || (Countries?.Any(country => country.Effect == CountryEffect.Block) ?? false)
            ? CaseDecision.Reject
            : null;
}
