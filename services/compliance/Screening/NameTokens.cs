namespace FinCode.Compliance.Screening;

/// <summary>What a token is for in a name; all but words and numbers say next to nothing about who is meant.</summary>
internal enum TokenClass : byte
{
    Word,
    Initial,
    Particle,
    LegalForm,
    Honorific,
}

/// <summary>How a token was written.</summary>
internal enum NameScript : byte
{
    Latin,

    /// <summary>Another script that writes its vowels.</summary>
    Transliterated,

    /// <summary>A script that leaves vowels out or writes syllables: only consonants can be relied on.</summary>
    VowelPoor,
}

/// <summary>A token with everything that it is compared by.</summary>
internal struct TokenTraits
{
    public ulong Text;
    public ulong Fold;
    public ulong Skeleton;

    /// <summary>
    /// What two words written as one are found by: the family of that, its sound, or its very letters where there are
    /// few.
    /// </summary>
    public ulong GlueKey;

    public int Start;
    public int Weight;
    public short Family;
    public byte Length;
    public byte SkeletonLength;
    public TokenClass Class;
    public NameScript Script;
    public char First;

    public readonly bool IsTelling => Class == TokenClass.Word;

    /// <summary>What its rarity is counted by: spellings of one name are one name.</summary>
    public readonly ulong RarityKey => Family != 0 ? (ulong)(ushort)Family : Fold;
}

/// <summary>
/// A name as it is compared: tokens of A to Z and digits, in the order they were written. Reusable, so that screening
/// allocates nothing for a name; not for several threads.
/// </summary>
internal sealed class NameTokens
{
    /// <summary>Names with more tokens are no names of people or companies.</summary>
    public const int MaxTokens = 64;

    public const int MaxTokenLength = 64;

    private readonly char[] _letters = new char[MaxTokens * (MaxTokenLength + 1)];
    private readonly TokenTraits[] _tokens = new TokenTraits[MaxTokens];
    private readonly ulong[] _glued = new ulong[MaxTokens];
    private int _end;
    private ulong _dotted;

    public int Count { get; private set; }

    /// <summary>
    /// False when the name has letters of a script that is not read, no letter at all, or more than is compared: the
    /// lists cannot clear such a name, so a person has to look.
    /// </summary>
    public bool IsComparable { get; set; }

    public Span<TokenTraits> Tokens => _tokens.AsSpan(0, Count);

    /// <summary>For each token what it and the next one are found by as one word; 0 for the last.</summary>
    public Span<ulong> Glued => _glued.AsSpan(0, Count);

    public ReadOnlySpan<char> TextOf(int token) => _letters.AsSpan(_tokens[token].Start, _tokens[token].Length);

    public ReadOnlySpan<char> Letters => _letters;

    public void Clear()
    {
        Count = 0;
        _end = 0;
        _dotted = 0;
        IsComparable = true;
    }

    /// <summary>Says that nothing but a full stop stands before the token that comes next.</summary>
    public void DotBeforeNext()
    {
        if (Count < MaxTokens)
            _dotted |= 1UL << Count;
    }

    public bool IsDotted(int token) => (_dotted & (1UL << token)) != 0;

    /// <summary>Adds a token; what does not fit makes the name one that cannot be compared.</summary>
    public void Add(ReadOnlySpan<char> text, NameScript script)
    {
        if (text.IsEmpty)
            return;
        if (Count == MaxTokens || text.Length > MaxTokenLength || _end + text.Length > _letters.Length)
        {
            IsComparable = false;
            return;
        }
        text.CopyTo(_letters.AsSpan(_end));
        _tokens[Count] = new TokenTraits { Start = _end, Length = (byte)text.Length, Script = script };
        _glued[Count] = 0;
        _end += text.Length;
        Count++;
    }

    /// <summary>
    /// A word whose letters are not read: it can only be found as it is written, so the name is no longer comparable.
    /// </summary>
    public void AddUnread(ReadOnlySpan<char> word)
    {
        Span<char> text = stackalloc char[17];
        text[0] = 'X';
        SpellingFold.HashOf(word).TryFormat(text[1..], out _, "X16", System.Globalization.CultureInfo.InvariantCulture);
        Add(text, NameScript.Transliterated);
        IsComparable = false;
    }

    /// <summary>Puts another text in place of so many tokens.</summary>
    public void Replace(int first, int count, ReadOnlySpan<char> text)
    {
        var script = _tokens[first].Script;
        if (_end + text.Length > _letters.Length)
        {
            IsComparable = false;
            return;
        }
        text.CopyTo(_letters.AsSpan(_end));
        _tokens[first] = new TokenTraits { Start = _end, Length = (byte)text.Length, Script = script };
        _end += text.Length;
        _tokens.AsSpan(first + count, Count - first - count).CopyTo(_tokens.AsSpan(first + 1));
        var below = (1UL << (first + 1)) - 1;
        _dotted = (_dotted & below) | ((_dotted >> (count - 1)) & ~below);
        Count -= count - 1;
    }

    /// <summary>The tokens as texts, for explanations.</summary>
    public string[] ToTexts()
    {
        var texts = new string[Count];
        for (var i = 0; i < Count; i++)
            texts[i] = TextOf(i).ToString();
        return texts;
    }
}
