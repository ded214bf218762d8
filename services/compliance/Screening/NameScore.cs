namespace FinCode.Compliance.Screening;

/// <summary>One side of a comparison: tokens with their weights and texts.</summary>
internal readonly ref struct NameSide(
    ReadOnlySpan<TokenTraits> tokens, ReadOnlySpan<ulong> glued, ReadOnlySpan<char> letters)
{
    public readonly ReadOnlySpan<TokenTraits> Tokens = tokens;

    /// <summary>For each token what it and the next are found by as one word; 0 where there is none.</summary>
    public readonly ReadOnlySpan<ulong> Glued = glued;

    private readonly ReadOnlySpan<char> _letters = letters;

    public NameSide(NameTokens name)
        : this(name.Tokens, name.Glued, name.Letters)
    {
    }

    public ReadOnlySpan<char> TextOf(int token) => _letters.Slice(Tokens[token].Start, Tokens[token].Length);

    /// <summary>Whether the token and the next one may be one word on the other side.</summary>
    public bool CanGlue(int token) => token + 1 < Tokens.Length && Glued[token] != 0
        && (Tokens[token].IsTelling || Tokens[token + 1].IsTelling)
        && Tokens[token].Class != TokenClass.LegalForm && Tokens[token + 1].Class != TokenClass.LegalForm;
}

/// <summary>
/// The score of two names: the weight of the tokens that pair up, by how alike they are, in the weight of all. Where
/// one name lies wholly within the other (a middle name more, a second surname less), what is over counts half. The
/// order of tokens does not matter, and score(a, b) is score(b, a). Names that share no telling token score 0.
/// </summary>
internal static class NameScore
{
    public const int Full = 10_000;

    /// <summary>
    /// Off for each further token that only edits make alike: one slip is a slip, two are another name.
    /// </summary>
    private const int FurtherEdit = 400;

    private const int PairsToCover = 2;

    /// <summary>On both sides together: that one short name lies within another says little.</summary>
    private const int LettersToCover = 20;

    private struct Candidate
    {
        public ulong Low;
        public ulong High;
        public int Weight;
        public short Similarity;
        public byte Query;
        public byte Listed;
        public byte QueryTokens;
        public byte ListedTokens;
        public byte Letters;
        public PairMethod Method;
        public bool IsTelling;
    }

    /// <summary>Hundredths of a point.</summary>
    public static int Of(in NameSide query, in NameSide listed) => Compare(query, listed, null);

    public static NameComparison Explain(in NameSide query, in NameSide listed)
    {
        var pairs = new List<TokenPair>();
        Compare(query, listed, pairs);
        var rest = new List<UnpairedToken>();
        for (var i = 0; i < query.Tokens.Length; i++)
        {
            if (!pairs.Exists(pair => i >= pair.Query && i < pair.Query + pair.QueryTokens))
                rest.Add(new UnpairedToken(false, i, query.Tokens[i].Weight, query.Tokens[i].IsTelling));
        }
        for (var i = 0; i < listed.Tokens.Length; i++)
        {
            if (!pairs.Exists(pair => i >= pair.Listed && i < pair.Listed + pair.ListedTokens))
                rest.Add(new UnpairedToken(true, i, listed.Tokens[i].Weight, listed.Tokens[i].IsTelling));
        }
        var isCovered = pairs.Count(pair => pair.IsTelling) >= PairsToCover
            && pairs.Sum(pair => pair.IsTelling ? pair.Letters : 0) >= LettersToCover
            && (!rest.Exists(token => token is { IsTelling: true, IsListed: false })
                || !rest.Exists(token => token is { IsTelling: true, IsListed: true }));
        return new NameComparison(pairs, isCovered, rest);
    }

    private static int Compare(in NameSide query, in NameSide listed, List<TokenPair>? pairs)
    {
        Span<Candidate> candidates = stackalloc Candidate[MaxCandidates];
        var count = Gather(query, listed, candidates);
        if (count == 0)
            return 0;
        return Pair(query, listed, candidates[..count], pairs);
    }

    /// <summary>Names of many equal tokens have more; those beyond are the least alike ones that came last.</summary>
    private const int MaxCandidates = 128;

    private static int Gather(in NameSide query, in NameSide listed, Span<Candidate> candidates)
    {
        var count = 0;
        for (var q = 0; q < query.Tokens.Length; q++)
        {
            for (var l = 0; l < listed.Tokens.Length && count + 3 < candidates.Length; l++)
            {
                ref readonly var left = ref query.Tokens[q];
                ref readonly var right = ref listed.Tokens[l];
                var similarity = TokenSimilarity.Of(left, query.TextOf(q), right, listed.TextOf(l), out var method);
                if (similarity > 0)
                    candidates[count++] = Make(query, listed, q, 1, l, 1, similarity, method);
                if (query.CanGlue(q) && right.IsTelling && query.Glued[q] == right.GlueKey)
                    candidates[count++] = Make(query, listed, q, 2, l, 1, TokenSimilarity.Glued, PairMethod.Glued);
                if (listed.CanGlue(l) && left.IsTelling && listed.Glued[l] == left.GlueKey)
                    candidates[count++] = Make(query, listed, q, 1, l, 2, TokenSimilarity.Glued, PairMethod.Glued);
            }
        }
        return count;
    }

