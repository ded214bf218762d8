using System.Text.Json;

namespace FinCode.Compliance.Lists;

/// <summary>
/// A plain CSV of our own, for lists of politically exposed persons and for what a tenant lists itself. Comma, header,
/// RFC 4180, UTF-8. <c>id</c>, <c>kind</c> (PERSON, ENTITY, VESSEL, AIRCRAFT) and <c>name</c> are required; the other
/// columns may be missing or empty, and hold several values between semicolons: <c>aliases</c>, <c>weak_aliases</c>,
/// <c>births</c> (1952-10-07, 1952-10, 1952, ~1952, 1950..1954), <c>countries</c> (ISO 3166-1 alpha-2), <c>gender</c>
/// (MALE, FEMALE), <c>identifiers</c> (PASSPORT:00X0001:RU, the country may be missing) and <c>programmes</c>.
/// Because the format is ours, a value that cannot be read is a mistake, and the file is refused.
/// </summary>
internal static class PlainLists
{
    public const string FileName = "list.csv";

    private const string Id = "id";

    /// <exception cref="DamagedListException">Says the row and the column; nothing of the file is used.</exception>
    public static ListContent Read(string list, IReadOnlyDictionary<string, byte[]> files)
    {
        var table = new DelimitedTable(FileName, files[FileName], ',', Id);
        var (id, kind, name) = (table.Column(Id), table.Column("kind"), table.Column("name"));
        var drafts = new Dictionary<string, EntryDraft>(StringComparer.Ordinal);
        foreach (var row in table.Rows())
        {
            var number = ListText.Clean(row[id]);
            var draft = new EntryDraft(list, number, Word<ListedKind>(row[kind]) ?? throw Wrong(table, "kind"));
            if (number.Length == 0 || !drafts.TryAdd(number, draft))
                throw table.Damaged("has no id, or one that stands there twice");
            draft.AddName(row[name], NameStrength.Primary);
            if (!draft.HasNames)
                throw Wrong(table, "name");
            ReadRow(table, row, draft);
        }
        var (entries, _) = EntryDraft.Finish(drafts.Values);
        return new ListContent(entries, ListCounts.Of(entries, 0, new Dictionary<string, int>
        {
            [FileName] = entries.Count,
        }));
    }

    private static void ReadRow(DelimitedTable table, string[] row, EntryDraft draft)
    {
        foreach (var alias in Values(table, row, "aliases"))
            draft.AddName(alias, NameStrength.Alias);
        foreach (var alias in Values(table, row, "weak_aliases"))
            draft.AddName(alias, NameStrength.WeakAlias);
        foreach (var birth in Values(table, row, "births"))
            draft.AddBirth(BirthOf(birth) ?? throw Wrong(table, "births"));
        foreach (var country in Values(table, row, "countries"))
            draft.AddCountryCode(CountryNames.ValidCode(country) ?? throw Wrong(table, "countries"));
        foreach (var gender in Values(table, row, "gender"))
            draft.Gender = Word<ListedGender>(gender) ?? throw Wrong(table, "gender");
        foreach (var programme in Values(table, row, "programmes"))
            draft.AddProgramme(programme);
        foreach (var identifier in Values(table, row, "identifiers"))
        {
            var parts = identifier.Split(':');
            if (parts.Length is < 2 or > 3 || parts[1].Length == 0
                || Word<IdentifierType>(parts[0]) is not { } type
                || (parts.Length == 3 && CountryNames.ValidCode(parts[2]) is null))
                throw Wrong(table, "identifiers");
            draft.AddIdentifier(type, parts[1], parts.Length == 3 ? CountryNames.ValidCode(parts[2]) : null);
        }
    }

    private static string[] Values(DelimitedTable table, string[] row, string column) =>
        table.Find(column) is { } found
            ? row[found].Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            : [];

    private static BirthSpan? BirthOf(string text)
    {
        if (text.StartsWith('~'))
            return BirthSpans.Circa(BirthSpans.OfIso(text[1..]));
        var ends = text.Split("..");
        return ends.Length == 2 && BirthSpans.OfIso(ends[0]) is { } first && BirthSpans.OfIso(ends[1]) is { } last
            && last.To >= first.From
            ? new BirthSpan(first.From, last.To)
            : BirthSpans.OfIso(text);
    }

    private static TEnum? Word<TEnum>(string word)
        where TEnum : struct, Enum
    {
        foreach (var value in Enum.GetValues<TEnum>())
        {
            if (JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString()) == word.Trim())
                return value;
        }
        return null;
    }

    private static DamagedListException Wrong(DelimitedTable table, string column) =>
        table.Damaged($"has nothing usable in the column {column}");
}
