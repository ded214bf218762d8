namespace FinCode.Compliance.Screening;

/// <summary>
/// Every distinct token of the listed names, and the ways to find those that count as the same as a given one without
/// comparing with all: by text, by family, by fold, by skeleton, and by what two words have in common once a few
/// letters are left out of each. A word within n edits of another shares such a remainder with it after at most n
/// deletions from either (T. Bocek et al., "Fast similarity search in large dictionaries", 2007). What is proposed
/// is compared for real, so a collision of hashes changes nothing.
/// </summary>
internal sealed class TokenDictionary
{
    private readonly TokenTraits[] _tokens;
    private readonly char[] _letters;
    private readonly KeyTable _byText;
    private readonly KeyTable _byFamily;
    private readonly KeyTable _byFold;
    private readonly KeyTable _bySkeleton;
    private readonly KeyTable _byRemainder;
    private readonly KeyTable _byGlueKey;

    public TokenDictionary(TokenTraits[] tokens, char[] letters)
    {
        _tokens = tokens;
        _letters = letters;
        var text = new KeyTableBuilder(tokens.Length);
        var glue = new KeyTableBuilder(tokens.Length);
        var family = new KeyTableBuilder(tokens.Length / 8);
        var fold = new KeyTableBuilder(tokens.Length);
        var skeleton = new KeyTableBuilder(tokens.Length);
        var remainder = new KeyTableBuilder(tokens.Length * 24);
        for (var i = 0; i < tokens.Length; i++)
        {
            ref readonly var token = ref tokens[i];
            text.Add(token.Text, i);
            fold.Add(token.Fold, i);
            glue.Add(token.GlueKey, i);
            if (token.Family != 0)
                family.Add((ulong)token.Family, i);
            if (token.SkeletonLength > 1)
                skeleton.Add(token.Skeleton, i);
            if (token.IsTelling && token.Length + 1 >= MinEditLength)
                AddRemainders(TextOf(i), i, remainder);
        }
        _byText = text.Build();
        _byGlueKey = glue.Build();
        _byFamily = family.Build();
        _byFold = fold.Build();
        _bySkeleton = skeleton.Build();
        _byRemainder = remainder.Build();
    }

    /// <summary>The longer of two words that are edits of each other has at least so many letters.</summary>
    private const int MinEditLength = 5;

    public int Count => _tokens.Length;

    public ReadOnlySpan<char> Letters => _letters;

    public ref readonly TokenTraits this[int token] => ref _tokens[token];

    public ReadOnlySpan<char> TextOf(int token) => _letters.AsSpan(_tokens[token].Start, _tokens[token].Length);

    /// <summary>Tokens that two words with this key may be written as.</summary>
    public KeyTable.Matches Glued(ulong key) => _byGlueKey.Of(key);

    /// <summary>Adds to the set the number of every token that counts as the same; others may be among them.</summary>
    public void Propose(in TokenTraits token, ReadOnlySpan<char> text, ref TokenSet found)
    {
        found.AddAll(_byText.Of(token.Text));
        found.AddAll(_byFold.Of(token.Fold));
        if (token.Family != 0)
            found.AddAll(_byFamily.Of((ulong)token.Family));
        if (token.SkeletonLength > 1)
        {
            foreach (var other in _bySkeleton.Of(token.Skeleton))
            {
                // Where both write their vowels, consonants alone make no match.
                if (token.Script == NameScript.VowelPoor || _tokens[other].Script == NameScript.VowelPoor)
                    found.Add(other);
            }
        }
        if (!token.IsTelling || text.Length + 1 < MinEditLength)
            return;
        var edits = TokenSimilarity.AllowedEdits(text.Length);
        found.AddAll(_byRemainder.Of(Hash(text, -1, -1)));
        for (var first = 0; edits > 0 && first < text.Length; first++)
        {
            found.AddAll(_byRemainder.Of(Hash(text, first, -1)));
            for (var second = first + 1; edits > 1 && second < text.Length; second++)
                found.AddAll(_byRemainder.Of(Hash(text, first, second)));
        }
    }

    private static void AddRemainders(ReadOnlySpan<char> text, int token, KeyTableBuilder remainders)
    {
        var edits = TokenSimilarity.AllowedEdits(text.Length);
        remainders.Add(Hash(text, -1, -1), token);
        for (var first = 0; edits > 0 && first < text.Length; first++)
        {
            // Leaving out either of two equal neighbours leaves the same.
            if (first > 0 && text[first] == text[first - 1])
                continue;
            remainders.Add(Hash(text, first, -1), token);
            for (var second = first + 1; edits > 1 && second < text.Length; second++)
                remainders.Add(Hash(text, first, second), token);
        }
    }

    private static ulong Hash(ReadOnlySpan<char> text, int skip, int alsoSkip)
    {
        var hash = 14695981039346656037UL;
        for (var i = 0; i < text.Length; i++)
        {
            if (i != skip && i != alsoSkip)
                hash = (hash ^ text[i]) * 1099511628211;
        }
        return hash;
    }
}

/// <summary>Token numbers, each once; emptied without touching its memory.</summary>
internal struct TokenSet(int tokens)
{
    private readonly int[] _marks = new int[tokens];
    private readonly int[] _members = new int[tokens];
    private int _round = 1;
    private int _count;

    public readonly ReadOnlySpan<int> Members => _members.AsSpan(0, _count);

    public void Clear()
    {
        _count = 0;
        if (++_round == int.MaxValue)
        {
            Array.Clear(_marks);
            _round = 1;
        }
    }

    public void Add(int token)
    {
        if (_marks[token] == _round)
            return;
        _marks[token] = _round;
        _members[_count++] = token;
    }

    public void AddAll(KeyTable.Matches matches)
    {
        foreach (var token in matches)
            Add(token);
    }
}
