using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Model;

/// <summary>A rule that holds a transfer.</summary>
/// <param name="Explanation">One sentence with the figures; no personal data.</param>
public sealed record RuleHit(Guid RuleId, string Name, RuleType Type, string Explanation);

/// <summary>
/// Everything that one screening looked at and found, kept as it was: from it the outcome and every score can be
/// computed again.
/// </summary>
/// <param name="AlgorithmVersion">Of the matching; the same party and lists score the same under one version.</param>
/// <param name="ReviewThreshold">In points from 0 to 100.</param>
public sealed record Evidence(
    int AlgorithmVersion,
    long ListVersion,
    long PolicyVersion,
    decimal ReviewThreshold,
    IReadOnlyList<PartyEvidence> Parties,
    IReadOnlyList<RuleHit> Rules)
{
    public bool NeedsReview() => Rules.Count > 0 || Parties.Any(party => party.NeedsReview);
}
