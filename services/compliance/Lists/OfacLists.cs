using System.Globalization;

namespace FinCode.Compliance.Lists;

/// <summary>
/// OFAC's legacy CSV set (sdn, alt, add, sdn_comments). Source: the field descriptions that the Office of Foreign
/// Assets Control publishes beside the files. <c>-0-</c> is null; ent_num joins the four.
/// </summary>
internal static class OfacLists
{
    public const string ListName = "OFAC_SDN";

    private const string PrimaryFile = "sdn.csv";
    private const string AliasFile = "alt.csv";
    private const string AddressFile = "add.csv";
    private const string CommentFile = "sdn_comments.csv";

    /// <summary>All four must be there: a set without its aliases would miss people silently.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [PrimaryFile, AliasFile, AddressFile, CommentFile];

    /// <exception cref="DamagedListException">One of the files does not parse; nothing of the set is used.</exception>
    public static ListContent Read(IReadOnlyDictionary<string, byte[]> files)
    {
        var drafts = ReadPrimary(files[PrimaryFile]);
        var orphans = 0;
        var aliases = Csv.Read(AliasFile, files[AliasFile], columns: 5);
        foreach (var row in aliases)
        {
            RequireNumber(row[0], AliasFile);
            if (row[3] is Csv.Null or "")
                throw new DamagedListException($"{AliasFile}: an alias has no name.");
            if (drafts.TryGetValue(row[0], out var draft))
                draft.Names.Add(new ListedName(row[3], NameStrength.Alias));
            else
                orphans++;
        }
        var addresses = Csv.Read(AddressFile, files[AddressFile], columns: 6);
        foreach (var row in addresses)
        {
            RequireNumber(row[0], AddressFile);
            if (drafts.TryGetValue(row[0], out var draft))
                OfacRemarks.AddCountry(row[4], draft.Countries);
            else
                orphans++;
        }
        var comments = Csv.Read(CommentFile, files[CommentFile], columns: 2);
        foreach (var row in comments)
        {
            // A remark that is too long for its field goes on here, sometimes in the middle of a word.
            if (drafts.TryGetValue(row[0], out var draft))
                draft.Remarks += row[1];
            else
                orphans++;
        }
        var entries = drafts.Values.Select(draft => draft.ToEntry()).ToArray();
        var weak = entries.Sum(entry => entry.Names.Count(name => name.Strength == NameStrength.WeakAlias));
        return new ListContent(entries,
            new ListCounts(entries.Length, aliases.Count, weak, addresses.Count, comments.Count, orphans));
    }

    private static Dictionary<string, Draft> ReadPrimary(byte[] content)
    {
        var drafts = new Dictionary<string, Draft>();
        foreach (var row in Csv.Read(PrimaryFile, content, columns: 12))
        {
            RequireNumber(row[0], PrimaryFile);
            if (row[1] is Csv.Null or "")
                throw new DamagedListException($"{PrimaryFile}: entry {row[0]} has no name.");
            if (!drafts.TryAdd(row[0], new Draft(row)))
                throw new DamagedListException($"{PrimaryFile}: entry {row[0]} stands there twice.");
        }
        return drafts.Count > 0 ? drafts : throw new DamagedListException($"{PrimaryFile} holds no entry.");
    }

    private static void RequireNumber(string text, string file)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new DamagedListException($"{file}: a row does not begin with the number of an entry.");
    }

    private sealed class Draft(string[] row)
    {
        public List<ListedName> Names { get; } = [new(row[1], NameStrength.Primary)];

        public SortedSet<string> Countries { get; } = new(StringComparer.Ordinal);

        public string Remarks { get; set; } = row[11] == Csv.Null ? "" : row[11];

        public ListedEntry ToEntry()
        {
            var births = new List<BirthSpan>();
            OfacRemarks.Read(Remarks, Names, births, Countries);
            string[] programmes = row[3] == Csv.Null ? [] : row[3].Split("] [", StringSplitOptions.TrimEntries);
            return new ListedEntry(ListName, row[0], KindOf(row[2]), Names, programmes, births, [.. Countries], []);
        }

        private static ListedKind KindOf(string type) => type switch
        {
            "individual" => ListedKind.Person,
            "vessel" => ListedKind.Vessel,
            "aircraft" => ListedKind.Aircraft,
            _ => ListedKind.Entity,
        };
    }
}
