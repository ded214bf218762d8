using System.Xml.Linq;

namespace FinCode.Compliance.Lists;

/// <summary>
/// The consolidated list of the United Nations Security Council in XML. Source: the schema that the publisher's file
/// names, and the file.
/// </summary>
internal static class UnLists
{
    public const string FileName = "UN_consolidated.xml";

    private const string Individual = "INDIVIDUAL";
    private const string Entity = "ENTITY";

    private static readonly HashSet<string> Entries = [Individual, Entity];

    /// <exception cref="DamagedListException">The file does not parse; nothing of it is used.</exception>
    public static ListContent Read(string list, IReadOnlyDictionary<string, byte[]> files)
    {
        var drafts = new Dictionary<string, EntryDraft>(StringComparer.Ordinal);
        var (individuals, aliases) = (0, 0);
        foreach (var element in ListXml.Read(FileName, files[FileName], "CONSOLIDATED_LIST", Entries))
        {
            var isPerson = element.Name.LocalName == Individual;
            var id = ListText.Clean(element.Text("DATAID"));
            var draft = new EntryDraft(list, id, isPerson ? ListedKind.Person : ListedKind.Entity);
            if (id.Length == 0 || !drafts.TryAdd(id, draft))
                throw new DamagedListException($"{FileName}: an entry has no number, or one that stands there twice.");
            individuals += isPerson ? 1 : 0;
            aliases += element.All($"{element.Name.LocalName}_ALIAS").Count();
            ReadEntry(element, draft);
        }
        var (entries, nameless) = EntryDraft.Finish(drafts.Values);
        if (entries.Count == 0)
            throw new DamagedListException($"{FileName} holds no entry.");
        return new ListContent(entries, ListCounts.Of(entries, nameless, new Dictionary<string, int>
        {
            ["INDIVIDUALS"] = individuals,
            ["ENTITIES"] = drafts.Count - individuals,
            ["ALIASES"] = aliases,
        }));
    }

    private static void ReadEntry(XElement element, EntryDraft draft)
    {
        var prefix = element.Name.LocalName;
        draft.AddName(ListText.Join(element.Text("FIRST_NAME"), element.Text("SECOND_NAME"),
            element.Text("THIRD_NAME"), element.Text("FOURTH_NAME")), NameStrength.Primary);
        draft.AddName(element.Text("NAME_ORIGINAL_SCRIPT"), NameStrength.Alias);
        draft.AddProgramme(element.Text("UN_LIST_TYPE"));
        draft.Gender = element.Text("GENDER")?.Trim() switch
        {
            "Male" => ListedGender.Male,
            "Female" => ListedGender.Female,
            _ => null,
        };
        foreach (var alias in element.All($"{prefix}_ALIAS"))
        {
            UnAliases.Add(alias.Text("ALIAS_NAME"), alias.Text("QUALITY")?.Trim() == "Low", draft);
            draft.AddBirth(BirthSpans.OfIso(alias.Text("DATE_OF_BIRTH")));
            draft.AddCountry(alias.Text("COUNTRY_OF_BIRTH"));
        }
        foreach (var value in element.All("NATIONALITY").SelectMany(nationality => nationality.All("VALUE")))
            draft.AddCountry(value.Value);
        foreach (var place in element.All($"{prefix}_ADDRESS").Concat(element.All($"{prefix}_PLACE_OF_BIRTH")))
            draft.AddCountry(place.Text("COUNTRY"));
        foreach (var birth in element.All("INDIVIDUAL_DATE_OF_BIRTH"))
            draft.AddBirth(BirthOf(birth));
        foreach (var document in element.All("INDIVIDUAL_DOCUMENT"))
            AddDocument(document, draft);
    }

    private static BirthSpan? BirthOf(XElement birth)
    {
        var span = BirthSpans.OfIso(birth.Text("DATE") ?? birth.Text("YEAR"));
        if (BirthSpans.Number(birth.Text("FROM_YEAR")) is { } from
            && BirthSpans.Number(birth.Text("TO_YEAR")) is { } to)
            span = BirthSpans.Years(from, to);
        return birth.Text("TYPE_OF_DATE")?.Trim() == "APPROXIMATELY" ? BirthSpans.Circa(span) : span;
    }

    private static void AddDocument(XElement document, EntryDraft draft)
    {
        var type = ListText.Join(document.Text("TYPE_OF_DOCUMENT"), document.Text("TYPE_OF_DOCUMENT2"));
        var isPassport = type.Contains("pass", StringComparison.OrdinalIgnoreCase)
            || type.Contains("pasaporte", StringComparison.OrdinalIgnoreCase);
        var country = document.Text("ISSUING_COUNTRY") ?? document.Text("COUNTRY_OF_ISSUE");
        NumbersInText.Add(draft, isPassport ? IdentifierType.Passport : IdentifierType.NationalId,
            ListText.Clean(document.Text("NUMBER")), country ?? "");
    }
}
