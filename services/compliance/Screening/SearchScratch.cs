namespace FinCode.Compliance.Screening;

/// <summary>What bounds need to know of a query.</summary>
internal readonly record struct QueryShape(int Weight, int TrivialWeight, int Initials, int Heaviest)
{
    public static QueryShape Of(ReadOnlySpan<TokenTraits> tokens)
    {
        var weight = 0;
        var trivial = 0;
        var initials = 0;
        var heaviest = 0;
        foreach (ref readonly var token in tokens)
        {
            weight += token.Weight;
            heaviest = Math.Max(heaviest, token.Weight);
            trivial += token.IsTelling ? 0 : token.Weight;
            initials += token.Class == TokenClass.Initial ? 1 : 0;
        }
        return new QueryShape(weight, trivial, initials, heaviest);
    }
}

/// <summary>
/// Room for one search, used again by the next: what the names reached so far could score. A unit is a token of the
/// query, or two neighbours taken as one word; a name pairs each unit at most once.
/// </summary>
internal sealed class SearchScratch(int names, int tokens)
{
    private struct Reached
    {
        public int Round;
        public int Alike;
        public int AlikeOfUnit;
        public short Unit;
        public short Units;
    }

    private readonly Reached[] _reached = new Reached[names];
    private readonly int[] _touched = new int[names];
    private int _count;
    private int _round;
    private short _unit;

    public TokenSet Found = new(tokens);

    /// <summary>For the tokens of the listed name that is compared.</summary>
    public TokenTraits[] Tokens { get; } = new TokenTraits[NameTokens.MaxTokens];

    public ReadOnlySpan<int> Touched => _touched.AsSpan(0, _count);

    public void Begin()
    {
        _count = 0;
        _unit = 0;
        if (++_round != int.MaxValue)
            return;
        Array.Clear(_reached);
        _round = 1;
    }

    public void NextUnit() => _unit++;

    /// <param name="alike">Similarity times weight of the pair that is possible.</param>
    public void Touch(int name, int alike)
    {
        ref var reached = ref _reached[name];
        if (reached.Round != _round)
        {
            reached = new Reached { Round = _round };
            _touched[_count++] = name;
        }
        if (reached.Unit != _unit)
        {
            reached.Unit = _unit;
            reached.Units++;
            reached.AlikeOfUnit = 0;
        }
        if (alike <= reached.AlikeOfUnit)
            return;
        reached.Alike += alike - reached.AlikeOfUnit;
        reached.AlikeOfUnit = alike;
    }

    /// <summary>
    /// The most that the name can score, in hundredths of a point. Let x be the sum of similarity times weight of the
    /// best pair of each unit, plus all that small tokens and initials could add, and T the weight of both names. Any
    /// pairing has a sum s of at most x and a paired weight of at least s, so its score is at most 2s / (T + s)
    /// where one name covers the other, and s / T else; both grow with s.
    /// </summary>
    public int AtMost(int name, in IndexedName listed, in QueryShape query)
    {
        ref readonly var reached = ref _reached[name];
        long all = query.Weight + listed.Weight;
        long possible = reached.Alike + (long)NameScore.Full * (query.TrivialWeight + listed.TrivialWeight
            + (query.Initials * listed.Heaviest) + (listed.Initials * query.Heaviest));
        possible = Math.Min(possible, all * NameScore.Full);
        return (int)(reached.Units > 1
            ? 2 * possible * NameScore.Full / ((all * NameScore.Full) + possible)
            : possible / all);
    }
}
