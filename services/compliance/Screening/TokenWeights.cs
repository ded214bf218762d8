namespace FinCode.Compliance.Screening;

/// <summary>
/// How much a token says about who is meant: a rare one much, a common one little, a legal form, title or particle next
/// to nothing. Integers, so that every machine computes the same.
/// </summary>
internal sealed class TokenWeights(IReadOnlyDictionary<ulong, int> entriesByKey, int entries)
{
    /// <summary>What a token weighs at most that is no word of its own.</summary>
    public const int Trivial = 4;

    private const int Title = 1;
    private const int Small = 2;
    private const int Least = 6;

    /// <summary>A token that is on no list says less than a rare listed one: it may be any middle name.</summary>
    private const int UnknownRarity = 2_048;

    private readonly IReadOnlyDictionary<ulong, int> _entriesByKey = entriesByKey;

    public int Of(in TokenTraits token)
    {
        switch (token.Class)
        {
            case TokenClass.Honorific:
                return Title;
            case TokenClass.Particle or TokenClass.LegalForm:
                return Small;
            case TokenClass.Initial:
                return Trivial;
            default:
                var rarity = _entriesByKey.TryGetValue(token.RarityKey, out var count)
                    ? entries / count
                    : Math.Min(entries, UnknownRarity);
                // Three times the logarithm to base 2, rounded down.
                var cube = (UInt128)rarity * (UInt128)rarity * (UInt128)rarity;
                return Least + (int)UInt128.Log2(UInt128.Max(cube, UInt128.One));
        }
    }

    public void Weigh(Span<TokenTraits> tokens)
    {
        foreach (ref var token in tokens)
            token.Weight = Of(token);
    }
}
