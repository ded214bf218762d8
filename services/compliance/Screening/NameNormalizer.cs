using System.Globalization;
using System.Text;
using FinCode.Compliance.Screening.Scripts;

namespace FinCode.Compliance.Screening;

/// <summary>
/// Reads a name into <see cref="NameTokens"/>: case, accents, punctuation and the script make no difference after this.
/// </summary>
internal static class NameNormalizer
{
    private const int MaxWord = 128;
    private const int GluedByFold = 8;
    private const int AcronymLetters = 3;

    /// <summary>
    /// So many single letters and no word are a name taken apart, which could hide any: a person has to look.
    /// </summary>
    private const int TakenApartLetters = 3;

    public static NameTokens Normalize(string name)
    {
        var tokens = new NameTokens();
        Read(name, tokens);
        return tokens;
    }

    public static void Read(ReadOnlySpan<char> name, NameTokens into)
    {
        into.Clear();
        // Whether a word is the whole name is known at its end, so nothing may follow but that.
        while (name.Length > 0 && (char.IsWhiteSpace(name[^1]) || char.IsPunctuation(name[^1])))
            name = name[..^1];
        name = PresentationForms.Spread(name);
        Span<char> word = stackalloc char[MaxWord];
        var length = 0;
        var isDotted = false;
        var behind = 0;
        foreach (var written in name.EnumerateRunes())
        {
            behind += written.Utf16SequenceLength;
            var rune = PlainLetters.Of(written);
            if (IsMark(rune))
                continue;
            if (DisguisedLetters.OfSign(rune, word[..length], name[behind..]) is { } disguised)
                rune = new Rune(disguised);
            if (isDotted && Rune.IsLetter(rune))
                into.DotBeforeNext();
            isDotted = rune.Value == '.' && length == 1;
            if (!Rune.IsLetterOrDigit(rune) && !Indic.IsSign(rune))
            {
                Flush(word[..length], into, isWhole: false);
                length = 0;
            }
            else if (!rune.IsBmp || length == MaxWord)
            {
                into.IsComparable = false;
            }
            else
            {
                word[length++] = (char)rune.Value;
            }
        }
        Flush(word[..length], into, isWhole: into.Count == 0);
        Finish(into);
    }

    /// <param name="isWhole">The name has no other word.</param>
    private static void Flush(Span<char> word, NameTokens into, bool isWhole)
    {
        if (word.IsEmpty)
            return;
        Homoglyphs.Resolve(word);
        foreach (ref var letter in word)
            letter = char.ToUpperInvariant(letter);
        DisguisedLetters.PutBack(word);
        ScriptReader.Read(word, into, isWhole);
    }

    /// <summary>What is known about the words, and what they are compared by.</summary>
    private static void Finish(NameTokens into)
    {
        JoinLetters(into, isDotted: true);
        JoinLetters(into, isDotted: false);
        JoinArticles(into);
        Span<char> folded = stackalloc char[4 * NameTokens.MaxTokenLength];
        Span<char> pair = stackalloc char[2 * NameTokens.MaxTokenLength];
        var tokens = into.Tokens;
        var letters = false;
        var (initials, hasWord) = (0, false);
        for (var i = 0; i < tokens.Length; i++)
        {
            ref var token = ref tokens[i];
            var text = into.TextOf(i);
            var length = SpellingFold.Fold(text, folded);
            token.Fold = SpellingFold.HashOf(folded[..length]);
            var known = FamilyOf(text, token.Fold);
            if (known == default)
                known = NameVocabulary.NearlyTrivial(text);
            token.Class = known.Class == TokenClass.Word && IsLetter(text) ? TokenClass.Initial : known.Class;
            token.Family = known.Family;
            initials += token.Class == TokenClass.Initial ? 1 : 0;
            hasWord |= token.Class == TokenClass.Word;
            token.First = text[0];
            token.Text = SpellingFold.HashOf(text);
            (token.Skeleton, var consonants) = SpellingFold.Skeleton(text, folded[..length]);
            token.SkeletonLength = (byte)consonants;
            token.GlueKey = GlueKeyOf(token.Class == TokenClass.Word ? known.Family : (short)0, text, token.Fold);
            letters |= text.ContainsAnyInRange('A', 'Z');
            if (i + 1 == tokens.Length)
                continue;
            text.CopyTo(pair);
            into.TextOf(i + 1).CopyTo(pair[text.Length..]);
            var both = pair[..(text.Length + tokens[i + 1].Length)];
            var sound = SpellingFold.HashOf(folded[..SpellingFold.Fold(both, folded)]);
            var family = FamilyOf(both, sound);
            into.Glued[i] = GlueKeyOf(family.Class == TokenClass.Word ? family.Family : (short)0, both, sound);
        }
        into.IsComparable &= letters && (hasWord || initials < TakenApartLetters);
    }

