using FinCode.Compliance.Model;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Tokens that count as the same. Positions instead of words, because the words of the query are a customer's name.
/// </summary>
/// <param name="Query">The first token's position, from 0.</param>
/// <param name="Similarity">Ten-thousandths.</param>
/// <param name="Weight">Of all tokens of the pair together.</param>
/// <param name="QueryTokens">How many tokens of the query; 2 where they are one word on the other side.</param>
/// <param name="Letters">Of all tokens of the pair together.</param>
/// <param name="IsTelling">It says who is meant: neither initial, title, particle nor legal form.</param>
public sealed record TokenPair(int Query, int Listed, PairMethod Method, int Similarity, int Weight,
    int QueryTokens = 1, int ListedTokens = 1, bool IsTelling = true, int Letters = 0);

/// <summary>A token that found no partner.</summary>
/// <param name="IsListed">It is the listed name's; else the query's.</param>
public sealed record UnpairedToken(bool IsListed, int Position, int Weight, bool IsTelling);

/// <summary>
/// How alike two names are, with everything that the score of the names is computed from:
/// <see cref="ExplainedScore.OfNames"/> computes it again.
/// </summary>
/// <param name="IsCovered">
/// Every token of one of the names that says anything found its partner, and those are two and not too short.
/// </param>
/// <param name="Rest">Each token that found no partner.</param>
public sealed record NameComparison(
    IReadOnlyList<TokenPair> Pairs, bool IsCovered, IReadOnlyList<UnpairedToken> Rest);

/// <summary>
/// Computes scores again from what is stored, by itself: it shares no code with what computed them first.
/// </summary>
public static class ExplainedScore
{
    /// <summary>Of the names alone: hundredths of a point, 0 to 10,000.</summary>
    public static int OfNames(NameComparison comparison)
    {
        ArgumentNullException.ThrowIfNull(comparison);
        var telling = comparison.Pairs.Where(pair => pair.IsTelling).ToArray();
        var isCovered = telling.Length >= 2 && telling.Sum(pair => pair.Letters) >= 20
            && (!comparison.Rest.Any(token => token is { IsTelling: true, IsListed: false })
                || !comparison.Rest.Any(token => token is { IsTelling: true, IsListed: true }));
        long alike = comparison.Pairs.Sum(pair => (long)pair.Similarity * pair.Weight);
        long paired = comparison.Pairs.Sum(pair => (long)pair.Weight);
        long rest = comparison.Rest.Sum(token => (long)token.Weight);
        var all = (2 * paired) + (isCovered ? rest : 2 * rest);
        if (all == 0)
            return 0;
        var edited = telling.Count(pair => pair.Method == PairMethod.Edit);
        return (int)Math.Max(0, (2 * alike / all) - (400L * Math.Max(0, edited - 1)));
    }

    /// <summary>Whether the score reaches the threshold that the policy has for the hit.</summary>
    public static bool IsAlert(ListHit hit)
    {
        ArgumentNullException.ThrowIfNull(hit);
        return OfHit(hit) >= hit.Threshold * 100;
    }

    /// <summary>
    /// Whether a person has to look: a hit that alerts, a name that cannot be cleared, a country with an effect, or a
    /// rule that does more than warn.
    /// </summary>
    public static bool NeedsReview(Evidence evidence)
    {
        ArgumentNullException.ThrowIfNull(evidence);
        return evidence.Parties.Any(party => !party.IsComparable || party.Hits.Any(IsAlert))
            || (evidence.Countries ?? []).Any(country => country.Effect is not null)
            || evidence.Rules.Any(rule => rule.Effect != RuleEffect.Warn);
    }

    /// <summary>With the evidence steps: hundredths of a point, 0 to 10,000.</summary>
    public static int OfHit(ListHit hit)
    {
        ArgumentNullException.ThrowIfNull(hit);
        var least = hit.Steps.Any(step => step.Code == "IDENTIFIER_MATCHES") ? 9_500 : 0;
        return Math.Clamp(OfNames(hit.Comparison) + hit.Steps.Sum(step => step.Points), least, 10_000);
    }
}
