namespace FinCode.Compliance.Lists;

/// <summary>What a list entry is.</summary>
public enum ListedKind
{
    Person,
    Entity,
    Vessel,
    Aircraft,
}

/// <summary>
/// How sure the publisher is that a name belongs to the entry; a weak alias is a nickname or a common word.
/// </summary>
public enum NameStrength
{
    Primary,
    Alias,
    WeakAlias,
}

internal sealed record ListedName(string Text, NameStrength Strength);

/// <summary>A date of birth as lists give it: a day, a month, a year, or a span. Both ends belong to it.</summary>
internal sealed record BirthSpan(DateOnly From, DateOnly To)
{
    public bool Holds(DateOnly date) => date >= From && date <= To;

    /// <summary>Whole calendar years between the span and the date; 0 when they share a year.</summary>
    public int YearsFrom(DateOnly date) =>
        date.Year < From.Year ? From.Year - date.Year : Math.Max(0, date.Year - To.Year);

    public override string ToString() =>
        From == To ? From.ToString("yyyy-MM-dd") : $"{From:yyyy-MM-dd}..{To:yyyy-MM-dd}";
}

/// <summary>A number or code by which an entry is known: as the list writes it, spaces and dashes included.</summary>
/// <param name="Type">What it is, in our own words, the same for every list.</param>
/// <param name="Country">ISO 3166-1 alpha-2 of who issued it; null when the list does not say.</param>
internal sealed record ListedIdentifier(IdentifierType Type, string Value, string? Country);

/// <summary>What an identifier is. <see cref="Other"/> is compared like the rest, by its value.</summary>
public enum IdentifierType
{
    Passport,
    NationalId,
    TaxNumber,
    CompanyNumber,
    SwiftBic,
    Lei,
    Imo,
    Mmsi,
    CallSign,
    AircraftRegistration,
    DigitalCurrencyAddress,
    Email,
    Other,
}

/// <summary>As lists give it; most entries say nothing.</summary>
public enum ListedGender
{
    Male,
    Female,
}

/// <summary>One listed person, organisation or vehicle, with everything that screening looks at.</summary>
/// <param name="List">The list's short name: "OFAC_SDN".</param>
/// <param name="EntryId">The publisher's own number.</param>
/// <param name="Names">The primary name first.</param>
/// <param name="Countries">ISO 3166-1 alpha-2, from addresses, nationalities, citizenships and places of birth.</param>
/// <param name="Identifiers">Passports, registrations, codes; empty when the list gives none.</param>
internal sealed record ListedEntry(
    string List,
    string EntryId,
    ListedKind Kind,
    IReadOnlyList<ListedName> Names,
    IReadOnlyList<string> Programmes,
    IReadOnlyList<BirthSpan> Births,
    IReadOnlyList<string> Countries,
    IReadOnlyList<ListedIdentifier> Identifiers,
    ListedGender? Gender = null);

/// <summary>How much a set of list files held; what the gate compares with the last good set.</summary>
/// <param name="Entries">Entries that screening looks at.</param>
/// <param name="Names">All their names, each once an entry.</param>
/// <param name="WeakAliases">Those of the names that are weak aliases.</param>
/// <param name="Orphans">Rows whose entry is not in the set, and entries without a name; they are dropped.</param>
/// <param name="Parts">Rows of each file of the set, or of each section of its one file.</param>
internal sealed record ListCounts(
    int Entries, int Names, int WeakAliases, int Orphans, IReadOnlyDictionary<string, int> Parts)
{
    public static ListCounts Of(
        IReadOnlyList<ListedEntry> entries, int orphans, IReadOnlyDictionary<string, int> parts) => new(
        entries.Count, entries.Sum(entry => entry.Names.Count),
        entries.Sum(entry => entry.Names.Count(name => name.Strength == NameStrength.WeakAlias)), orphans, parts);
}

/// <summary>A set of list files, read.</summary>
internal sealed record ListContent(IReadOnlyList<ListedEntry> Entries, ListCounts Counts);

/// <summary>
/// A list file that does not parse, or that lost too much: it is refused whole. The text holds no list data.
/// </summary>
internal sealed class DamagedListException(string message) : Exception(message);
