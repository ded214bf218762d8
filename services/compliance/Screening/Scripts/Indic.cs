using System.Text;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Devanagari, Bengali, Gurmukhi, Gujarati, Odia, Tamil, Telugu, Kannada and Malayalam. Their blocks in Unicode have
/// one layout (that of ISCII), so one table reads them all. A consonant carries the vowel a unless a sign follows.
/// </summary>
internal static class Indic
{
    private const int First = 0x0900;
    private const int Last = 0x0D7F;
    private const int BlockSize = 0x80;
    private const int FirstConsonant = 0x15;
    private const int LastConsonant = 0x39;
    private const int FirstSign = 0x3E;
    private const int Virama = 0x4D;
    private const int Nukta = 0x3C;
    private const int MostLettersPerLetter = 3;

    private static readonly string[] Vowels =
        ["A", "AA", "I", "I", "U", "U", "RI", "LI", "E", "E", "E", "AI", "O", "O", "O", "AU"];

    private static readonly string[] Consonants =
        ["K", "KH", "G", "GH", "N", "CH", "CHH", "J", "JH", "N", "T", "TH", "D", "DH", "N", "T", "TH", "D", "DH", "N",
         "N", "P", "PH", "B", "BH", "M", "Y", "R", "R", "L", "L", "L", "V", "SH", "SH", "S", "H"];

    private static readonly string[] Signs =
        ["A", "I", "I", "U", "U", "RI", "RI", "E", "E", "E", "AI", "O", "O", "O", "AU"];

    public static bool IsIndic(char letter) => letter is >= (char)First and <= (char)Last;

    /// <summary>Vowel signs and the virama are marks, not letters, and yet parts of a word.</summary>
    public static bool IsSign(Rune rune) => rune.Value is (>= First and <= Last) or (>= 0x0E30 and <= 0x0E4E)
        && !Rune.IsPunctuation(rune);

    public static void Read(ReadOnlySpan<char> word, NameTokens into)
    {
        Span<char> text = stackalloc char[MostLettersPerLetter * word.Length];
        var length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (!IsIndic(word[i]))
            {
                into.AddUnread(word);
                return;
            }
            var place = PlaceOf(word[i]);
            var plain = place switch
            {
                0x01 or 0x02 => "N",
                >= 0x05 and <= 0x14 => Vowels[place - 0x05],
                >= FirstConsonant and <= LastConsonant => Consonants[place - FirstConsonant],
                >= FirstSign and < Virama => Signs[place - FirstSign],
                _ => "",
            };
            plain.CopyTo(text[length..]);
            length += plain.Length;
            var isConsonant = place is >= FirstConsonant and <= LastConsonant;
            if (isConsonant && i + 1 < word.Length && CarriesVowel(word[i + 1]))
                text[length++] = 'A';
        }
        into.Add(text[..length], NameScript.VowelPoor);
    }

    private static bool CarriesVowel(char next) => IsIndic(next) && PlaceOf(next) is not (
        (>= FirstSign and <= Virama) or Nukta);

    private static int PlaceOf(char letter) => (letter - First) % BlockSize;
}
