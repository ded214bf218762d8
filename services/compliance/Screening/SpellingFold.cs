using FinCode.Compliance.Screening.Scripts;

namespace FinCode.Compliance.Screening;

/// <summary>
/// One key for the spellings that different romanisations give one name: KH and H, SH and SCH, OU and U, Y and I, W and
/// V, doubled letters, OFF and OV. What is left of the key without its vowels is the skeleton, by which scripts that do
/// not write vowels are compared. Keys are 64-bit hashes (FNV-1a); words that are neither alike nor equal share one
/// with a chance of 2^-64.
/// </summary>
internal static class SpellingFold
{
    private const ulong Offset = 14695981039346656037;
    private const ulong Prime = 1099511628211;
    private const int GenitiveHead = 3;

    /// <summary>Letters of a romanisation and what they are folded to; the longest that fits is taken.</summary>
    private static readonly (string From, string To)[] Rules =
    [
        ("DJEW", "DIV"), ("DJEV", "DIV"), ("SHTSH", "X"), ("SCHTSCH", "X"), ("SHCH", "X"), ("TSCH", "C"),
        ("DSCH", "J"), ("SCH", "X"), ("TCH", "C"), ("DZH", "J"), ("CHR", "KR"), ("FYO", "FI"), ("TYO", "TI"),
        ("SH", "X"), ("SZ", "X"), ("CH", "C"), ("CZ", "C"), ("KH", "H"), ("GH", "G"), ("PH", "F"), ("TH", "T"),
        ("DH", "D"), ("ZH", "J"), ("DJ", "J"), ("TS", "Z"), ("TZ", "Z"), ("CK", "K"), ("OU", "U"), ("OE", "U"),
        ("OO", "U"), ("EE", "I"), ("IE", "I"), ("YE", "I"), ("EI", "I"), ("EY", "I"), ("AI", "E"), ("AY", "E"),
        ("GUE", "GI"), ("GUI", "GI"), ("IJ", "I"), ("IY", "I"), ("YJ", "I"), ("YI", "I"), ("YOV", "IV"),
        ("JEW", "IV"), ("JEV", "IV"), ("YA", "IA"), ("YU", "IU"), ("YO", "IU"), ("QU", "K"), ("X", "KS"), ("Y", "I"),
        ("E", "I"), ("O", "U"), ("W", "V"), ("Q", "K"), ("C", "K"),
    ];

    private static readonly (string From, string To)[][] RulesByLetter =
        [.. Enumerable.Range('A', 26).Select(letter => Rules.Where(rule => rule.From[0] == letter).ToArray())];

    public static ulong HashOf(ReadOnlySpan<char> text)
    {
        var hash = Offset;
        foreach (var letter in text)
            hash = (hash ^ letter) * Prime;
        return hash;
    }

    public static ulong FoldOf(ReadOnlySpan<char> word)
    {
        Span<char> folded = stackalloc char[2 * NameTokens.MaxTokenLength];
        return HashOf(folded[..Fold(word, folded)]);
    }

    /// <summary>Writes the folded word; at most twice as long as the word.</summary>
    public static int Fold(ReadOnlySpan<char> word, Span<char> folded)
    {
        var hasDigit = word.Length > 0 && (char.IsAsciiDigit(word[0]) || char.IsAsciiDigit(word[^1]));
        Span<char> letters = hasDigit ? stackalloc char[2 * NameTokens.MaxTokenLength] : [];
        var text = Ending(DisguisedLetters.AtEnds(word, letters), out var isPatronymic);
        var (head, genitive) = Genitive(text);
        if (head > 0)
            text = text[..head];
        var length = 0;
        var position = Servant(text);
        if (position > 0)
        {
            "ABDUL".CopyTo(folded);
            length = 5;
        }
        while (position < text.Length)
        {
            var rule = Find(text[position..]);
            var to = rule.To is null ? text.Slice(position, 1) : rule.To;
            foreach (var letter in to)
            {
                if (length == 0 || folded[length - 1] != letter || char.IsAsciiDigit(letter))
                    folded[length++] = letter;
            }
            position += rule.To is null ? 1 : rule.From.Length;
        }
        if (isPatronymic)
            folded[length++] = 'V';
        genitive.CopyTo(folded[length..]);
        length += genitive.Length;
        if (length > 3 && folded[length - 1] == 'H')
            length--;
        return length;
    }

