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

    /// <summary>Letters of a romanisation and what they are folded to; the longest that fits is taken.</summary>
    private static readonly (string From, string To)[] Rules =
    [
        ("SHTSH", "X"), ("SCHTSCH", "X"), ("SHCH", "X"), ("TSCH", "C"), ("DSCH", "J"), ("SCH", "X"), ("TCH", "C"),
        ("DZH", "J"), ("CHR", "KR"), ("SH", "X"), ("SZ", "X"), ("CH", "C"), ("CZ", "C"), ("KH", "H"), ("GH", "G"),
        ("PH", "F"), ("TH", "T"), ("DH", "D"), ("ZH", "J"), ("DJ", "J"), ("TS", "Z"), ("TZ", "Z"), ("CK", "K"),
        ("OU", "U"), ("OE", "U"), ("OO", "U"), ("EE", "I"), ("IE", "I"), ("YE", "I"), ("EI", "I"), ("EY", "I"),
        ("AI", "E"),
        ("AY", "E"), ("IJ", "I"), ("IY", "I"), ("YI", "I"), ("YA", "IA"), ("YU", "IU"), ("YO", "IU"), ("QU", "K"),
        ("X", "KS"), ("Y", "I"), ("E", "I"), ("O", "U"), ("W", "V"), ("Q", "K"), ("C", "K"),
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

    /// <summary>Writes the folded word; at most twice as long as the word.</summary>
    public static int Fold(ReadOnlySpan<char> word, Span<char> folded)
    {
        var text = Ending(word, out var isPatronymic);
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
        if (length > 3 && folded[length - 1] == 'H')
            length--;
        return length;
    }

    /// <summary>
    /// The consonants of a folded word, with those in one class that the scripts without vowels do not tell apart.
    /// </summary>
    public static (ulong Hash, int Length) Skeleton(ReadOnlySpan<char> folded)
    {
        var hash = Offset;
        var length = 0;
        var last = '\0';
        for (var i = 0; i < folded.Length; i++)
        {
            var letter = folded[i] switch
            {
                'A' or 'E' or 'I' or 'O' or 'U' => '\0',
                'P' => 'B',
                'V' => 'F',
                'J' => 'G',
                'H' when i > 0 => '\0',
                var other => other,
            };
            if (letter == '\0' || letter == last)
                continue;
            hash = (hash ^ letter) * Prime;
            last = letter;
            length++;
        }
        return (hash, length);
    }

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
