using System.Globalization;
using System.Text;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Screening.Scripts;

namespace FinCode.Compliance.Screening;

/// <summary>A listed name that stands in a text.</summary>
internal sealed record TextMatch(NameMatch Match, TextWindow Window, string Words);

/// <summary>What was found in a text.</summary>
/// <param name="IsComparable">False: a part of it cannot be read, or it is longer than what is looked at.</param>
internal sealed record TextResult(IReadOnlyList<TextMatch> Matches, bool IsComparable);

/// <summary>
/// Finds listed names inside a longer text: every run of up to <see cref="MaxWindow"/> neighbouring words is compared
/// as a name is, so a name of so many words that stands in the text is found as it would be alone. A text of n words
/// has at most n times <see cref="MaxWindow"/> runs, and n is at most <see cref="MaxWords"/>: the work is bounded
/// whatever is written.
/// </summary>
internal static class TextScreener
{
    public const int MaxWords = 128;
    public const int MaxWindow = 6;

    /// <summary>A listed name of one word is found in a text only where the word says enough by itself.</summary>
    private const int LettersOfOneWord = 5;

    [ThreadStatic]
    private static NameTokens? s_tokens;

    /// <param name="floor">In hundredths of a point; a match has at least as many.</param>
    public static TextResult Find(string text, NameIndex index, int floor)
    {
        text = PresentationForms.Spread(text).ToString();
        var (words, isWhole) = WordsOf(text);
        var tokens = s_tokens ??= new NameTokens();
        var isComparable = isWhole;
        var best = new Dictionary<(string, string), TextMatch>();
        for (var count = 1; count <= Math.Min(MaxWindow, words.Count); count++)
        {
            for (var first = 0; first + count <= words.Count; first++)
            {
                var run = text[words[first].Start..words[first + count - 1].End];
                NameNormalizer.Read(run, tokens);
                // Digits alone are a number, not a name that could not be read.
                isComparable &= tokens.IsComparable || !HasLetter(run);
                foreach (var match in index.Search(tokens, floor))
                {
                    if (SaysEnough(match))
                        Keep(best, new TextMatch(match, new TextWindow(first, count), run));
                }
            }
        }
        return new TextResult([.. best.Values], isComparable);
    }

    /// <summary>The run that is most like the entry; of several, the shortest and first.</summary>
    private static void Keep(Dictionary<(string, string), TextMatch> best, TextMatch found)
    {
        var key = (found.Match.Entry.List, found.Match.Entry.EntryId);
        if (!best.TryGetValue(key, out var known) || found.Match.Score > known.Match.Score)
            best[key] = found;
    }

    /// <summary>
    /// In a sentence any word may stand: one alone is a name only where it is all of an organisation's, to the letter.
    /// </summary>
    private static bool SaysEnough(NameMatch match)
    {
        var telling = match.Comparison.Pairs.Where(pair => pair.IsTelling).ToArray();
        if (telling.Length >= 2)
            return true;
        return telling.Length == 1 && match.Entry.Kind == ListedKind.Entity
            && match.Name.Strength != NameStrength.WeakAlias
            && !match.Comparison.Rest.Any(token => token.IsListed)
            && telling[0].Method is PairMethod.Exact or PairMethod.Transliteration
            && telling[0].Letters >= 2 * LettersOfOneWord;
    }

    /// <summary>
    /// Words are apart by blanks and by whatever does not stand inside names; false when there are too many.
    /// </summary>
    private static (List<(int Start, int End)> Words, bool IsWhole) WordsOf(string text)
    {
        var words = new List<(int, int)>();
        var start = -1;
        var place = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            var isInside = IsInside(PlainLetters.Of(rune));
            if (isInside && start < 0)
                start = place;
            if (!isInside && start >= 0)
            {
                words.Add((start, place));
                start = -1;
            }
            if (words.Count > MaxWords)
                return (words[..MaxWords], false);
            place += rune.Utf16SequenceLength;
        }
        if (start >= 0)
            words.Add((start, place));
        return words.Count > MaxWords ? (words[..MaxWords], false) : (words, true);
    }

    private static bool HasLetter(string run)
    {
        foreach (var rune in run.EnumerateRunes())
        {
            if (Rune.IsLetter(PlainLetters.Of(rune)))
                return true;
        }
        return false;
    }

    private static bool IsInside(Rune rune) => Rune.IsLetterOrDigit(rune)
        || rune.Value is '\'' or '`' or '-' or '.' or '&' or 0x2019 or 0x2018 or 0x2010 or 0x2011
        || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            or UnicodeCategory.EnclosingMark or UnicodeCategory.Format;
}