    private static Candidate Make(in NameSide query, in NameSide listed, int q, int queryTokens, int l,
        int listedTokens, int similarity, PairMethod method)
    {
        var weight = query.Tokens[q].Weight + listed.Tokens[l].Weight;
        var letters = query.Tokens[q].Length + listed.Tokens[l].Length;
        var left = query.Tokens[q].Text;
        var right = listed.Tokens[l].Text;
        if (queryTokens > 1)
        {
            weight += query.Tokens[q + 1].Weight;
            letters += query.Tokens[q + 1].Length;
            left = query.Glued[q];
        }
        if (listedTokens > 1)
        {
            weight += listed.Tokens[l + 1].Weight;
            letters += listed.Tokens[l + 1].Length;
            right = listed.Glued[l];
        }
        return new Candidate
        {
            Low = Math.Min(left, right),
            High = Math.Max(left, right),
            Weight = weight,
            Similarity = (short)similarity,
            Query = (byte)q,
            Listed = (byte)l,
            QueryTokens = (byte)queryTokens,
            ListedTokens = (byte)listedTokens,
            Letters = (byte)letters,
            Method = method,
            IsTelling = method == PairMethod.Glued
                || (method != PairMethod.Initial && query.Tokens[q].IsTelling && listed.Tokens[l].IsTelling),
        };
    }

    /// <summary>The most alike first, each token once.</summary>
    private static int Pair(
        in NameSide query, in NameSide listed, Span<Candidate> candidates, List<TokenPair>? pairs)
    {
        ulong queryTaken = 0;
        ulong listedTaken = 0;
        long alike = 0;
        var paired = 0;
        var telling = 0;
        var edited = 0;
        var letters = 0;
        while (TakeBest(candidates, queryTaken, listedTaken) is var best and >= 0)
        {
            ref readonly var pair = ref candidates[best];
            queryTaken |= Bits(pair.Query, pair.QueryTokens);
            listedTaken |= Bits(pair.Listed, pair.ListedTokens);
            alike += (long)pair.Similarity * pair.Weight;
            paired += pair.Weight;
            telling += pair.IsTelling ? 1 : 0;
            letters += pair.IsTelling ? pair.Letters : 0;
            edited += pair.IsTelling && pair.Method == PairMethod.Edit ? 1 : 0;
            pairs?.Add(new TokenPair(pair.Query, pair.Listed, pair.Method, pair.Similarity, pair.Weight,
                pair.QueryTokens, pair.ListedTokens, pair.IsTelling, pair.Letters));
        }
        var left = Left(query.Tokens, queryTaken);
        var right = Left(listed.Tokens, listedTaken);
        if (paired == 0 || (telling == 0 && !HasAnchor(query, listed, candidates)))
        {
            pairs?.Clear();
            return 0;
        }
        var rest = left.Weight + right.Weight;
        var isCovered = telling >= PairsToCover && letters >= LettersToCover && (!left.IsTelling || !right.IsTelling);
        var all = (2L * paired) + (isCovered ? rest : 2L * rest);
        return (int)Math.Max(0, (2 * alike / all) - (FurtherEdit * (long)Math.Max(0, edited - 1)));
    }

    /// <summary>
    /// Names without any telling token ("The Company") are compared by what they have, if that is more than initials.
    /// </summary>
    private static bool HasAnchor(in NameSide query, in NameSide listed, ReadOnlySpan<Candidate> candidates)
    {
        foreach (ref readonly var token in query.Tokens)
        {
            if (token.IsTelling)
                return false;
        }
        foreach (ref readonly var token in listed.Tokens)
        {
            if (token.IsTelling)
                return false;
        }
        foreach (ref readonly var candidate in candidates)
        {
            if (candidate.Method != PairMethod.Initial)
                return true;
        }
        return false;
    }

    private static int TakeBest(ReadOnlySpan<Candidate> candidates, ulong queryTaken, ulong listedTaken)
    {
        var best = -1;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            if ((Bits(candidate.Query, candidate.QueryTokens) & queryTaken) == 0
                && (Bits(candidate.Listed, candidate.ListedTokens) & listedTaken) == 0
                && (best < 0 || IsBefore(candidate, candidates[best])))
                best = i;
        }
        return best;
    }

    /// <summary>
    /// Alike, then heavy; ties by the words themselves, whichever side they are on, so that the score is symmetric.
    /// </summary>
    private static bool IsBefore(in Candidate one, in Candidate other)
    {
        if (one.Similarity != other.Similarity)
            return one.Similarity > other.Similarity;
        if (one.Weight != other.Weight)
            return one.Weight > other.Weight;
        if (one.Low != other.Low)
            return one.Low < other.Low;
        return one.High < other.High;
    }

    private static ulong Bits(int first, int count) => (count == 1 ? 1UL : 3UL) << first;

    private static (int Weight, bool IsTelling) Left(ReadOnlySpan<TokenTraits> tokens, ulong taken)
    {
        var weight = 0;
        var isTelling = false;
        for (var i = 0; i < tokens.Length; i++)
        {
            if ((taken & (1UL << i)) != 0)
                continue;
            weight += tokens[i].Weight;
            isTelling |= tokens[i].IsTelling;
        }
        return (weight, isTelling);
    }
}
