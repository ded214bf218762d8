using FinCode.Compliance.Lists;

namespace FinCode.Benches.Screening;

/// <summary>One name of the lists, and whose it is.</summary>
internal sealed record ListedCase(ListedEntry Entry, ListedName Name);

/// <summary>A person who is on no list.</summary>
internal sealed record Stranger(string Name, DateOnly? Birth, string? Country);

/// <summary>The publishers' full lists and the people to screen against them, from a folder.</summary>
internal sealed class ScreeningLists
{
    public const string StrangersFile = "eval/negatives_us.csv";

    private const string BesideTheRepository = "shared/sanctions";
    private const int NameColumn = 0;
    private const int BirthColumn = 5;
    private const int CountryColumn = 7;

    private ScreeningLists(string folder, IReadOnlyList<ListedEntry> entries, IReadOnlyList<Stranger> strangers)
    {
        Folder = folder;
        Entries = entries;
        Strangers = strangers;
        Cases = [.. entries.SelectMany(entry => entry.Names
            .Where(name => name.Strength != NameStrength.WeakAlias)
            .Select(name => new ListedCase(entry, name)))];
    }

    public string Folder { get; }

    public IReadOnlyList<ListedEntry> Entries { get; }

    /// <summary>Every primary name and strong alias.</summary>
    public IReadOnlyList<ListedCase> Cases { get; }

    public IReadOnlyList<Stranger> Strangers { get; }

    /// <param name="folder">Null: <c>shared/sanctions</c> in a folder above the program.</param>
    /// <returns>The lists, or a sentence that says what is missing.</returns>
    public static (ScreeningLists? Lists, string? Problem) Load(string? folder)
    {
        var place = folder ?? FindAbove();
        if (place is null || !Directory.Exists(place))
            return (null, $"Give a folder of lists with --lists, or put one at {BesideTheRepository} beside the "
                + "repository: files of OFAC (sdn.csv, alt.csv, add.csv, sdn_comments.csv and the cons_ files), the "
                + $"United Nations and the UK in any sub-folders, and {StrangersFile}.");
        var strangers = Path.Combine(place, StrangersFile);
        if (!File.Exists(strangers))
            return (null, $"{strangers} is missing: people who are on no list, for the rate of false alerts.");
        var entries = ListFolder.Read(place);
        return entries.Count == 0
            ? (null, $"There is no complete list in {place}.")
            : (new ScreeningLists(place, entries, ReadStrangers(strangers)), null);
    }

    private static Stranger[] ReadStrangers(string file) =>
        [.. File.ReadLines(file).Skip(1).Select(line => line.Split(','))
            .Select(row => new Stranger(row[NameColumn],
                DateOnly.TryParseExact(row[BirthColumn], "yyyy-MM-dd", out var birth) ? birth : null,
                CountryNames.CodeOf(row[CountryColumn])))];

    private static string? FindAbove()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var place = Path.Combine(folder.FullName, BesideTheRepository);
            if (Directory.Exists(place))
                return place;
        }
        return null;
    }
}
