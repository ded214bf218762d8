namespace FinCode.Compliance.Screening.Scripts;

/// <summary>Writes one word of any script that is read in letters A to Z, as one token or several.</summary>
internal static class ScriptReader
{
    private const int MostLettersPerLetter = 5;

    /// <param name="isWhole">The name has no other word: surname and given name may be written together.</param>
    public static void Read(ReadOnlySpan<char> word, NameTokens into, bool isWhole)
    {
        var part = JapanesePart(word);
        if (part < word.Length)
        {
            Read(word[..part], into, isWhole: false);
            Read(word[part..], into, isWhole: false);
            return;
        }
        foreach (var letter in word)
        {
            // A word is read by the first letter that is not Latin.
            if (LatinLetters.IsLatin(letter))
                continue;
            if (Hangul.IsHangul(letter))
                Hangul.Read(word, into, isWhole);
            else if (Han.IsHan(letter))
                Han.Read(word, into, isWhole);
            else if (Semitic.IsArabic(letter))
                Semitic.ReadArabic(word, into);
            else if (Semitic.IsHebrew(letter))
                Semitic.ReadHebrew(word, into);
            else if (Kana.IsKana(letter))
                Kana.Read(word, into);
            else if (Thai.IsThai(letter))
                Thai.Read(word, into);
            else if (Indic.IsIndic(letter))
                Indic.Read(word, into);
            else
                ReadAlphabet(word, into, NameScript.Transliterated);
            return;
        }
        ReadAlphabet(word, into, NameScript.Latin);
    }

    /// <summary>How far a word goes until it changes between characters and syllables, as Japanese words do.</summary>
    private static int JapanesePart(ReadOnlySpan<char> word)
    {
        for (var i = 1; i < word.Length; i++)
        {
            if ((Han.IsHan(word[i - 1]) && Kana.IsKana(word[i])) || (Kana.IsKana(word[i - 1]) && Han.IsHan(word[i])))
                return i;
        }
        return word.Length;
    }

    /// <summary>Latin, Cyrillic, Greek, Armenian and Georgian letters, each by itself or in pairs.</summary>
    private static void ReadAlphabet(ReadOnlySpan<char> word, NameTokens into, NameScript script)
    {
        Span<char> text = stackalloc char[MostLettersPerLetter * word.Length];
        var length = 0;
        for (var i = 0; i < word.Length; i++)
        {
            if (char.IsAscii(word[i]))
            {
                text[length++] = word[i];
                continue;
            }
            var (plain, used) = Alphabets.Of(word[i..]);
            if (plain is null)
            {
                into.AddUnread(word);
                return;
            }
            plain.CopyTo(text[length..]);
            length += plain.Length;
            i += used - 1;
        }
        into.Add(text[..length], script);
    }
}
