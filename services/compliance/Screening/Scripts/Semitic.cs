using System.Collections.Frozen;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Arabic, Persian, Urdu and Hebrew: consonants, and those vowels that are written. Sources: BGN/PCGN romanisations of
/// Arabic, Persian and Hebrew, without marks.
/// </summary>
internal static class Semitic
{
    private const char Alef = 'ا';
    private const char Lam = 'ل';
    private const int MostLettersPerLetter = 2;

    private static readonly FrozenDictionary<char, string> Arabic = Parse("""
        ا=A أ=A إ=I آ=A ٱ=A ء= ؤ=U ئ=I ب=B ت=T ث=TH ج=J ح=H خ=KH د=D ذ=DH ر=R ز=Z س=S ش=SH ص=S ض=D ط=T ظ=Z ع=A غ=GH
        ف=F ق=Q ك=K ل=L م=M ن=N ه=H و=U ي=I ى=A ة=A پ=P چ=CH ژ=ZH گ=G ک=K ی=I ٹ=T ڈ=D ڑ=R ں=N ے=E ھ=H ہ=H ۀ=A ۆ=O ێ=E
        ڕ=R ڵ=L ۇ=U ې=E ۋ=V ٸ=I ە=A
        """);

    private static readonly FrozenDictionary<char, string> Hebrew = Parse("""
        א=A ב=B ג=G ד=D ה=H ו=U ז=Z ח=H ט=T י=I כ=K ך=KH ל=L מ=M ם=M נ=N ן=N ס=S ע=A פ=P ף=F צ=TZ ץ=TZ ק=K ר=R ש=SH ת=T
        """);

    public static bool IsArabic(char letter) =>
        letter is (>= '\u0600' and <= '\u06FF') or (>= '\u0750' and <= '\u077F');

    public static bool IsHebrew(char letter) => letter is >= '\u05D0' and <= '\u05EA';

    public static void ReadArabic(ReadOnlySpan<char> word, NameTokens into)
    {
        ReadOnlySpan<char> servant = "عبد";
        ReadOnlySpan<char> article = "ال";
        // The name of God has no article; after another word it is mostly one with that in Latin letters.
        if (word is "الله")
        {
            into.Add("ALLH", NameScript.VowelPoor);
            return;
        }
        if (word.StartsWith(servant) && word.Length > 6 && word[3..].StartsWith(article))
        {
            // The servant of ..., written as one word; the one of God is a name of its own, and shorter than this.
            if (word[5..] is not "له")
            {
                into.Add("ABDUL", NameScript.VowelPoor);
                Write(word[5..], Arabic, into);
                return;
            }
        }
        else if (word.Length > 3 && word[0] == Alef && word[1] == Lam)
        {
            into.Add("AL", NameScript.Transliterated);
            word = word[2..];
        }
        Write(word, Arabic, into);
    }

    public static void ReadHebrew(ReadOnlySpan<char> word, NameTokens into) => Write(word, Hebrew, into);

    private static void Write(ReadOnlySpan<char> word, FrozenDictionary<char, string> letters, NameTokens into)
    {
        Span<char> text = stackalloc char[MostLettersPerLetter * word.Length];
        var length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (i + 1 < word.Length && word[i] == 'ت' && word[i + 1] == 'ش')
            {
                // Arabic has no letter for this sound.
                "CH".CopyTo(text[length..]);
                length += 2;
                i++;
                continue;
            }
            // Waw is a consonant where a word begins, else mostly a vowel.
            var plain = i == 0 && word[i] is ('و' or 'ו') ? "V" : letters.GetValueOrDefault(word[i]);
            if (plain is null)
            {
                if (!char.IsAscii(word[i]) && !char.IsDigit(word[i]))
                {
                    into.AddUnread(word);
                    return;
                }
                text[length++] = char.IsAscii(word[i]) ? word[i] : Digit(word[i]);
                continue;
            }
            plain.CopyTo(text[length..]);
            length += plain.Length;
        }
        into.Add(text[..length], NameScript.VowelPoor);
    }

    private static char Digit(char digit) =>
        (char)('0' + System.Globalization.CharUnicodeInfo.GetDecimalDigitValue(digit));

    private static FrozenDictionary<char, string> Parse(string table) => table
        .Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split('='))
        .ToFrozenDictionary(pair => pair[0][0], pair => pair[1]);
}
