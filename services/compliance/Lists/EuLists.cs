using System.Xml.Linq;

namespace FinCode.Compliance.Lists;

/// <summary>
/// The European Union's consolidated list of financial sanctions (Financial Sanctions Files, version 1.1) in XML.
/// Source: the schema in the namespace http://eu.europa.ec/fpi/fsd/export. No name is marked as the first one there:
/// the first strong one is taken. Years of other calendars are no evidence.
/// </summary>
internal static class EuLists
{
    public const string FileName = "xmlFullSanctionsList.xml";

    private static readonly HashSet<string> Elements = ["sanctionEntity"];

    /// <exception cref="DamagedListException">The file does not parse; nothing of it is used.</exception>
    public static ListContent Read(string list, IReadOnlyDictionary<string, byte[]> files)
    {
        var drafts = new Dictionary<string, EntryDraft>(StringComparer.Ordinal);
        var names = 0;
        foreach (var element in ListXml.Read(FileName, files[FileName], "export", Elements))
        {
            var id = EuWords.Id(Attribute(element, "logicalId"), Attribute(element, "euReferenceNumber"));
            var subject = element.All("subjectType").FirstOrDefault();
            var kind = EuWords.KindOf(subject is null ? "" : Attribute(subject, "code"))
                ?? throw new DamagedListException($"{FileName}: an entry is of a kind that is not known.");
            var draft = new EntryDraft(list, id, kind);
            if (id.Length == 0 || !drafts.TryAdd(id, draft))
                throw new DamagedListException($"{FileName}: an entry has no number, or one that stands there twice.");
            names += element.All("nameAlias").Count();
            ReadEntry(element, draft);
        }
        var (entries, nameless) = EntryDraft.Finish(drafts.Values);
        if (entries.Count == 0)
            throw new DamagedListException($"{FileName} holds no entry.");
        return new ListContent(entries, ListCounts.Of(entries, nameless, new Dictionary<string, int>
        {
            ["sanctionEntity"] = drafts.Count,
            ["nameAlias"] = names,
        }));
    }

    private static void ReadEntry(XElement element, EntryDraft draft)
    {
        foreach (var name in element.All("nameAlias"))
        {
            var whole = ListText.Clean(Attribute(name, "wholeName"));
            draft.AddName(whole.Length > 0 ? whole : ListText.Join(Attribute(name, "firstName"),
                Attribute(name, "middleName"), Attribute(name, "lastName")),
                Attribute(name, "strong") == "false" ? NameStrength.WeakAlias : NameStrength.Alias);
            draft.Gender ??= EuWords.GenderOf(Attribute(name, "gender"));
        }
        foreach (var regulation in element.All("regulation"))
            draft.AddProgramme(Attribute(regulation, "programme"));
        foreach (var birth in element.All("birthdate"))
        {
            draft.AddBirth(EuWords.BirthOf(Attribute(birth, "calendarType"), Attribute(birth, "circa") == "true",
                Attribute(birth, "birthdate"), [Attribute(birth, "year"), Attribute(birth, "monthOfYear"),
                Attribute(birth, "dayOfMonth")], Attribute(birth, "yearRangeFrom"), Attribute(birth, "yearRangeTo")));
        }
        foreach (var place in element.Elements())
        {
            if (place.Name.LocalName is "birthdate" or "citizenship" or "address")
                draft.AddCountryCode(Attribute(place, "countryIso2Code"));
        }
        foreach (var document in element.All("identification"))
        {
            var number = Attribute(document, "latinNumber") is { Length: > 0 } latin
                ? latin
                : Attribute(document, "number");
            draft.AddIdentifier(EuWords.IdentifierOf(Attribute(document, "identificationTypeCode")), number,
                CountryNames.ValidCode(Attribute(document, "countryIso2Code")));
        }
    }

    private static string Attribute(XElement element, string name) => (string?)element.Attribute(name) ?? "";
}
