namespace FinCode.Compliance.Customers.Model;

public enum RiskLevel
{
    Low,
    Medium,
    High,
}

public enum RiskFactor
{
    Country,
    Nationality,
    Corridor,
    Tier,
    Product,
    AgeOfRelationship,
    RulePoints,
    Pep,
    Answers,
}

/// <summary>From so many on (days, points, a tier), so many points.</summary>
internal sealed record ScoreBand(int From, int Points);

/// <summary>
/// How one factor counts. Countries, corridors (<c>*-IR</c>), payout methods and PEP (<c>YES</c>, <c>NO</c>) by their
/// words; of several corridors or methods the one with the most points counts. Tier, days, points by bands: the last
/// one that begins at or below the number.
/// </summary>
/// <param name="Otherwise">For what none of these names, and for what is not known.</param>
internal sealed record ScoreFactor(
    RiskFactor Factor, IReadOnlyDictionary<string, int>? Words = null, IReadOnlyList<ScoreBand>? Bands = null,
    int Otherwise = 0);

/// <summary>How points become a level. All integers.</summary>
internal sealed record Scorecard(IReadOnlyList<ScoreFactor> Factors, int MediumFrom, int HighFrom)
    : IDefinition<Scorecard>
{
    private const int MaxWords = 500;
    private const int MaxBands = 50;

    public static DefinitionKind Kind => DefinitionKind.Scorecard;

    public static Scorecard Default { get; } = new(
    [
        ByWord(RiskFactor.Country, 0, ("IR", 60), ("KP", 60), ("MM", 60)),
        ByWord(RiskFactor.Nationality, 0, ("IR", 30), ("KP", 60), ("MM", 30)),
        ByWord(RiskFactor.Corridor, 0, ("*-IR", 40), ("*-KP", 60), ("*-MM", 40)),
        ByBand(RiskFactor.Tier, (0, 15), (1, 5), (2, 0)),
        ByWord(RiskFactor.Product, 0, ("CASH_PICKUP", 10), ("WALLET", 5), ("MOBILE_MONEY", 5)),
        ByBand(RiskFactor.AgeOfRelationship, (0, 10), (90, 5), (365, 0)),
        ByBand(RiskFactor.RulePoints, (0, 0), (10, 10), (25, 20), (50, 40)),
        ByWord(RiskFactor.Pep, 0, ("YES", 60)),
        ByBand(RiskFactor.Answers, (0, 0), (10, 5), (25, 15), (40, 30)),
    ], MediumFrom: 30, HighFrom: 60);

    public IEnumerable<(string Pointer, string Detail)> WhatIsWrong()
    {
        if (Factors.Count == 0 || Factors.Select(one => one.Factor).Distinct().Count() != Factors.Count)
            yield return ("/factors", "At least one factor, and each once.");
        for (var i = 0; i < Math.Min(Factors.Count, MaxBands); i++)
        {
            if (WhatIsWrong(Factors[i]) is { } wrong)
                yield return ($"/factors/{i}", wrong);
        }
        if (MediumFrom < 1 || HighFrom <= MediumFrom || HighFrom > DefinitionLimits.MaxPoints)
            yield return ("/highFrom", $"MEDIUM from at least 1, HIGH above it, at most {DefinitionLimits.MaxPoints}.");
    }

    public static bool IsNumber(RiskFactor factor) => factor
        is RiskFactor.Tier or RiskFactor.AgeOfRelationship or RiskFactor.RulePoints or RiskFactor.Answers;

    private static string? WhatIsWrong(ScoreFactor factor)
    {
        var (words, bands) = (factor.Words ?? new Dictionary<string, int>(), factor.Bands ?? []);
        var points = words.Values.Concat(bands.Select(band => band.Points)).Append(factor.Otherwise);
        if (points.Any(one => one is < 0 or > DefinitionLimits.MaxPoints))
            return $"Points are from 0 to {DefinitionLimits.MaxPoints}.";
        if (IsNumber(factor.Factor) ? words.Count > 0 : bands.Count > 0)
            return "Tier, age of relationship, rule points and answers count by bands, the others by words.";
        if (words.Count > MaxWords || bands.Count > MaxBands)
            return $"At most {MaxWords} words or {MaxBands} bands.";
        if (bands.Zip(bands.Skip(1)).Any(pair => pair.First.From >= pair.Second.From)
            || bands.Any(band => band.From < 0))
            return "Bands begin at 0 or above, each above the one before.";
        return words.Keys.Any(word => factor.Factor == RiskFactor.Corridor
            ? !DefinitionLimits.IsCorridor(word) : !DefinitionLimits.IsCode(word))
            ? "A word is a country, a corridor such as *-IR, a payout method, or YES or NO."
            : null;
    }

    private static ScoreFactor ByWord(RiskFactor factor, int otherwise, params (string Word, int Points)[] words) =>
        new(factor, words.ToDictionary(one => one.Word, one => one.Points), null, otherwise);

    private static ScoreFactor ByBand(RiskFactor factor, params (int From, int Points)[] bands) =>
        new(factor, null, [.. bands.Select(band => new ScoreBand(band.From, band.Points))]);
}
