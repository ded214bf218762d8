using System.Collections.Frozen;

namespace FinCode.Compliance.Screening;

/// <summary>
/// How much a token says about who is meant: a rare one much, a common one little, a legal form or particle next to
/// nothing. Integers, so that every machine computes the same.
/// </summary>
internal sealed class TokenWeights(IReadOnlyDictionary<string, int> entriesByToken, int entries)
{
    public const int Trivial = 2;

    private const int Least = 6;

    /// <summary>A token that is on no list says less than a rare listed one: it may be any middle name.</summary>
    private const int UnknownRarity = 512;

    private static readonly FrozenSet<string> TrivialTokens = new[]
    {
        "LTD", "LIMITED", "LLC", "LLP", "INC", "INCORPORATED", "CO", "COMPANY", "CORP", "CORPORATION", "PLC", "GMBH",
        "AG", "SA", "SARL", "SRL", "SL", "BV", "NV", "AB", "OY", "AS", "OOO", "OAO", "ZAO", "AO", "JSC", "PJSC", "OJSC",
        "CJSC", "FZE", "FZC", "FZCO", "DMCC", "PTE", "PVT", "PTY", "SDN", "BHD", "EST", "THE", "OF", "AND", "FOR", "DE",
        "LA", "LE", "LOS", "LAS", "DEL", "DI", "DA", "DOS", "VAN", "VON", "DER", "DEN", "Y", "E", "AL", "EL", "BIN",
        "IBN", "BINT", "MR", "MRS", "MS", "DR", "HAJI", "JR", "SR",
    }.ToFrozenSet(StringComparer.Ordinal);

    public int Of(string token)
    {
        if (TrivialTokens.Contains(token))
            return Trivial;
        var rarity = entriesByToken.TryGetValue(token, out var count)
            ? entries / count
            : Math.Min(entries, UnknownRarity);
        // Three times the logarithm to base 2, rounded down.
        var cube = (UInt128)rarity * (UInt128)rarity * (UInt128)rarity;
        return Least + (int)UInt128.Log2(UInt128.Max(cube, UInt128.One));
    }
}
