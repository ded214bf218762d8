namespace FinCode.Compliance.Lists;

/// <summary>
/// How the UK writes names: six fields, of which the sixth is the family name, or all that an entity has.
/// </summary>
internal static class UkNames
{
    /// <summary>The numbers of the fields in the order of the spoken name.</summary>
    public static IReadOnlyList<int> Order { get; } = [1, 2, 3, 4, 5, 6];

    /// <summary>The fields in that order as one name; what stands in two fields is taken once.</summary>
    public static string Join(ReadOnlySpan<string> parts)
    {
        var given = ListText.Join(parts[0], parts[1], parts[2], parts[3], parts[4]);
        var family = ListText.Clean(parts[5]);
        return given == family ? given : ListText.Join(given, family);
    }

    public static ListedKind? KindOf(string type) => type.Trim().ToUpperInvariant() switch
    {
        "INDIVIDUAL" => ListedKind.Person,
        "ENTITY" => ListedKind.Entity,
        "SHIP" => ListedKind.Vessel,
        _ => null,
    };

    /// <summary>Spelling variations are as good as the primary name; only "low quality" aliases are weak.</summary>
    public static NameStrength StrengthOf(string type, string strength)
    {
        if (strength.StartsWith("low", StringComparison.OrdinalIgnoreCase))
            return NameStrength.WeakAlias;
        var isPrimary = type.StartsWith("primary", StringComparison.OrdinalIgnoreCase)
            && !type.Contains("variation", StringComparison.OrdinalIgnoreCase);
        return isPrimary ? NameStrength.Primary : NameStrength.Alias;
    }
}
