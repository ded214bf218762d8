namespace FinCode.Compliance.Screening;

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

/// <summary>One listed person, organisation or vehicle, with everything that screening looks at.</summary>
/// <param name="List">The list's short name: "OFAC_SDN".</param>
/// <param name="EntryId">The publisher's own number.</param>
/// <param name="Names">The primary name first.</param>
/// <param name="Countries">ISO 3166-1 alpha-2, from addresses, nationalities, citizenships and places of birth.</param>
internal sealed record ListedEntry(
    string List,
    string EntryId,
    ListedKind Kind,
    IReadOnlyList<ListedName> Names,
    IReadOnlyList<string> Programmes,
    IReadOnlyList<BirthSpan> Births,
    IReadOnlyList<string> Countries);

/// <summary>How many rows a set of list files held; what the gate compares with the last good set.</summary>
/// <param name="Orphans">Aliases and addresses whose primary entry is not in the set; they are dropped.</param>
internal sealed record ListCounts(int Entries, int Aliases, int WeakAliases, int Addresses, int Comments, int Orphans);

/// <summary>A set of list files, read.</summary>
internal sealed record ListContent(IReadOnlyList<ListedEntry> Entries, ListCounts Counts);

/// <summary>
/// A list file that does not parse, or that lost too much: it is refused whole. The text holds no list data.
/// </summary>
internal sealed class DamagedListException(string message) : Exception(message);
