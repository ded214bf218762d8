namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Letters of two scripts that look alike. A word that mixes scripts is written in the one that all its letters can
/// be read in: "РUTIN" with a Cyrillic first letter is Latin, "ПYTИH" with Latin ones is Cyrillic.
/// Source: Unicode Technical Standard 39, confusables, upper case.
/// </summary>
internal static class Homoglyphs
{
    private const string Latin = "ABCEHIJKMOPSTXYABEZHIKMNOPTYX";
    private const string Other = "АВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ";
    private const int CyrillicCount = 15;

    public static void Resolve(Span<char> word)
    {
        var latin = 0;
        var others = 0;
        var alikeOthers = 0;
        var alikeLatin = 0;
        foreach (var letter in word)
        {
            if (char.IsAsciiLetter(letter))
            {
                latin++;
                if (Latin.AsSpan(0, CyrillicCount).Contains(letter))
                    alikeLatin++;
            }
            else if (letter is >= '\u0370' and <= '\u052F')
            {
                others++;
                if (Other.Contains(letter))
                    alikeOthers++;
            }
        }
        if (latin == 0 || others == 0)
            return;
        if (alikeOthers == others)
            Rewrite(word, Other, Latin);
        else if (alikeLatin == latin)
            Rewrite(word, Latin.AsSpan(0, CyrillicCount), Other.AsSpan(0, CyrillicCount));
    }

    private static void Rewrite(Span<char> word, ReadOnlySpan<char> from, ReadOnlySpan<char> to)
    {
        for (var i = 0; i < word.Length; i++)
        {
            var at = from.IndexOf(word[i]);
            if (at >= 0)
                word[i] = to[at];
        }
    }
}
