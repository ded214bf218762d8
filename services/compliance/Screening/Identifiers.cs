using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Screening;

/// <summary>A number or code that a party is known by.</summary>
/// <param name="Type">Null: of a kind that was not given; it is compared with all.</param>
/// <param name="Country">ISO 3166-1 alpha-2 of who issued it.</param>
public sealed record GivenIdentifier(IdentifierType? Type, string Value, string? Country);

/// <summary>Numbers and codes are compared by their letters and digits alone.</summary>
internal static class Identifiers
{
    /// <summary>Shorter ones are too many people's.</summary>
    private const int MinLength = 5;

    private const int BicLength = 8;

    public static string Plain(string value)
    {
        Span<char> plain = stackalloc char[Math.Min(value.Length, 128)];
        var length = 0;
        foreach (var letter in value)
        {
            if (char.IsAsciiLetterOrDigit(letter) && length < plain.Length)
                plain[length++] = char.ToUpperInvariant(letter);
        }
        // "IMO 9187629" is the number 9187629.
        var text = plain[..length];
        return (text.StartsWith("IMO") && text.Length == 10 ? text[3..] : text).ToString();
    }

    public static Dictionary<string, List<ListedEntry>> Index(IReadOnlyList<ListedEntry> entries)
    {
        var index = new Dictionary<string, List<ListedEntry>>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            foreach (var identifier in entry.Identifiers)
            {
                var plain = Plain(identifier.Value);
                if (plain.Length < MinLength)
                    continue;
                Add(index, plain, entry);
                if (identifier.Type == IdentifierType.SwiftBic && plain.Length > BicLength)
                    Add(index, plain[..BicLength], entry);
            }
        }
        return index;
    }

    /// <summary>Entries that may have the identifier; <see cref="AreEqual"/> decides.</summary>
    public static IEnumerable<ListedEntry> Find(Dictionary<string, List<ListedEntry>> index, string value)
    {
        var plain = Plain(value);
        IEnumerable<ListedEntry> found = index.TryGetValue(plain, out var entries) ? entries : [];
        return plain.Length > BicLength && index.TryGetValue(plain[..BicLength], out var banks)
            ? found.Concat(banks).Distinct()
            : found;
    }

    private static void Add(Dictionary<string, List<ListedEntry>> index, string plain, ListedEntry entry)
    {
        if (!index.TryGetValue(plain, out var known))
            index.Add(plain, known = []);
        if (known.Count == 0 || !ReferenceEquals(known[^1], entry))
            known.Add(entry);
    }

    /// <summary>The same number, of the same kind and country as far as both sides say so.</summary>
    public static bool AreEqual(GivenIdentifier given, ListedIdentifier listed)
    {
        var one = Plain(given.Value);
        var other = Plain(listed.Value);
        if (one.Length < MinLength || !IsSameKind(given, listed))
            return false;
        // A BIC of eight letters is all branches of it.
        return one == other || (listed.Type == IdentifierType.SwiftBic && one.Length >= BicLength
            && other.Length >= BicLength && one.AsSpan(0, BicLength).SequenceEqual(other.AsSpan(0, BicLength)));
    }

    /// <summary>Two numbers of one kind and country that should be one if the party were the listed one.</summary>
    public static bool AreComparable(GivenIdentifier given, ListedIdentifier listed) =>
        given.Type is { } type && type == listed.Type && type != IdentifierType.Other
        && given.Country is { } country && country == listed.Country;

    private static bool IsSameKind(GivenIdentifier given, ListedIdentifier listed) =>
        (given.Type is null || given.Type == listed.Type || given.Type == IdentifierType.Other
            || listed.Type == IdentifierType.Other)
        && (given.Country is null || listed.Country is null || given.Country == listed.Country);
}
