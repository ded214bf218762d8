namespace FinCode.Compliance.Screening;

/// <summary>
/// Two tokens that count as the same. Positions instead of words, because the words of the query are a customer's name.
/// </summary>
/// <param name="Similarity">Ten-thousandths.</param>
/// <param name="Weight">Of both tokens together.</param>
public sealed record TokenPair(int Query, int Listed, string Method, int Similarity, int Weight);

/// <summary>How alike two names are: what <see cref="NameScore"/> found, enough to compute the score again.</summary>
/// <param name="Unpaired">The weight of the tokens that found no partner, on both sides.</param>
/// <param name="IsCovered">Every token of one of the names that says anything found its partner.</param>
public sealed record NameComparison(IReadOnlyList<TokenPair> Pairs, int Unpaired, bool IsCovered)
{
    /// <summary>Hundredths of a point, 0 to 10,000.</summary>
    public int Score() => NameScore.Compute(Pairs.Sum(pair => (long)pair.Similarity * pair.Weight),
        Pairs.Sum(pair => pair.Weight), Unpaired, IsCovered);
}

/// <summary>
/// The score of two names: the weight of the tokens that pair up, by how alike they are, in the weight of all. Where
/// one name lies wholly within the other (a middle name more, a second surname less), what is over counts half.
/// The order of tokens does not matter, and score(a, b) is score(b, a).
/// </summary>
internal static class NameScore
{
    public const int Full = 10_000;

    private const int PairsToCover = 2;

    public static NameComparison Of(IReadOnlyList<string> query, IReadOnlyList<string> listed, TokenWeights weights)
    {
        var queryWeights = query.Select(weights.Of).ToArray();
        var listedWeights = listed.Select(weights.Of).ToArray();
        return Of(query, queryWeights, listed, listedWeights);
    }

    public static NameComparison Of(
        IReadOnlyList<string> query, int[] queryWeights, IReadOnlyList<string> listed, int[] listedWeights)
    {
        var candidates = new List<TokenPair>();
        for (var q = 0; q < query.Count; q++)
        {
            for (var l = 0; l < listed.Count; l++)
            {
                var similarity = TokenSimilarity.Of(query[q], listed[l]);
                if (similarity > 0)
                    candidates.Add(new TokenPair(q, l, similarity == TokenSimilarity.Full ? "EXACT" : "EDIT",
                        similarity, queryWeights[q] + listedWeights[l]));
            }
        }
        if (candidates.Count > 1)
            candidates.Sort((left, right) => Compare(left, right, query, listed));
        return Pair(candidates, queryWeights, listedWeights);
    }

    /// <summary>Twice everything, so that half a weight stays an integer.</summary>
    internal static int Compute(long similarWeight, long pairedWeight, long unpaired, bool isCovered)
    {
        var all = (2 * pairedWeight) + (isCovered ? unpaired : 2 * unpaired);
        return all == 0 ? 0 : (int)(2 * similarWeight / all);
    }

    private static NameComparison Pair(List<TokenPair> candidates, int[] queryWeights, int[] listedWeights)
    {
        var queryLeft = queryWeights.ToArray();
        var listedLeft = listedWeights.ToArray();
        var pairs = new List<TokenPair>();
        var telling = 0;
        foreach (var candidate in candidates)
        {
            if (queryLeft[candidate.Query] == 0 || listedLeft[candidate.Listed] == 0)
                continue;
            queryLeft[candidate.Query] = listedLeft[candidate.Listed] = 0;
            pairs.Add(candidate);
            if (candidate.Weight > 2 * TokenWeights.Trivial)
                telling++;
        }
        var isCovered = telling >= PairsToCover && (SaysNothing(queryLeft) || SaysNothing(listedLeft));
        return new NameComparison(pairs, queryLeft.Sum() + listedLeft.Sum(), isCovered);
    }

    private static bool SaysNothing(int[] weights) => weights.All(weight => weight <= TokenWeights.Trivial);

    /// <summary>
    /// The most alike first, then the heaviest; ties by the words themselves, whichever side they are on.
    /// </summary>
    private static int Compare(
        TokenPair left, TokenPair right, IReadOnlyList<string> query, IReadOnlyList<string> listed)
    {
        if (left.Similarity != right.Similarity)
            return right.Similarity.CompareTo(left.Similarity);
        if (left.Weight != right.Weight)
            return right.Weight.CompareTo(left.Weight);
        var (leftLow, leftHigh) = Ordered(query[left.Query], listed[left.Listed]);
        var (rightLow, rightHigh) = Ordered(query[right.Query], listed[right.Listed]);
        var order = string.CompareOrdinal(leftLow, rightLow);
        if (order == 0)
            order = string.CompareOrdinal(leftHigh, rightHigh);
        if (order == 0)
            order = left.Query.CompareTo(right.Query);
        return order != 0 ? order : left.Listed.CompareTo(right.Listed);
    }

    private static (string Low, string High) Ordered(string one, string other) =>
        string.CompareOrdinal(one, other) <= 0 ? (one, other) : (other, one);
}
