namespace FinCode.Compliance.Customers.Model;

/// <summary>One thing to be shown, by any of several kinds of evidence.</summary>
/// <param name="Code">Its name: <c>IDENTITY_DOCUMENT</c>.</param>
/// <param name="AnyOf">Types of documents, or <c>FORM:</c> and the code of a form.</param>
internal sealed record KycRequirement(string Code, IReadOnlyList<string> AnyOf);

/// <summary>What a tier needs besides all that the tiers below it need.</summary>
internal sealed record KycTier(int Tier, IReadOnlyList<KycRequirement> Requirements);

/// <summary>When a form about the risk is asked for, besides at every review.</summary>
/// <param name="Above">The first transfer above one of these, by its currency.</param>
/// <param name="Corridors">The first transfer there: <c>GB-IR</c>, <c>*-IR</c>.</param>
internal sealed record KycAssessment(string Form, IReadOnlyList<Money> Above, IReadOnlyList<string> Corridors);

/// <summary>After how many months a customer is looked at again, by risk.</summary>
internal sealed record KycReviewMonths(int Low, int Medium, int High)
{
    public int Of(RiskLevel? level) => level switch
    {
        RiskLevel.High => High,
        RiskLevel.Medium => Medium,
        _ => Low,
    };
}

/// <summary>
/// What a customer shows in order to reach a tier. Tier 0 needs nothing; a tier is reached when all that it and those
/// below it need is shown and valid.
/// </summary>
/// <param name="Enhanced">What politically exposed persons show besides.</param>
internal sealed record TierRules(
    IReadOnlyList<KycTier> Tiers, KycAssessment Assessment, KycReviewMonths ReviewMonths,
    IReadOnlyList<KycRequirement> Enhanced) : IDefinition<TierRules>
{
    public const string RiskAssessmentForm = "RISK_ASSESSMENT";
    public const string SourceOfFundsForm = "SOURCE_OF_FUNDS";

    private const int MaxTiers = 9;
    private const int MaxRequirements = 20;
    private const int MaxChoices = 20;
    private const int MaxListed = 300;
    private const int MaxReviewMonths = 60;

    public static DefinitionKind Kind => DefinitionKind.Tiers;

    public static TierRules Default { get; } = new(
        [
            new KycTier(1,
            [
                new KycRequirement("IDENTITY_DOCUMENT", DocumentTypes.Identity),
                new KycRequirement("SELFIE", [DocumentTypes.Selfie]),
            ]),
            new KycTier(2,
            [
                new KycRequirement("SOURCE_OF_FUNDS",
                    ["BANK_STATEMENT", DocumentTypes.FormPrefix + SourceOfFundsForm]),
                new KycRequirement("PROOF_OF_ADDRESS", ["PROOF_OF_ADDRESS", "UTILITY_BILL"]),
            ]),
        ],
        new KycAssessment(RiskAssessmentForm,
            [Money.Of(100_000, "GBP"), Money.Of(125_000, "USD"), Money.Of(115_000, "EUR")],
            ["*-IR", "*-KP", "*-MM"]),
        new KycReviewMonths(Low: 24, Medium: 12, High: 12),
        [new KycRequirement("SOURCE_OF_WEALTH", [DocumentTypes.SourceOfWealth])]);

    public IEnumerable<(string Pointer, string Detail)> WhatIsWrong()
    {
        if (Tiers.Count is 0 or > MaxTiers || Tiers.Where((tier, index) => tier.Tier != index + 1).Any())
            yield return ("/tiers", $"Tiers are numbered from 1, one by one, up to {MaxTiers}.");
        var all = Tiers.SelectMany(tier => tier.Requirements).Concat(Enhanced).ToList();
        if (all.Count > MaxRequirements || all.Select(one => one.Code).Distinct().Count() != all.Count)
            yield return ("/tiers", $"At most {MaxRequirements} requirements, each with a code of its own.");
        if (Tiers.Any(tier => tier.Requirements.Count == 0))
            yield return ("/tiers", "A tier without a requirement is no tier.");
        if (all.Any(one => !DefinitionLimits.IsCode(one.Code)))
            yield return ("/tiers", "A code has capitals, digits and underscores.");
        if (all.Any(one => one.AnyOf.Count is 0 or > MaxChoices || !one.AnyOf.All(IsEvidence)))
            yield return ("/tiers", "A requirement names types of documents, or FORM: and the code of a form.");
        if (!DefinitionLimits.IsCode(Assessment.Form))
            yield return ("/assessment/form", "The code of a form is needed.");
        if (Assessment.Above.Count > MaxListed || Assessment.Above.Any(amount => !amount.IsPositive)
            || Assessment.Above.GroupBy(amount => amount.Currency).Any(same => same.Count() > 1))
            yield return ("/assessment/above", "One positive amount for each currency.");
        if (Assessment.Corridors.Count > MaxListed || !Assessment.Corridors.All(DefinitionLimits.IsCorridor))
            yield return ("/assessment/corridors", $"At most {MaxListed} corridors such as GB-NG, GB-* or *-NG.");
        int[] months = [ReviewMonths.Low, ReviewMonths.Medium, ReviewMonths.High];
        if (months.Any(month => month is < 1 or > MaxReviewMonths)
            || ReviewMonths.High > ReviewMonths.Medium || ReviewMonths.Medium > ReviewMonths.Low)
            yield return ("/reviewMonths", $"From 1 to {MaxReviewMonths}; the higher the risk, the sooner.");
    }

    /// <summary>The codes of forms that are asked for and that the book does not have: nobody could fill them
    /// in.</summary>
    public IReadOnlyList<string> FormsMissingIn(FormBook book) =>
        [.. Tiers.SelectMany(tier => tier.Requirements).Concat(Enhanced).SelectMany(one => one.AnyOf)
            .Where(word => word.StartsWith(DocumentTypes.FormPrefix, StringComparison.Ordinal))
            .Select(word => word[DocumentTypes.FormPrefix.Length..])
            .Append(Assessment.Form).Distinct().Where(code => book.Find(code) is null)];

    private static bool IsEvidence(string word) => DocumentTypes.All.Contains(word)
        || (word.StartsWith(DocumentTypes.FormPrefix, StringComparison.Ordinal)
            && DefinitionLimits.IsCode(word[DocumentTypes.FormPrefix.Length..]));
}
