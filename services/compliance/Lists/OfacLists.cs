using System.Globalization;

namespace FinCode.Compliance.Lists;

/// <summary>
/// OFAC's legacy CSV sets: primary entries, aliases, addresses, comments. Source: the data specification that the
/// Office of Foreign Assets Control publishes beside the files. <c>-0-</c> is null; ent_num joins the four. All four
/// must be there: a set without its aliases would miss people silently.
/// </summary>
internal static class OfacLists
{
    public const string ListName = "OFAC_SDN";
    public const string ConsolidatedName = "OFAC_CONSOLIDATED";

    /// <summary>Of the Specially Designated Nationals: primary, aliases, addresses, comments.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["sdn.csv", "alt.csv", "add.csv", "sdn_comments.csv"];

    /// <summary>Of the Consolidated (non-SDN) list, in the same order.</summary>
    public static IReadOnlyList<string> ConsolidatedFileNames { get; } =
        ["cons_prim.csv", "cons_alt.csv", "cons_add.csv", "cons_comments.csv"];

    public static ListContent Read(IReadOnlyDictionary<string, byte[]> files) => Read(ListName, FileNames, files);

    /// <exception cref="DamagedListException">One of the files does not parse; nothing of the set is used.</exception>
    public static ListContent Read(
        string list, IReadOnlyList<string> names, IReadOnlyDictionary<string, byte[]> files)
    {
        var (primary, alias, address, comment) = (names[0], names[1], names[2], names[3]);
        var drafts = ReadPrimary(list, primary, files[primary]);
        var orphans = 0;
        var aliases = Csv.Read(alias, files[alias], columns: 5);
        foreach (var row in aliases)
        {
            RequireNumber(row[0], alias);
            if (row[3] is Csv.Null or "")
                throw new DamagedListException($"{alias}: an alias has no name.");
            if (drafts.TryGetValue(row[0], out var draft))
                draft.Entry.AddName(row[3], NameStrength.Alias);
            else
                orphans++;
        }
        var addresses = Csv.Read(address, files[address], columns: 6);
        foreach (var row in addresses)
        {
            RequireNumber(row[0], address);
            if (drafts.TryGetValue(row[0], out var draft))
                draft.Entry.AddCountry(row[4]);
            else
                orphans++;
        }
        var comments = Csv.Read(comment, files[comment], columns: 2);
        foreach (var row in comments)
        {
            // A remark that is too long for its field goes on here, sometimes in the middle of a word.
            if (drafts.TryGetValue(row[0], out var draft))
                draft.Remarks += row[1];
            else
                orphans++;
        }
        foreach (var draft in drafts.Values)
            OfacRemarks.Read(draft.Remarks, draft.Entry);
        var (entries, _) = EntryDraft.Finish(drafts.Values.Select(draft => draft.Entry));
        return new ListContent(entries, ListCounts.Of(entries, orphans, new Dictionary<string, int>
        {
            [primary] = drafts.Count,
            [alias] = aliases.Count,
            [address] = addresses.Count,
            [comment] = comments.Count,
        }));
    }

    private static Dictionary<string, Draft> ReadPrimary(string list, string file, byte[] content)
    {
        var drafts = new Dictionary<string, Draft>();
        foreach (var row in Csv.Read(file, content, columns: 12))
        {
            RequireNumber(row[0], file);
            if (row[1] is Csv.Null or "")
                throw new DamagedListException($"{file}: entry {row[0]} has no name.");
            if (!drafts.TryAdd(row[0], new Draft(list, row)))
                throw new DamagedListException($"{file}: entry {row[0]} stands there twice.");
        }
        return drafts.Count > 0 ? drafts : throw new DamagedListException($"{file} holds no entry.");
    }

    private static void RequireNumber(string text, string file)
    {
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _))
            throw new DamagedListException($"{file}: a row does not begin with the number of an entry.");
    }

    private static ListedKind KindOf(string type) => type switch
    {
        "individual" => ListedKind.Person,
        "vessel" => ListedKind.Vessel,
        "aircraft" => ListedKind.Aircraft,
        _ => ListedKind.Entity,
    };

    private sealed class Draft
    {
        public Draft(string list, string[] row)
        {
            Entry = new EntryDraft(list, row[0], KindOf(row[2]));
            Entry.AddName(row[1], NameStrength.Primary);
            foreach (var programme in OrNothing(row[3]).Split("] [", StringSplitOptions.TrimEntries))
                Entry.AddProgramme(programme);
            Entry.AddIdentifier(IdentifierType.CallSign, OrNothing(row[5]));
            Entry.AddCountry(OrNothing(row[9]));
            Remarks = OrNothing(row[11]);
        }

        public EntryDraft Entry { get; }

        public string Remarks { get; set; }

        private static string OrNothing(string field) => field == Csv.Null ? "" : field;
    }
}