    /// <summary>
    /// The consonants of a word, with those in one class that the scripts without vowels do not tell apart. A W inside
    /// a word is written there as a vowel is.
    /// </summary>
    /// <param name="folded">The word as it is folded.</param>
    public static (ulong Hash, int Length) Skeleton(ReadOnlySpan<char> word, scoped ReadOnlySpan<char> folded)
    {
        Span<char> soft = stackalloc char[2 * NameTokens.MaxTokenLength];
        if (word.LastIndexOf('W') > 0)
            folded = soft[..FoldSoftly(word, soft)];
        var hash = Offset;
        var length = 0;
        var last = '\0';
        for (var i = 0; i < folded.Length; i++)
        {
            var letter = i == 0 && folded[i] == 'H' ? 'H' : Consonant(folded[i]);
            if (letter == '\0' || letter == last)
                continue;
            hash = (hash ^ letter) * Prime;
            last = letter;
            length++;
        }
        return (hash, length);
    }

    /// <summary>
    /// Whether two words of one skeleton differ only by vowels that the first does not write: each that it does write
    /// has its place in the second, and the second does not end with one that is missing.
    /// </summary>
    public static bool LacksVowelsOf(ReadOnlySpan<char> word, ReadOnlySpan<char> full)
    {
        Span<char> one = stackalloc char[2 * NameTokens.MaxTokenLength];
        Span<char> other = stackalloc char[2 * NameTokens.MaxTokenLength];
        one = one[..FoldSoftly(word, one)];
        other = other[..FoldSoftly(full, other)];
        var at = 0;
        for (var i = 0; i < other.Length; i++)
        {
            if (at < one.Length && (one[at] == other[i] || Consonant(one[at]) == Consonant(other[i])))
                at++;
            else if (i == other.Length - 1 || Consonant(other[i]) != '\0')
                return false;
        }
        return at == one.Length;
    }

    /// <summary>Folds a word with each W inside it as a vowel.</summary>
    private static int FoldSoftly(ReadOnlySpan<char> word, Span<char> folded)
    {
        Span<char> softened = stackalloc char[NameTokens.MaxTokenLength];
        word.CopyTo(softened);
        softened[1..word.Length].Replace('W', 'U');
        return Fold(softened[..word.Length], folded);
    }

    /// <summary>The class of a folded letter; none for vowels and H.</summary>
    private static char Consonant(char letter) => letter switch
    {
        'A' or 'E' or 'I' or 'O' or 'U' or 'H' => '\0',
        'P' => 'B',
        'V' => 'F',
        'J' => 'G',
        _ => letter,
    };

    /// <summary>Endings by which one name is written differently.</summary>
    private static ReadOnlySpan<char> Ending(ReadOnlySpan<char> word, out bool isPatronymic)
    {
        isPatronymic = word.Length > 4 && (word.EndsWith("OFF") || word.EndsWith("EFF"));
        if (isPatronymic)
            return word[..^2];
        return word.Length > 5 && word[^1] == 'E' && !IsVowel(word[^2]) ? word[..^1] : word;
    }

    /// <summary>
    /// How much of a word is "servant of the", whose article is written with any vowel and takes on the sound that
    /// follows: Abdelkader, Abdulkadir, Abdurrahman, Abderrahmane.
    /// </summary>
    private static int Servant(ReadOnlySpan<char> word)
    {
        if (word.Length < 7 || !word.StartsWith("ABD") || !IsVowel(word[3]))
            return 0;
        var article = IsVowel(word[4]) ? 5 : 4;
        if (word[article] == 'L')
            return article + 1;
        return article + 1 < word.Length && word[article] == word[article + 1] ? article + 1 : 0;
    }

    /// <summary>
    /// How many letters stand before "of the faith" or "of God", whose article is written with any vowel and takes on
    /// the sound that follows: Salahuddin, Salaheddine, Salahaldin; Asadullah, Asadallah. 0 when it is no such name.
    /// </summary>
    private static (int Head, string Ending) Genitive(ReadOnlySpan<char> word)
    {
        var (end, ending) = word switch
        {
            [.., 'D', 'I' or 'Y', 'N'] => (word.Length - 3, "UDIN"),
            [.., 'D', 'E', 'E', 'N'] or [.., 'D', 'I', 'E', 'N'] => (word.Length - 4, "UDIN"),
            [.., 'L', 'L', 'A', 'H'] => (word.Length - 4, "ULA"),
            _ => (0, ""),
        };
        if (end > 0 && ending == "UDIN" && word[end - 1] is 'D' or 'L')
            end--;
        if (end == 0 || !IsVowel(word[end - 1]))
            return (0, "");
        end -= word[..end] is [.., 'O', 'U'] ? 2 : 1;
        return end >= GenitiveHead ? (end, ending) : (0, "");
    }

    private static (string From, string To) Find(ReadOnlySpan<char> text)
    {
        if (char.IsAsciiLetterUpper(text[0]))
        {
            foreach (var rule in RulesByLetter[text[0] - 'A'])
            {
                if (text.StartsWith(rule.From))
                    return rule;
            }
        }
        return default;
    }

    private static bool IsVowel(char letter) => letter is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y';
}
