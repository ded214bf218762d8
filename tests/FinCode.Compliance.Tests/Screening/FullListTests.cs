using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using Xunit.Abstractions;

namespace FinCode.Compliance.Tests.Screening;

/// <summary>The matching on the publishers' full files and on people who are on no list, at what ships.</summary>
public sealed class FullListTests(ITestOutputHelper output)
{
    private const decimal Threshold = PolicyContent.DefaultReviewThreshold;

    /// <summary>Of 5,000 people on no list: 0.35 % by name alone, 0.1 % with date of birth and country.</summary>
    private const int MostAlertsByName = 17;

    private const int MostAlertsWithDetails = 5;

    private static readonly Lazy<(List<ListedEntry> Entries, NameIndex Index)> Lists = new(() =>
    {
        var entries = ListFolder.Read(Path.Combine(FullListsFactAttribute.Folder, ".."));
        return (entries, new NameIndex(entries));
    });

    [FullListsFact]
    public void Every_primary_name_and_strong_alias_is_found_as_its_own_entry()
    {
        var missed = 0;
        foreach (var entry in Lists.Value.Entries)
        {
            missed += entry.Names.Count(name => name.Strength != NameStrength.WeakAlias && !Screener
                .Find(new ScreenedSubject(name.Text), Lists.Value.Index, Threshold).Hits
                .Any(hit => hit.List == entry.List && hit.EntryId == entry.EntryId && hit.Score == 100));
        }

        output.WriteLine($"{Lists.Value.Index.NameCount} names; {missed} missed.");
        missed.ShouldBe(0);
    }

    [FullListsFact]
    public void Few_people_who_are_on_no_list_alert()
    {
        var rows = File.ReadLines(Path.Combine(FullListsFactAttribute.Folder, "..", "eval", "negatives_us.csv"))
            .Skip(1).Take(5_000).Select(line => line.Split(',')).ToArray();
        rows.Length.ShouldBe(5_000);

        var byName = rows.Count(row => Alerts(new ScreenedSubject(row[0])));
        var withDetails = rows.Count(row => Alerts(new ScreenedSubject(
            row[0], ListedKind.Person, DateOnly.Parse(row[5]),
            CountryNames.CodeOf(row[7]) is { } code ? [code] : null)));

        output.WriteLine($"Of 5,000 people {byName} alert by name alone, {withDetails} with date and country.");
        byName.ShouldBeLessThanOrEqualTo(MostAlertsByName);
        withDetails.ShouldBeLessThanOrEqualTo(MostAlertsWithDetails);
    }

    [FullListsFact]
    public void A_listed_name_is_found_in_most_spellings_and_scripts()
    {
        var spellings = File.ReadLines(Path.Combine(FullListsFactAttribute.Folder, "..", "eval", "putin_names.txt"))
            .Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();

        var found = spellings.Count(name => Screener
            .Find(new ScreenedSubject(name, ListedKind.Person), Lists.Value.Index, Threshold).Hits
            .Any(hit => hit.ListedName.Contains("PUTIN", StringComparison.OrdinalIgnoreCase)));

        found.ShouldBeGreaterThanOrEqualTo(spellings.Length * 4 / 5);
    }

    private static bool Alerts(ScreenedSubject subject)
    {
        var result = Screener.Find(subject, Lists.Value.Index, Threshold);
        return result.Hits.Count > 0 || !result.IsComparable;
    }
}
