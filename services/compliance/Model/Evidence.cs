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
    int RiskPoints, string Explanation);

/// <summary>
/// Everything that one screening looked at and found, kept as it was: from it the outcome and every score can be
/// computed again.
/// </summary>
/// <param name="AlgorithmVersion">Of the matching; the same party and lists score the same under one version.</param>
/// <param name="ReviewThreshold">In points from 0 to 100.</param>
/// <param name="CustomerCases">Cases about the parties themselves, which hold the transfer.</param>
public sealed record Evidence(
    int AlgorithmVersion,
    long ListVersion,
    long PolicyVersion,
    decimal ReviewThreshold,
    IReadOnlyList<PartyEvidence> Parties,
    IReadOnlyList<RuleHit> Rules,
    IReadOnlyList<CaseId>? CustomerCases = null)
{
    public bool NeedsReview() =>
        CustomerCases is { Count: > 0 }
        || Rules.Any(hit => hit.Effect != RuleEffect.Warn) || Parties.Any(party => party.NeedsReview);

    /// <summary>What a rule suggests to decide; null leaves it open. Two people decide.</summary>
    public CaseDecision? Suggestion() =>
        Rules.Any(hit => hit.Effect == RuleEffect.Block) ? CaseDecision.Reject : null;
}