    /// <summary>
    /// By family, else by the sound, or by the very letters where there are few or a number is among them.
    /// </summary>
    private static ulong GlueKeyOf(short family, ReadOnlySpan<char> text, ulong fold)
    {
        if (family != 0)
            return ulong.MaxValue - (ushort)family;
        return text.Length >= GluedByFold && !text.ContainsAnyInRange('0', '9') ? fold : SpellingFold.HashOf(text);
    }

    private static NameVocabulary.Entry FamilyOf(ReadOnlySpan<char> text, ulong fold)
    {
        var known = NameVocabulary.Of(text);
        return known == default ? NameVocabulary.OfFold(fold, text.Length) : known;
    }

    /// <summary>
    /// "L.L.C." and "I.R.G.C." are one word, "Kestrel L L C" too because it is a known form; "V.V. Putin" keeps its
    /// initials, "Co S. E." has nothing else, and letters with anything but full stops between them stay apart.
    /// </summary>
    private static void JoinLetters(NameTokens into, bool isDotted)
    {
        Span<char> joined = stackalloc char[NameTokens.MaxTokens];
        var hasWord = HasWord(into);
        for (var first = 0; first < into.Count; first++)
        {
            var count = 0;
            while (first + count < into.Count && IsLetter(into.TextOf(first + count))
                && (!isDotted || count == 0 || into.IsDotted(first + count)))
            {
                joined[count] = into.TextOf(first + count)[0];
                count++;
            }
            if (count < 2)
                continue;
            if ((isDotted && count >= AcronymLetters)
                || (hasWord && NameVocabulary.Of(joined[..count]).Class == TokenClass.LegalForm))
                into.Replace(first, count, joined[..count]);
            else
                first += count - 1;
        }
    }

    private static bool HasWord(NameTokens name)
    {
        for (var i = 0; i < name.Count; i++)
        {
            if (name.TextOf(i) is { Length: > 1 } text && NameVocabulary.Of(text).Class == TokenClass.Word)
                return true;
        }
        return false;
    }

    private static bool IsLetter(ReadOnlySpan<char> text) => text.Length == 1 && char.IsAsciiLetter(text[0]);

    /// <summary>"Abd al Rahman" is "Abdul Rahman", and "Jalal al-Din" is "Jalal Uddin".</summary>
    private static void JoinArticles(NameTokens into)
    {
        for (var i = 0; i + 2 < into.Count; i++)
        {
            if (into.TextOf(i) is "ABD" or "ABDU"
                && into.TextOf(i + 1) is "AL" or "EL" or "UL" or "AR" or "UR" or "ER" or "AS" or "US" or "IL")
                into.Replace(i, 2, "ABDUL");
        }
        for (var i = 1; i + 1 < into.Count; i++)
        {
            if (into.TextOf(i) is "AL" or "EL" or "UL" or "AD" or "ED" or "UD" or "ID"
                && into.TextOf(i + 1) is "DIN" or "DEEN" or "DINE" or "DIEN" or "DYN")
                into.Replace(i, 2, "UDDIN");
        }
    }

    /// <summary>Combining accents, apostrophes of all kinds and invisible characters stand inside words.</summary>
    private static bool IsMark(Rune rune) => rune.Value is '\'' or '`' or 0xB4 or 0x2018 or 0x2019 or 0x201B or 0x2032
        or (>= 0x2B0 and <= 0x36F) or (>= 0x483 and <= 0x487) or (>= 0x559 and <= 0x55F) or (>= 0x591 and <= 0x5C7)
        or (>= 0x5F3 and <= 0x5F4) or (>= 0x610 and <= 0x61A) or 0x640 or (>= 0x64B and <= 0x65F) or 0x670
        or 0x30FC || IsCombining(rune);

    /// <summary>As Unicode classes them, but the vowel signs of scripts that are read with theirs.</summary>
    private static bool IsCombining(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format
        or UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark && !Indic.IsSign(rune);
}
