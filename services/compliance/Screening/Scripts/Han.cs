using System.Collections.Frozen;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Chinese characters that occur in names, in Hanyu Pinyin without tones, from a table. A name written as one word is
/// a surname and a given name.
/// </summary>
internal static class Han
{
    private const int MostLettersPerCharacter = 6;
    private const int NameCharacters = 4;
    private const char Iteration = '\u3005';

    private static readonly FrozenSet<string> CompoundSurnames =
        new[] { "欧阳", "司马", "诸葛", "上官", "皇甫", "司徒", "东方", "夏侯" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenDictionary<char, string> Readings = ReadTable();

    public static bool IsHan(char letter) => letter is (>= '\u4E00' and <= '\u9FFF') or (>= '\u3400' and <= '\u4DBF')
        or Iteration;

    public static void Read(ReadOnlySpan<char> word, NameTokens into, bool isWhole)
    {
        Span<char> text = stackalloc char[MostLettersPerCharacter * word.Length];
        var length = 0;
        var surname = !isWhole || word.Length is < 2 or > NameCharacters ? 0
            : word.Length > 2 && CompoundSurnames.Contains(word[..2].ToString()) ? 2 : 1;
        for (var i = 0; i < word.Length; i++)
        {
            // The iteration mark stands for the character before it.
            var letter = word[i] == Iteration && i > 0 ? word[i - 1] : word[i];
            if (!Readings.TryGetValue(letter, out var plain))
            {
                into.AddUnread(word);
                return;
            }
            plain.CopyTo(text[length..]);
            length += plain.Length;
            if (i + 1 != surname)
                continue;
            into.Add(text[..length], NameScript.Transliterated);
            length = 0;
        }
        into.Add(text[..length], NameScript.Transliterated);
    }

    private static FrozenDictionary<char, string> ReadTable()
    {
        var readings = new Dictionary<char, string>();
        foreach (var line in WordFile.Lines("han.txt"))
        {
            var parts = line.Split(' ', 2);
            foreach (var letter in parts[1])
                readings.TryAdd(letter, parts[0]);
        }
        return readings.ToFrozenDictionary();
    }
}
