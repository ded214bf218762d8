namespace FinCode.Compliance.Customers.Model;

/// <summary>
/// What a rating is made of, kept sealed with it: from these and the scorecard's version it is computed again exactly.
/// </summary>
/// <param name="Corridors">Those of the transfers of the last year, in order, as are <paramref name="Products"/>, their
/// payout methods.</param>
/// <param name="RelationshipDays">Whole days since the customer was first seen.</param>
/// <param name="RulePoints">What rules added within 90 days.</param>
/// <param name="AnswerPoints">What the newest answers to each form add.</param>
internal sealed record RiskInputs(
    string? Country, string? Nationality, IReadOnlyList<string> Corridors, IReadOnlyList<string> Products, int Tier,
    int RelationshipDays, int RulePoints, bool Pep, int AnswerPoints)
{
    /// <summary>Days alone go by without anything having changed.</summary>
    public bool IsLike(RiskInputs other) =>
        (Country, Nationality, Tier, RulePoints, Pep, AnswerPoints)
        == (other.Country, other.Nationality, other.Tier, other.RulePoints, other.Pep, other.AnswerPoints)
        && Corridors.SequenceEqual(other.Corridors) && Products.SequenceEqual(other.Products);

    /// <summary>Never the details: records print themselves into logs too easily.</summary>
    public override string ToString() => "(personal data)";
}

/// <summary>A factor's part in a rating.</summary>
/// <param name="ShareBasisPoints">Its part in all points, in ten-thousandths; together they are 10,000, or 0.</param>
internal sealed record FactorShare(RiskFactor Factor, int Points, int ShareBasisPoints);

/// <summary>A rating: a pure function of scorecard and inputs.</summary>
internal sealed record RiskScore(int Points, RiskLevel Level, IReadOnlyList<FactorShare> Factors)
{
    private const int Whole = 10_000;

    public static RiskScore Of(Scorecard card, RiskInputs inputs)
    {
        var points = card.Factors.Select(factor => PointsOf(factor, inputs)).ToArray();
        var total = points.Sum();
        var level = total >= card.HighFrom ? RiskLevel.High
            : total >= card.MediumFrom ? RiskLevel.Medium
            : RiskLevel.Low;
        var shares = Shares(points, total);
        return new RiskScore(total, level,
            [.. card.Factors.Select((factor, i) => new FactorShare(factor.Factor, points[i], shares[i]))]);
    }

    public bool SaysTheSameAs(RiskScore other) => Points == other.Points && Level == other.Level
        && Factors.SequenceEqual(other.Factors);

    /// <summary>The first day of the relationship after this one on which its age counts otherwise.</summary>
    public static int? NextAge(Scorecard card, int days) => card.Factors
        .Where(factor => factor.Factor == RiskFactor.AgeOfRelationship)
        .SelectMany(factor => factor.Bands ?? []).Select(band => (int?)band.From).Order()
        .FirstOrDefault(from => from > days);

    private static int PointsOf(ScoreFactor factor, RiskInputs inputs) => factor.Factor switch
    {
        RiskFactor.Country => OfWords(factor, inputs.Country is null ? [] : [inputs.Country]),
        RiskFactor.Nationality => OfWords(factor, inputs.Nationality is null ? [] : [inputs.Nationality]),
        RiskFactor.Corridor => OfCorridors(factor, inputs.Corridors),
        RiskFactor.Product => OfWords(factor, inputs.Products),
        RiskFactor.Pep => OfWords(factor, [inputs.Pep ? "YES" : "NO"]),
        RiskFactor.Tier => OfBands(factor, inputs.Tier),
        RiskFactor.AgeOfRelationship => OfBands(factor, inputs.RelationshipDays),
        RiskFactor.RulePoints => OfBands(factor, inputs.RulePoints),
        RiskFactor.Answers => OfBands(factor, inputs.AnswerPoints),
        _ => throw new InvalidOperationException($"Nothing says how {factor.Factor} counts."),
    };

    private static int OfWords(ScoreFactor factor, IReadOnlyList<string> words) => words.Count == 0
        ? factor.Otherwise
        : words.Max(word => factor.Words is { } known && known.TryGetValue(word, out var points)
            ? points : factor.Otherwise);

    private static int OfCorridors(ScoreFactor factor, IReadOnlyList<string> corridors) => corridors.Count == 0
        ? factor.Otherwise
        : corridors.Max(corridor => (factor.Words ?? new Dictionary<string, int>())
            .Where(pair => DefinitionLimits.Matches(pair.Key, corridor)).Select(pair => (int?)pair.Value).Max()
            ?? factor.Otherwise);

    private static int OfBands(ScoreFactor factor, int number) =>
        (factor.Bands ?? []).LastOrDefault(band => band.From <= number)?.Points ?? factor.Otherwise;

    /// <summary>
    /// Largest remainders: rounded down, and what is left goes to those that lost most, the first first.
    /// </summary>
    private static int[] Shares(int[] points, int total)
    {
        if (total == 0)
            return new int[points.Length];
        var shares = points.Select(one => (int)((long)one * Whole / total)).ToArray();
        var left = Whole - shares.Sum();
        foreach (var index in Enumerable.Range(0, points.Length)
                     .OrderByDescending(i => (long)points[i] * Whole % total).Take(left))
            shares[index]++;
        return shares;
    }
}
