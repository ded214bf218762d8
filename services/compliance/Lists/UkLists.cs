using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>
/// The UK sanctions list in the publisher's CSV (Foreign, Commonwealth and Development Office,
/// "UK-Sanctions-List.csv"): a line with the day of the report, a header, and a row for each name of a designation;
/// what belongs to the designation is repeated in each. Source: the columns of the publisher's file.
/// </summary>
internal static partial class UkLists
{
    public const string FileName = "UK-Sanctions-List.csv";

    private const string Id = "Unique ID";

    /// <exception cref="DamagedListException">The file does not parse; nothing of it is used.</exception>
    public static ListContent Read(string list, IReadOnlyDictionary<string, byte[]> files)
    {
        var table = new DelimitedTable(FileName, files[FileName], ',', Id);
        var columns = new Columns(table);
        var drafts = new Dictionary<string, EntryDraft>(StringComparer.Ordinal);
        var rows = 0;
        foreach (var row in table.Rows())
        {
            rows++;
            var id = row[columns.Id].Trim();
            if (id.Length == 0)
                throw table.Damaged("has no number");
            if (!drafts.TryGetValue(id, out var draft))
            {
                var kind = UkNames.KindOf(row[columns.Kind])
                    ?? throw table.Damaged("is of a kind that is not known");
                drafts.Add(id, draft = new EntryDraft(list, id, kind));
            }
            ReadRow(row, columns, draft);
        }
        var (entries, nameless) = EntryDraft.Finish(drafts.Values);
        if (entries.Count == 0)
            throw new DamagedListException($"{FileName} holds no entry.");
        return new ListContent(
            entries, ListCounts.Of(entries, nameless, new Dictionary<string, int> { [FileName] = rows }));
    }

    private static void ReadRow(string[] row, Columns columns, EntryDraft draft)
    {
        var strength = UkNames.StrengthOf(row[columns.NameType], row[columns.Strength]);
        draft.AddName(UkNames.Join([.. columns.Names.Select(name => row[name])]), strength);
        // The same name in the script of its country: as strong as the row, but never the entry's first name.
        draft.AddName(row[columns.OtherScript], strength == NameStrength.Primary ? NameStrength.Alias : strength);
        draft.AddProgramme(row[columns.Regime]);
        draft.AddBirth(BirthSpans.OfDayMonthYear(row[columns.Birth]));
        foreach (var place in columns.Places)
            AddCountries(row[place], draft);
        draft.Gender ??= row[columns.Gender].Trim().ToUpperInvariant() switch
        {
            "MALE" => ListedGender.Male,
            "FEMALE" => ListedGender.Female,
            _ => null,
        };
        NumbersInText.Add(draft, IdentifierType.Passport, row[columns.Passport], row[columns.PassportMore]);
        NumbersInText.Add(draft, IdentifierType.NationalId, row[columns.National], row[columns.NationalMore]);
        NumbersInText.Add(draft, IdentifierType.CompanyNumber, row[columns.Company]);
        NumbersInText.Add(draft, IdentifierType.Imo, row[columns.Imo]);
    }

    private static void AddCountries(string text, EntryDraft draft)
    {
        if (text.Length == 0)
            return;
        if (CountryNames.CodeOf(text) is { } code)
        {
            draft.AddCountryCode(code);
            return;
        }
        foreach (var one in Several().Split(text))
            draft.AddCountry(one);
    }

    [GeneratedRegex(@"[/;]|\(\d+\)")]
    private static partial Regex Several();

    private sealed class Columns(DelimitedTable table)
    {
        public int Id { get; } = table.Column(UkLists.Id);

        public int Kind { get; } = table.ColumnOf("Designation Type", "Individual, Entity, Ship");

        public int[] Names { get; } = [.. UkNames.Order.Select(number => table.Column($"Name {number}"))];

        public int NameType { get; } = table.Column("Name type");

        public int Strength { get; } = table.Column("Alias strength");

        public int OtherScript { get; } = table.Column("Name non-latin script");

        public int Regime { get; } = table.Column("Regime Name");

        public int Birth { get; } = table.Column("D.O.B");

        public int Gender { get; } = table.Column("Gender");

        public int[] Places { get; } =
        [
            table.Column("Address Country"), table.Column("Nationality(/ies)"), table.Column("Country of birth"),
            table.Column("Current believed flag of ship"),
        ];

        public int Passport { get; } = table.Column("Passport number");

        public int PassportMore { get; } = table.Column("Passport additional information");

        public int National { get; } = table.Column("National Identifier number");

        public int NationalMore { get; } = table.Column("National Identifier additional information");

        public int Company { get; } = table.Column("Business registration number (s)");

        public int Imo { get; } = table.Column("IMO number");
    }
}
