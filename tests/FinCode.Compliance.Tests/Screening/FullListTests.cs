using FinCode.Compliance.Lists;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Tests.Lists;
using Xunit.Abstractions;

namespace FinCode.Compliance.Tests.Screening;

/// <summary>The matching on the publisher's full files and on people who are on no list.</summary>
public sealed class FullListTests(ITestOutputHelper output)
{
    private const int Threshold = 8_500;

    [FullListsFact]
    public void Every_name_of_the_full_list_is_found()
    {
        var before = Environment.CpuUsage.TotalTime;
        var content = OfacLists.Read(OfacListsTests.FullFiles("ofac-2024-07"));
        var index = new NameIndex(content.Entries);
        output.WriteLine($"{index.NameCount} names read and indexed in "
            + $"{Environment.CpuUsage.TotalTime - before} of processor time.");

        before = Environment.CpuUsage.TotalTime;
        var missed = content.Entries.Where(entry => !index
            .Search(NameNormalizer.Normalize(entry.Names[0].Text), NameScore.Full)
            .Any(match => ReferenceEquals(match.Entry, entry))).ToArray();
        output.WriteLine($"{content.Entries.Count} searches in "
            + $"{Environment.CpuUsage.TotalTime - before} of processor time.");

        missed.Length.ShouldBe(0);
    }

    [FullListsFact]
    public void Few_people_who_are_on_no_list_alert()
    {
        var index = new NameIndex(OfacLists.Read(OfacListsTests.FullFiles("ofac-2024-07")).Entries);
        var rows = File.ReadLines(Path.Combine(FullListsFactAttribute.Folder, "..", "eval", "negatives_us.csv"))
            .Skip(1).Take(2_000).Select(line => line.Split(',')).ToArray();
        rows.Length.ShouldBe(2_000);

        var comparable = rows.Where(row => NameNormalizer.Normalize(row[0]).IsComparable).ToArray();
        var byName = comparable.Count(row => Alerts(index, row[0], null));
        var withBirth = comparable.Count(row => Alerts(index, row[0], DateOnly.Parse(row[5])));
        output.WriteLine($"Of 2,000 names {comparable.Length} are in Latin letters, the others are for "
            + $"review; of those {byName} alert by name alone, {withBirth} with their date of birth.");

        comparable.Length.ShouldBeGreaterThan(1_700);
        byName.ShouldBeLessThanOrEqualTo(6);
        withBirth.ShouldBeLessThanOrEqualTo(2);
    }

    private static bool Alerts(NameIndex index, string name, DateOnly? birth) => Screener.Screen(
        new Party(PartyId.New(), 1, PartyKinds.Person, name, birth, null, null, null),
        Contracts.PartyRole.Sender, index, Threshold / 100m)[0].NeedsReview;
}
