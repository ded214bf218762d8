using System.Text.Json;
using FinCode.Compliance.Lists;
using FinCode.Contracts;

namespace FinCode.Compliance.Model;

/// <summary>Which part of what is screened a name belongs to.</summary>
public enum ScreeningDirection
{
    Sender,
    Beneficiary,

    /// <summary>The name or code of a party's bank.</summary>
    Bank,

    /// <summary>Names inside the lines of an address.</summary>
    Address,

    /// <summary>Names inside a note or a relationship.</summary>
    FreeText,
}

/// <summary>Where a country was read.</summary>
public enum CountrySource
{
    Residence,
    Nationality,

    /// <summary>A country that the lines of an address name.</summary>
    Address,

    /// <summary>
    /// Of the bank: characters 5 and 6 of its BIC (ISO 9362), or the first two of the IBAN (ISO 13616).
    /// </summary>
    Bank,

    /// <summary>The country that is sent from, or the one that is sent to.</summary>
    Corridor,
}

/// <summary>What a country does to a transfer. Neither rejects by itself: two people do.</summary>
public enum CountryEffect
{
    /// <summary>A person looks.</summary>
    Review,

    /// <summary>A person looks, and what is suggested is to reject.</summary>
    Block,
}

/// <summary>
/// From how many points on a hit is for a person to look at. What is null is any; the most specific line wins.
/// </summary>
/// <param name="List">The list's short name.</param>
/// <param name="Kind">Of the listed entry.</param>
/// <param name="From">The country sent from, ISO 3166-1 alpha-2; <paramref name="To"/> the one sent to.</param>
/// <param name="Threshold">Points from 50 to 100, at most two decimals.</param>
public sealed record ThresholdLine(
    string? List, ListedKind? Kind, ScreeningDirection? Direction, string? From, string? To, decimal Threshold);

/// <summary>An embargoed or high-risk country.</summary>
/// <param name="Country">ISO 3166-1 alpha-2.</param>
/// <param name="Source">Any when null; a line that names one goes before one that does not.</param>
public sealed record CountryLine(string Country, CountrySource? Source, CountryEffect Effect);

/// <summary>How many hours ago a list may have been found good; never more than the installation allows.</summary>
public sealed record ListAgeLine(string List, int MaxAgeHours);

/// <summary>Where a transfer goes from and to.</summary>
internal sealed record Corridor(string From, string To);

/// <summary>A threshold with the line that gave it.</summary>
/// <param name="Line">Its place among the policy's thresholds, from 1; null: the default of its direction.</param>
internal readonly record struct AppliedThreshold(decimal Points, int? Line);

/// <summary>
/// What a tenant screens by. docs/adr/0011-screening-policies.md says which line wins and how far below the thresholds
/// evidence is kept.
/// </summary>
/// <param name="ReviewThreshold">Of names where no line says otherwise.</param>
/// <param name="TextThreshold">Of names inside addresses and free text where no line says otherwise.</param>
internal sealed record PolicyContent(
    decimal ReviewThreshold,
    decimal TextThreshold,
    IReadOnlyList<ThresholdLine> Thresholds,
    IReadOnlyList<CountryLine> Countries,
    IReadOnlyList<ListAgeLine> ListAges)
{
    /// <summary>Below this nearly every name resembles a listed one.</summary>
    public const decimal LeastThreshold = 50;

    public const decimal MostThreshold = 100;
    public const decimal DefaultReviewThreshold = 85;
    public const decimal DefaultTextThreshold = 90;

    /// <summary>
    /// Evidence is kept so far below the lowest threshold of names, so that a lower one can be looked at.
    /// </summary>
    public const decimal KeptBelow = 15;

    /// <summary>The same for names inside texts, of which there are many more.</summary>
    public const decimal KeptBelowInText = 5;

    /// <summary>
    /// Of a tenant that never decided anything. Its countries are those that the Financial Action Task Force calls for
    /// action on ("High-Risk Jurisdictions subject to a Call for Action"): counter-measures, or enhanced due diligence.
    /// The database's check_policy_version knows it too: another default needs a migration.
    /// </summary>
    public static PolicyContent Default { get; } = new(DefaultReviewThreshold, DefaultTextThreshold, [],
    [
        new CountryLine("IR", null, CountryEffect.Block),
        new CountryLine("KP", null, CountryEffect.Block),
        new CountryLine("MM", null, CountryEffect.Review),
    ], []);

    /// <exception cref="UnreadablePolicyException">The text is none, or misses a part.</exception>
    public static PolicyContent Read(string json)
    {
        try
        {
            var content = JsonSerializer.Deserialize<PolicyContent>(json, ContractJson.Options);
            return content is { Thresholds: not null, Countries: not null, ListAges: not null }
                && PolicyErrors.Of(content).Count == 0
                ? content
                : throw new UnreadablePolicyException();
        }
        catch (JsonException)
        {
            throw new UnreadablePolicyException();
        }
    }

    public string Write() => JsonSerializer.Serialize(this, ContractJson.Options);

    /// <summary>
    /// Of the lines that concern the hit the most specific one: a line that names the list goes before one that does
    /// not, then kind, then direction, then the corridor (both ends, its destination, its origin). A line with a
    /// corridor does not concern a party that is screened outside any transfer.
    /// </summary>
    public AppliedThreshold ThresholdFor(
        string list, ListedKind kind, ScreeningDirection direction, Corridor? corridor)
    {
        var (best, bestRank) = (-1, -1);
        for (var i = 0; i < Thresholds.Count; i++)
        {
            var line = Thresholds[i];
            if ((line.List is null || line.List == list) && (line.Kind is null || line.Kind == kind)
                && (line.Direction is null || line.Direction == direction)
                && (line.From is null || line.From == corridor?.From) && (line.To is null || line.To == corridor?.To)
                && RankOf(line) > bestRank)
                (best, bestRank) = (i, RankOf(line));
        }
        return best < 0
            ? new AppliedThreshold(IsText(direction) ? TextThreshold : ReviewThreshold, null)
            : new AppliedThreshold(Thresholds[best].Threshold, best + 1);
    }

    /// <summary>Down to how many points hits in that direction are kept as evidence.</summary>
    public decimal FloorOf(ScreeningDirection direction)
    {
        var least = Thresholds.Where(line => line.Direction is null || line.Direction == direction)
            .Select(line => line.Threshold)
            .Append(IsText(direction) ? TextThreshold : ReviewThreshold).Min();
        return Math.Max(1, least - (IsText(direction) ? KeptBelowInText : KeptBelow));
    }

    /// <summary>What the country does where it was read; null: nothing. The line is counted from 1.</summary>
    public (CountryEffect Effect, int Line)? EffectOf(string country, CountrySource source)
    {
        (CountryEffect, int)? found = null;
        for (var i = 0; i < Countries.Count; i++)
        {
            var line = Countries[i];
            if (line.Country == country && (line.Source == source || (line.Source is null && found is null)))
                found = (line.Effect, i + 1);
        }
        return found;
    }

    public static bool IsText(ScreeningDirection direction) =>
        direction is ScreeningDirection.Address or ScreeningDirection.FreeText;

    private static int RankOf(ThresholdLine line) =>
        (line.List is null ? 0 : 32) + (line.Kind is null ? 0 : 16) + (line.Direction is null ? 0 : 8)
        + (line.To is null ? 0 : 2) + (line.From is null ? 0 : 1);
}

/// <summary>A stored policy that cannot be read: nothing is screened by it. The text holds none of it.</summary>
internal sealed class UnreadablePolicyException() : Exception("The screening policy cannot be read.");
