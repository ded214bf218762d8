namespace FinCode.Compliance.Lists;

/// <summary>
/// The European Union's consolidated list (Financial Sanctions Files, version 1.1) in CSV: semicolons, a header, and a
/// row for each name, address, birth, citizenship or identification of an entity, all of which repeat the entity.
/// Source: the header of the publisher's file.
/// </summary>
internal static class EuCsvLists
{
    public const string FileName = "csvFullSanctionsList.csv";

    private const string Id = "Entity_LogicalId";

    /// <exception cref="DamagedListException">The file does not parse; nothing of it is used.</exception>
    public static ListContent Read(string list, IReadOnlyDictionary<string, byte[]> files)
    {
        var table = new DelimitedTable(FileName, files[FileName], ';', Id);
        var columns = new Columns(table);
        var drafts = new Dictionary<string, EntryDraft>(StringComparer.Ordinal);
        var rows = 0;
        foreach (var row in table.Rows())
        {
            rows++;
            var id = ListText.Clean(row[columns.Id]);
            if (id.Length == 0)
                throw table.Damaged("has no number");
            if (!drafts.TryGetValue(id, out var draft))
            {
                var kind = EuWords.KindOf(row[columns.Kind])
                    ?? throw table.Damaged("is of a kind that is not known");
                drafts.Add(id, draft = new EntryDraft(list, id, kind));
            }
            ReadRow(row, columns, draft);
        }
        var (entries, nameless) = EntryDraft.Finish(drafts.Values);
        if (entries.Count == 0)
            throw new DamagedListException($"{FileName} holds no entry.");
        return new ListContent(entries, ListCounts.Of(entries, nameless, new Dictionary<string, int>
        {
            [FileName] = rows,
        }));
    }

    private static void ReadRow(string[] row, Columns columns, EntryDraft draft)
    {
        var whole = ListText.Clean(row[columns.WholeName]);
        var isWeak = columns.Strong is { } strong && row[strong] == "false";
        draft.AddName(
            whole.Length > 0
                ? whole
                : ListText.Join(row[columns.FirstName], row[columns.MiddleName], row[columns.LastName]),
            isWeak ? NameStrength.WeakAlias : NameStrength.Alias);
        draft.Gender ??= EuWords.GenderOf(row[columns.Gender]);
        draft.AddProgramme(row[columns.Programme]);
        foreach (var country in columns.Countries)
            draft.AddCountryCode(row[country]);
        var birth = columns.Birth;
        draft.AddBirth(EuWords.BirthOf(row[birth[0]], row[birth[1]].Equals("true", StringComparison.OrdinalIgnoreCase),
            row[birth[2]], [row[birth[3]], row[birth[4]], row[birth[5]]], row[birth[6]], row[birth[7]]));
        var number = row[columns.LatinNumber].Length > 0 ? row[columns.LatinNumber] : row[columns.Number];
        draft.AddIdentifier(EuWords.IdentifierOf(row[columns.NumberType]), number,
            CountryNames.ValidCode(row[columns.NumberCountry]));
    }

    private sealed class Columns(DelimitedTable table)
    {
        public int Id { get; } = table.Column(EuCsvLists.Id);

        public int Kind { get; } = table.ColumnOf("Entity_SubjectType", "Entity_SubjectType_ClassificationCode");

        public int Programme { get; } = table.Column("Entity_Regulation_Programme");

        public int WholeName { get; } = table.Column("NameAlias_WholeName");

        public int FirstName { get; } = table.Column("NameAlias_FirstName");

        public int MiddleName { get; } = table.Column("NameAlias_MiddleName");

        public int LastName { get; } = table.Column("NameAlias_LastName");

        public int Gender { get; } = table.Column("NameAlias_Gender");

        /// <summary>Not in every edition of the file; without it all names count in full.</summary>
        public int? Strong { get; } = table.Find("NameAlias_Strong");

        public int[] Countries { get; } =
        [
            table.Column("Address_CountryIso2Code"), table.Column("BirthDate_CountryIso2Code"),
            table.Column("Citizenship_CountryIso2Code"),
        ];

        public int[] Birth { get; } =
        [
            table.Column("BirthDate_CalendarType"), table.Column("BirthDate_Circa"),
            table.Column("BirthDate_BirthDate"), table.Column("BirthDate_Year"), table.Column("BirthDate_Month"),
            table.Column("BirthDate_Day"), table.Column("BirthDate_YearRangeFrom"),
            table.Column("BirthDate_YearRangeTo"),
        ];

        public int Number { get; } = table.Column("Identification_Number");

        public int LatinNumber { get; } = table.Column("Identification_LatinNumber");

        public int NumberType { get; } = table.Column("Identification_TypeCode");

        public int NumberCountry { get; } = table.Column("Identification_CountryIso2Code");
    }
}
