namespace FinCode.Compliance.Lists;

/// <summary>
/// An entry while its rows are gathered. What stands in several rows is kept once, a name with the best strength that
/// the publisher gives it anywhere.
/// </summary>
internal sealed class EntryDraft(string list, string id, ListedKind kind)
{
    private readonly List<ListedName> _names = [];
    private readonly List<string> _programmes = [];
    private readonly List<BirthSpan> _births = [];
    private readonly SortedSet<string> _countries = new(StringComparer.Ordinal);
    private readonly List<ListedIdentifier> _identifiers = [];

    public ListedKind Kind => kind;

    public ListedGender? Gender { get; set; }

    public bool HasNames => _names.Count > 0;

    public void AddName(string? text, NameStrength strength)
    {
        var name = ListText.Clean(text);
        if (name.Length == 0)
            return;
        if (strength == NameStrength.Primary && _names.Exists(other => other.Strength == NameStrength.Primary))
            strength = NameStrength.Alias;
        var known = _names.FindIndex(other => other.Text == name);
        if (known < 0)
            _names.Add(new ListedName(name, strength));
        else if (strength < _names[known].Strength)
            _names[known] = new ListedName(name, strength);
    }

    public void AddProgramme(string? text)
    {
        var programme = ListText.Clean(text);
        if (programme.Length > 0 && !_programmes.Contains(programme))
            _programmes.Add(programme);
    }

    public void AddBirth(BirthSpan? span)
    {
        if (span is not null && !_births.Contains(span))
            _births.Add(span);
    }

    /// <summary>By its English name; one that nobody knows is no evidence.</summary>
    public void AddCountry(ReadOnlySpan<char> name)
    {
        if (CountryNames.CodeOf(name) is { } code)
            _countries.Add(code);
    }

    /// <summary>By its code; "00" and other stop-gaps are no country.</summary>
    public void AddCountryCode(string? code)
    {
        if (CountryNames.ValidCode(code) is { } valid)
            _countries.Add(valid);
    }

    public void AddIdentifier(IdentifierType type, string? text, string? country = null)
    {
        var value = ListText.Clean(text);
        if (value.Length == 0)
            return;
        var identifier = new ListedIdentifier(type, value, country);
        if (!_identifiers.Contains(identifier))
            _identifiers.Add(identifier);
    }

    /// <summary>Null when no name is known: there is nothing to screen with.</summary>
    public ListedEntry? ToEntry()
    {
        if (_names.Count == 0)
            return null;
        var first = _names.FindIndex(name => name.Strength == NameStrength.Primary);
        if (first < 0)
            first = Math.Max(0, _names.FindIndex(name => name.Strength == NameStrength.Alias));
        var primary = new ListedName(_names[first].Text, NameStrength.Primary);
        _names.RemoveAt(first);
        _names.Insert(0, primary);
        return new ListedEntry(list, id, kind, [.. _names], [.. _programmes], [.. _births], [.. _countries],
            [.. _identifiers], Gender);
    }

    /// <summary>The drafts that have a name, and how many had none.</summary>
    public static (List<ListedEntry> Entries, int Nameless) Finish(IEnumerable<EntryDraft> drafts)
    {
        var entries = new List<ListedEntry>();
        var nameless = 0;
        foreach (var draft in drafts)
        {
            if (draft.ToEntry() is { } entry)
                entries.Add(entry);
            else
                nameless++;
        }
        return (entries, nameless);
    }
}
