namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Korean syllables, taken apart by their code point (Unicode Standard, section 3.12) and written as lists write
/// Korean names: McCune-Reischauer without marks. A word of up to three syllables with no other beside it is a surname
/// and a given name; longer words are foreign names. The two syllables of a given name are words of their own, as most
/// lists write them; where one has them as one word, both are found by that.
/// </summary>
internal static class Hangul
{
    private const char FirstSyllable = '\uAC00';
    private const char LastSyllable = '\uD7A3';
    private const int Vowels = 21;
    private const int Finals = 28;
    private const int MostLettersPerSyllable = 8;
    private const int NameSyllables = 3;
    private const int EuVowel = 18;
    private const int RInitial = 5;

    private static readonly string[] Initial =
        ["K", "KK", "N", "T", "TT", "R", "M", "P", "PP", "S", "SS", "", "J", "JJ", "CH", "K", "T", "P", "H"];

    /// <summary>The same in foreign names, whose voiced sounds are told apart.</summary>
    private static readonly string[] Foreign =
        ["G", "KK", "N", "D", "TT", "R", "M", "B", "PP", "S", "SS", "", "J", "JJ", "CH", "K", "T", "P", "H"];

    private static readonly string[] Vowel =
        ["A", "AE", "YA", "YAE", "O", "E", "YO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WO", "WE", "WI", "YU", "U",
         "UI", "I"];

    private static readonly string[] Final =
        ["", "K", "K", "K", "N", "N", "N", "T", "L", "K", "M", "L", "L", "L", "P", "L", "M", "P", "P", "T", "T", "NG",
         "T", "T", "K", "T", "P", "T"];

    /// <summary>Surnames that are written otherwise than they are read.</summary>
    private static readonly Dictionary<char, string> Surnames = new()
    {
        ['이'] = "LEE", ['리'] = "RI", ['박'] = "PAK", ['최'] = "CHOE", ['임'] = "RIM", ['유'] = "RYU", ['노'] = "RO",
    };

    public static bool IsHangul(char letter) => letter is >= FirstSyllable and <= LastSyllable;

    public static void Read(ReadOnlySpan<char> word, NameTokens into, bool isWhole)
    {
        Span<char> text = stackalloc char[MostLettersPerSyllable * word.Length];
        var length = 0;
        var isName = word.Length <= NameSyllables;
        for (var i = 0; i < word.Length; i++)
        {
            if (!IsHangul(word[i]))
            {
                into.AddUnread(word);
                return;
            }
            var isSurname = i == 0 && (word.Length == 1 || (isWhole && isName));
            // What is left of a name is given, with two syllables at most.
            var isGiven = !isSurname && word.Length - i <= 2 && (isWhole ? isName : word.Length == 2);
            if (isSurname && Surnames.TryGetValue(word[i], out var surname))
            {
                surname.CopyTo(text);
                length = surname.Length;
            }
            else
            {
                length = Write(word[i] - FirstSyllable, text, length, isName);
            }
            if (!isSurname && !isGiven)
                continue;
            length = Lengthen(text, length);
            into.Add(text[..length], NameScript.Transliterated);
            length = 0;
        }
        into.Add(text[..length], NameScript.Transliterated);
    }

    /// <summary>A syllable that is only a vowel is written with more letters: one alone would be an initial.</summary>
    private static int Lengthen(Span<char> text, int length)
    {
        var longer = length != 1 ? "" : text[0] switch
        {
            'U' => "WOO",
            'I' => "YI",
            'O' => "OH",
            'A' => "AH",
            _ => "",
        };
        longer.CopyTo(text);
        return Math.Max(length, longer.Length);
    }

    /// <returns>How long the text is now.</returns>
    private static int Write(int syllable, Span<char> text, int length, bool isName)
    {
        var initial = syllable / (Vowels * Finals);
        var vowel = syllable / Finals % Vowels;
        var final = syllable % Finals;
        // The vowel that foreign consonants are given so that they can be written at all.
        var isFiller = !isName && vowel == EuVowel;
        // Two of them in a row are an L.
        var isDouble = initial == RInitial && length > 0 && text[length - 1] == 'L';
        foreach (var part in (ReadOnlySpan<string>)
            [isDouble ? "" : (isName ? Initial : Foreign)[initial], isFiller ? "" : Vowel[vowel], Final[final]])
        {
            part.CopyTo(text[length..]);
            length += part.Length;
        }
        return length;
    }
}
