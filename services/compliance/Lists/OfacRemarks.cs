using System.Globalization;
using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>
/// What OFAC writes as free text behind an entry, in parts separated by semicolons: weak aliases
/// (<c>a.k.a. 'NAME'</c>), dates of birth, nationalities, citizenships and places of birth. Other parts are skipped.
/// </summary>
internal static partial class OfacRemarks
{
    private const int CircaYears = 2;

    public static void Read(
        string remarks, List<ListedName> names, List<BirthSpan> births, SortedSet<string> countries)
    {
        foreach (var raw in remarks.Split("; ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var part = raw.TrimEnd('.', ';').Trim();
            if (WeakAlias().Match(part) is { Success: true } alias)
                names.Add(new ListedName(alias.Groups["name"].Value, NameStrength.WeakAlias));
            else if (Birth().Match(part) is { Success: true } birth)
                AddBirth(birth.Groups["date"].Value, births);
            else if (Origin().Match(part) is { Success: true } origin)
                AddCountry(origin.Groups["country"].Value, countries);
            else if (Birthplace().Match(part) is { Success: true } place)
                AddCountry(place.Groups["place"].Value.Split(',')[^1], countries);
        }
    }

    public static void AddCountry(string name, SortedSet<string> countries)
    {
        if (CountryNames.CodeOf(name) is { } code)
            countries.Add(code);
    }

    private static void AddBirth(string text, List<BirthSpan> births)
    {
        var isCirca = text.StartsWith("circa ", StringComparison.OrdinalIgnoreCase);
        var ends = text.Replace("circa ", "", StringComparison.OrdinalIgnoreCase).Split(" to ");
        if (SpanOf(ends[0]) is not { } first || SpanOf(ends[^1]) is not { } last || last.To < first.From)
            return;
        births.Add(isCirca
            ? new BirthSpan(first.From.AddYears(-CircaYears), last.To.AddYears(CircaYears))
            : new BirthSpan(first.From, last.To));
    }

    /// <summary>"07 Oct 1952", "Oct 1952" or "1952"; null for anything else, which then is no evidence.</summary>
    private static BirthSpan? SpanOf(string text)
    {
        var culture = CultureInfo.InvariantCulture;
        if (DateOnly.TryParseExact(text, ["dd MMM yyyy", "d MMM yyyy"], culture, DateTimeStyles.None, out var day))
            return new BirthSpan(day, day);
        if (DateOnly.TryParseExact(text, "MMM yyyy", culture, DateTimeStyles.None, out var month))
            return new BirthSpan(month, month.AddMonths(1).AddDays(-1));
        if (DateOnly.TryParseExact(text, "yyyy", culture, DateTimeStyles.None, out var year)
            && year.Year is > CircaYears and < 9990)
            return new BirthSpan(year, year.AddYears(1).AddDays(-1));
        return null;
    }

    [GeneratedRegex(@"^(?:alt\. )?[afn]\.k\.a\. '(?<name>.+?)'?$")]
    private static partial Regex WeakAlias();

    [GeneratedRegex(@"^(?:alt\. )?DOB (?<date>.+)$")]
    private static partial Regex Birth();

    [GeneratedRegex(@"^(?:alt\. )?(?:nationality|citizen) (?<country>.+)$")]
    private static partial Regex Origin();

    [GeneratedRegex(@"^(?:alt\. )?POB (?<place>.+)$")]
    private static partial Regex Birthplace();
}
