using System.Text.RegularExpressions;
using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Model;

/// <summary>What is wrong with a policy, each with a JSON pointer to its place. Pure.</summary>
internal static partial class PolicyErrors
{
    private const int MaxLines = 200;
    private const int MaxAgeHours = 24 * 365;

    public static List<(string Pointer, string Detail)> Of(PolicyContent content)
    {
        var errors = new List<(string, string)>();
        CheckThreshold(content.ReviewThreshold, "/reviewThreshold", errors);
        CheckThreshold(content.TextThreshold, "/textThreshold", errors);
        CheckThresholds(content.Thresholds, errors);
        CheckCountries(content.Countries, errors);
        CheckListAges(content.ListAges, errors);
        return errors;
    }

    private static void CheckThresholds(IReadOnlyList<ThresholdLine> lines, List<(string, string)> errors)
    {
        CheckCount(lines.Count, "/thresholds", errors);
        var seen = new HashSet<ThresholdLine>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var place = $"/thresholds/{i}";
            if (line is null)
            {
                errors.Add((place, "This line is missing."));
                continue;
            }
            CheckThreshold(line.Threshold, $"{place}/threshold", errors);
            CheckList(line.List, $"{place}/list", errors);
            CheckCountry(line.From, $"{place}/from", errors);
            CheckCountry(line.To, $"{place}/to", errors);
            if (!seen.Add(line with { Threshold = 0 }))
                errors.Add((place, "Another line concerns exactly the same: which of them wins could not be said."));
        }
    }

    private static void CheckCountries(IReadOnlyList<CountryLine> lines, List<(string, string)> errors)
    {
        CheckCount(lines.Count, "/countries", errors);
        var seen = new HashSet<(string, CountrySource?)>();
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var place = $"/countries/{i}";
            if (line?.Country is null)
            {
                errors.Add(($"{place}/country", "A country is needed."));
                continue;
            }
            CheckCountry(line.Country, $"{place}/country", errors);
            if (!seen.Add((line.Country, line.Source)))
                errors.Add((place, "Another line names the same country and source."));
        }
    }

    private static void CheckListAges(IReadOnlyList<ListAgeLine> lines, List<(string, string)> errors)
    {
        CheckCount(lines.Count, "/listAges", errors);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var place = $"/listAges/{i}";
            if (line?.List is null)
            {
                errors.Add(($"{place}/list", "A list is needed."));
                continue;
            }
            CheckList(line.List, $"{place}/list", errors);
            if (line.MaxAgeHours is < 1 or > MaxAgeHours)
                errors.Add(($"{place}/maxAgeHours", $"From 1 to {MaxAgeHours} hours."));
            if (!seen.Add(line.List))
                errors.Add((place, "Another line names the same list."));
        }
    }

    private static void CheckThreshold(decimal threshold, string place, List<(string, string)> errors)
    {
        if (threshold is < PolicyContent.LeastThreshold or > PolicyContent.MostThreshold
            || decimal.Round(threshold, 2) != threshold)
        {
            errors.Add((place, $"From {PolicyContent.LeastThreshold} to {PolicyContent.MostThreshold}, with at most "
                + "two decimals."));
        }
    }

    private static void CheckCount(int count, string place, List<(string, string)> errors)
    {
        if (count > MaxLines)
            errors.Add((place, $"At most {MaxLines} lines."));
    }

    private static void CheckList(string? list, string place, List<(string, string)> errors)
    {
        if (list is not null && !ListName().IsMatch(list))
            errors.Add((place, "The short name of a list: 2 to 40 capitals, digits and underscores."));
    }

    private static void CheckCountry(string? country, string place, List<(string, string)> errors)
    {
        // A code that is none would never be met: what it is to stop would pass.
        if (country is not null && CountryNames.ValidCode(country) != country)
            errors.Add((place, "A country in two capitals, as in ISO 3166-1 alpha-2."));
    }

    [GeneratedRegex("^[A-Z][A-Z0-9_]{1,39}$")]
    private static partial Regex ListName();
}
