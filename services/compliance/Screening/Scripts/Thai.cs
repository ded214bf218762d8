namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Thai by the Royal Thai General System of Transcription, letter by letter. Some vowels are written before the
/// consonant that they follow, others not at all.
/// </summary>
internal static class Thai
{
    private const char FirstConsonant = 'ก';
    private const char LastConsonant = 'ฮ';
    private const char FirstSign = 'ะ';
    private const int MostLettersPerLetter = 5;

    private static readonly string[] Consonants =
        ["K", "KH", "KH", "KH", "KH", "KH", "NG", "CH", "CH", "CH", "S", "CH", "Y", "D", "T", "TH", "TH", "TH", "N",
         "D", "T", "TH", "TH", "TH", "N", "B", "P", "PH", "F", "PH", "F", "PH", "M", "Y", "R", "RUE", "L", "LUE", "W",
         "S", "S", "S", "H", "L", "O", "H"];

    private static readonly string[] Signs = ["A", "A", "A", "AM", "I", "I", "UE", "UE", "U", "U", ""];

    public static bool IsThai(char letter) => letter is >= FirstConsonant and <= '\u0E4E';

    public static void Read(ReadOnlySpan<char> word, NameTokens into)
    {
        Span<char> text = stackalloc char[MostLettersPerLetter * word.Length];
        var length = 0;
        var pending = "";
        foreach (var letter in word)
        {
            if (!IsThai(letter))
            {
                into.AddUnread(word);
                return;
            }
            if (Leading(letter) is { } vowel)
            {
                pending = vowel;
                continue;
            }
            var plain = letter switch
            {
                <= LastConsonant => Consonants[letter - FirstConsonant],
                >= FirstSign and < (char)(FirstSign + 11) => Signs[letter - FirstSign],
                _ => "",
            };
            plain.CopyTo(text[length..]);
            length += plain.Length;
            if (letter > LastConsonant)
                continue;
            pending.CopyTo(text[length..]);
            length += pending.Length;
            pending = "";
        }
        into.Add(text[..length], NameScript.VowelPoor);
    }

    private static string? Leading(char letter) => letter switch
    {
        'เ' => "E",
        'แ' => "AE",
        'โ' => "O",
        'ใ' or 'ไ' => "AI",
        _ => null,
    };
}
