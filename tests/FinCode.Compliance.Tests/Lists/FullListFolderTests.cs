using FinCode.Compliance.Lists;
using Xunit.Abstractions;

namespace FinCode.Compliance.Tests.Lists;

/// <summary>Every reader over the publishers' full files, found in one folder tree.</summary>
public sealed class FullListFolderTests(ITestOutputHelper output)
{
    private static readonly Lazy<Dictionary<string, ListContent>> Lists = new(() => ListFolder
        .ReadLists(Path.Combine(FullListsFactAttribute.Folder, ".."))
        .ToDictionary(one => one.List, one => one.Content));

    [FullListsFact]
    public void All_lists_of_the_folder_are_read_completely()
    {
        var before = Environment.CpuUsage.TotalTime;
        var entries = ListFolder.Read(Path.Combine(FullListsFactAttribute.Folder, ".."));
        output.WriteLine($"{entries.Count} entries with {entries.Sum(entry => entry.Names.Count)} names read in "
            + $"{Environment.CpuUsage.TotalTime - before} of processor time.");
        before = Environment.CpuUsage.TotalTime;
        entries.Select(EntryHash.Of).DistinctBy(Convert.ToHexString).Count().ShouldBe(entries.Count);
        output.WriteLine($"hashed in {Environment.CpuUsage.TotalTime - before} of processor time.");
        foreach (var (list, content) in Lists.Value)
        {
            output.WriteLine($"{list}: {content.Counts.Entries} entries, {content.Counts.Names} names, "
                + $"{content.Counts.WeakAliases} weak, {content.Counts.Orphans} orphans, "
                + $"{content.Entries.Count(entry => entry.Births.Count > 0)} with births, "
                + $"{content.Entries.Count(entry => entry.Countries.Count > 0)} with countries, "
                + $"{content.Entries.Count(entry => entry.Gender is not null)} with gender");
            output.WriteLine(string.Join(", ", content.Entries.SelectMany(entry => entry.Identifiers)
                .CountBy(identifier => identifier.Type).Select(type => $"{type.Key} {type.Value}")));
        }

        entries.Sum(entry => entry.Names.Count).ShouldBeGreaterThan(50_000);
        entries.ShouldAllBe(entry => entry.Names[0].Strength == NameStrength.Primary
            && entry.Names.Skip(1).All(name => name.Strength != NameStrength.Primary)
            && entry.Names.All(name => name.Text.Trim().Length > 0));
    }
}
