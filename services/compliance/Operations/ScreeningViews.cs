using System.Text.Json;
using System.Text.Json.Serialization;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;

namespace FinCode.Compliance.Operations;

/// <summary>A number or code that the party is known by.</summary>
/// <param name="Type">
/// PASSPORT, NATIONAL_ID, TAX_NUMBER, COMPANY_NUMBER, SWIFT_BIC, LEI, IMO, MMSI, CALL_SIGN, AIRCRAFT_REGISTRATION,
/// DIGITAL_CURRENCY_ADDRESS, EMAIL; missing or any other word: compared with identifiers of every kind.
/// </param>
/// <param name="Value">Spaces, dashes and case make no difference.</param>
/// <param name="Country">ISO 3166-1 alpha-2 of who issued it.</param>
public sealed record QueryIdentifier(string? Type, string? Value, string? Country);

/// <summary>Who or what to screen. Only the name is needed; a missing detail never lowers a score.</summary>
/// <param name="Name">In any script and order, at most 500 characters.</param>
/// <param name="Country">ISO 3166-1 alpha-2: nationality, residence, registration or flag.</param>
/// <param name="Identifiers">At most 20.</param>
public sealed record ScreeningQuery(
    string? Name, ListedKind? Kind, DateOnly? DateOfBirth, string? Country, ListedGender? Gender,
    IReadOnlyList<QueryIdentifier>? Identifiers);

/// <summary>One query or an array of them; the answer has the same form.</summary>
[JsonConverter(typeof(ScreeningQueriesConverter))]
public sealed record ScreeningQueries(IReadOnlyList<ScreeningQuery?> Items, bool IsBatch);

internal sealed class ScreeningQueriesConverter : JsonConverter<ScreeningQueries>
{
    public override ScreeningQueries? Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.StartArray
            ? new ScreeningQueries(JsonSerializer.Deserialize<List<ScreeningQuery?>>(ref reader, options)!, true)
            : new ScreeningQueries([JsonSerializer.Deserialize<ScreeningQuery>(ref reader, options)], false);

    public override void Write(Utf8JsonWriter writer, ScreeningQueries value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value.Items, options);
}

/// <summary>
/// How a score came about. From pairs, rest and steps it can be computed again; docs/screening.md says how.
/// </summary>
/// <param name="NameScore">Of the names alone, 0 to 100.</param>
/// <param name="QueryTokens">The name asked for as it was compared; pairs and rest name positions in it.</param>
/// <param name="ListedTokens">The listed name as it was compared.</param>
/// <param name="IsCovered">One name lies within the other: what is over counts half.</param>
/// <param name="Steps">What raised or lowered the score beside the name, in hundredths of a point.</param>
/// <param name="Threshold">From how many points on a score alerts.</param>
/// <param name="ListVersion">Of the lists, whose words' rarity gives the weights.</param>
public sealed record ScoreExplanation(
    decimal NameScore, IReadOnlyList<string> QueryTokens, IReadOnlyList<string> ListedTokens,
    IReadOnlyList<TokenPair> Pairs, IReadOnlyList<UnpairedToken> Rest, bool IsCovered,
    IReadOnlyList<EvidenceStep> Steps, decimal Threshold, long ListVersion, int AlgorithmVersion);

/// <summary>The versions and the policy that scores are computed under.</summary>
internal sealed record ScreeningBasis(long ListVersion, long PolicyVersion, PolicyContent Policy)
{
    public decimal Threshold => Policy.ReviewThreshold;

    public decimal ThresholdOf(ListHit hit) =>
        Policy.ThresholdFor(hit.List, hit.Kind, ScreenNames.Direction, corridor: null).Points;

    /// <summary>Of a name of that kind that is on no list.</summary>
    public decimal ThresholdOf(ListedKind kind) =>
        Policy.ThresholdFor("", kind, ScreenNames.Direction, corridor: null).Points;

    public ScoreExplanation Explain(string query, string listed, NameComparison comparison,
        IReadOnlyList<EvidenceStep> steps, decimal threshold) => new(
        Screener.ToPoints(ExplainedScore.OfNames(comparison)), NameNormalizer.Normalize(query).ToTexts(),
        NameNormalizer.Normalize(listed).ToTexts(), comparison.Pairs, comparison.Rest, comparison.IsCovered, steps,
        threshold, ListVersion, Screener.AlgorithmVersion);
}
