namespace FinCode.Compliance.Lists;

/// <summary>
/// The UK sanctions list as a third party reshaped it into five related CSV files: subjects and, by their unique id,
/// names, dates of birth, countries and identifiers. For development and measurement, where the publisher's own file
/// is not to be had; production reads <see cref="UkLists"/>.
/// </summary>
internal static class UkDevelopmentLists
{
    private const string Subjects = "subjects.csv";
    private const string Names = "subject_names.csv";
    private const string Births = "subject_dobs.csv";
    private const string Countries = "subject_countries.csv";
    private const string Identifiers = "subject_identifiers.csv";

    public static IReadOnlyList<string> FileNames { get; } = [Subjects, Names, Births, Countries, Identifiers];

    /// <exception cref="DamagedListException">One of the files does not parse; nothing of the set is used.</exception>
    public static ListContent Read(string list, IReadOnlyDictionary<string, byte[]> files)
    {
        var drafts = ReadSubjects(list, files[Subjects]);
        var orphans = 0;
        var parts = new Dictionary<string, int> { [Subjects] = drafts.Count };
        ReadPart(Names, table => ReadNames(table));
        ReadPart(Births, table => ReadBirths(table));
        ReadPart(Countries, table => ReadCountries(table));
        ReadPart(Identifiers, table => ReadIdentifiers(table));
        var (entries, nameless) = EntryDraft.Finish(drafts.Values);
        return new ListContent(entries, ListCounts.Of(entries, orphans + nameless, parts));

        void ReadPart(string file, Func<DelimitedTable, Action<EntryDraft, string[]>> reading)
        {
            var table = new DelimitedTable(file, files[file], ',', "unique_id");
            var id = table.Column("unique_id");
            var add = reading(table);
            var rows = 0;
            foreach (var row in table.Rows())
            {
                rows++;
                if (drafts.TryGetValue(row[id], out var draft))
                    add(draft, row);
                else
                    orphans++;
            }
            parts[file] = rows;
        }
    }

    private static Dictionary<string, EntryDraft> ReadSubjects(string list, byte[] content)
    {
        var table = new DelimitedTable(Subjects, content, ',', "unique_id");
        var (id, type) = (table.Column("unique_id"), table.Column("subject_type"));
        var drafts = new Dictionary<string, EntryDraft>(StringComparer.Ordinal);
        foreach (var row in table.Rows())
        {
            var kind = UkNames.KindOf(row[type]) ?? throw table.Damaged("is of a kind that is not known");
            var draft = new EntryDraft(list, row[id], kind);
            // The letters of the publisher's number name the regime.
            draft.AddProgramme(new string([.. row[id].TakeWhile(char.IsAsciiLetter)]));
            if (row[id].Length == 0 || !drafts.TryAdd(row[id], draft))
                throw table.Damaged("has no number, or one that stands there twice");
        }
        return drafts.Count > 0 ? drafts : throw new DamagedListException($"{Subjects} holds no entry.");
    }

    private static Action<EntryDraft, string[]> ReadNames(DelimitedTable table)
    {
        var (type, strength) = (table.Column("name_type"), table.Column("alias_strength"));
        int[] parts = [.. UkNames.Order.Select(number => table.Column($"name_{number}"))];
        return (draft, row) => draft.AddName(
            UkNames.Join([.. parts.Select(part => row[part])]), UkNames.StrengthOf(row[type], row[strength]));
    }

    private static Action<EntryDraft, string[]> ReadBirths(DelimitedTable table)
    {
        var (year, month, day) = (table.Column("year"), table.Column("month"), table.Column("day"));
        return (draft, row) =>
        {
            if (BirthSpans.Number(row[year]) is { } known)
                draft.AddBirth(BirthSpans.Of(known, BirthSpans.Number(row[month]), BirthSpans.Number(row[day])));
        };
    }

    private static Action<EntryDraft, string[]> ReadCountries(DelimitedTable table)
    {
        var (code, raw) = (table.Column("iso"), table.Column("raw_value"));
        return (draft, row) =>
        {
            if (row[code].Length > 0)
                draft.AddCountryCode(row[code]);
            else
                draft.AddCountry(row[raw]);
        };
    }

    private static Action<EntryDraft, string[]> ReadIdentifiers(DelimitedTable table)
    {
        var (type, value, more) = (table.Column("identifier_type"), table.Column("raw_value"),
            table.Column("additional_info"));
        return (draft, row) => NumbersInText.Add(draft, row[type] switch
        {
            "passport" => IdentifierType.Passport,
            "national" => IdentifierType.NationalId,
            "imo" => IdentifierType.Imo,
            _ => IdentifierType.CompanyNumber,
        }, row[value], row[more]);
    }
}
