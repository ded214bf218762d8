using System.Globalization;
using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>
/// What OFAC writes as free text behind an entry, in parts separated by semicolons: weak aliases
/// (<c>a.k.a. 'NAME'</c>), dates of birth, nationalities, citizenships, places of birth, gender and identifiers. Other
/// parts are skipped.
/// </summary>
internal static partial class OfacRemarks
{
    private static readonly string[] DayFormats = ["dd MMM yyyy", "d MMM yyyy"];

    public static void Read(string remarks, EntryDraft entry)
    {
        foreach (var raw in remarks.Split("; ", StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var part = raw.TrimEnd('.', ';').Trim();
            if (part.StartsWith("alt. ", StringComparison.Ordinal))
                part = part[5..];
            if (part.Length > 0)
                ReadPart(part, entry);
        }
    }

    private static void ReadPart(string part, EntryDraft entry)
    {
        if (part.Contains(".k.a. '", StringComparison.Ordinal) && WeakAlias().Match(part) is { Success: true } alias)
            entry.AddName(alias.Groups["name"].Value, NameStrength.WeakAlias);
        else if (After(part, "DOB ") is { } birth)
            entry.AddBirth(BirthOf(birth));
        else if (After(part, "nationality ") is { } nationality)
            entry.AddCountry(nationality);
        else if (After(part, "citizen ") is { } citizenship)
            entry.AddCountry(citizenship);
        else if (After(part, "Nationality of Registration ") is { } registration)
            entry.AddCountry(registration);
        else if (After(part, "POB ") is { } place)
            entry.AddCountry(place.Split(',')[^1]);
        else if (After(part, "Gender ") is { } gender)
            entry.Gender = gender switch { "Male" => ListedGender.Male, "Female" => ListedGender.Female, _ => null };
        else
            OfacIdentifiers.Read(part, entry);
    }

    private static string? After(string part, string label) =>
        part.StartsWith(label, StringComparison.Ordinal) ? part[label.Length..] : null;

    private static BirthSpan? BirthOf(string text)
    {
        var isCirca = text.StartsWith("circa ", StringComparison.OrdinalIgnoreCase);
        var ends = text.Replace("circa ", "", StringComparison.OrdinalIgnoreCase).Split(" to ");
        if (SpanOf(ends[0]) is not { } first || SpanOf(ends[^1]) is not { } last || last.To < first.From)
            return null;
        var span = new BirthSpan(first.From, last.To);
        return isCirca ? BirthSpans.Circa(span) : span;
    }

    /// <summary>"07 Oct 1952", "Oct 1952" or "1952"; null for anything else, which then is no evidence.</summary>
    private static BirthSpan? SpanOf(string text)
    {
        var culture = CultureInfo.InvariantCulture;
        if (DateOnly.TryParseExact(text, DayFormats, culture, DateTimeStyles.None, out var day))
            return BirthSpans.Of(day.Year, day.Month, day.Day);
        if (DateOnly.TryParseExact(text, "MMM yyyy", culture, DateTimeStyles.None, out var month))
            return BirthSpans.Of(month.Year, month.Month, null);
        return text.Length == 4 ? BirthSpans.OfIso(text) : null;
    }

    [GeneratedRegex(@"^[afn]\.k\.a\. '(?<name>.+?)'?$")]
    private static partial Regex WeakAlias();
}
