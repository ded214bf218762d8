using System.Buffers;
using System.Text;

namespace FinCode.Compliance.Screening.Scripts;

/// <summary>
/// Digits and signs that stand for the letters they look like: "PUT1N", "5ADDAM", "A$$AD". Only a digit that is
/// hardly a number is taken for a letter: one inside a word, or a zero before or behind one, which no number begins
/// with. "M2", "SEA1", "G4S" and "A320" stay as they are. What else stands at the ends of a longer word may be a number
/// as well, so it remains, and only the key of the sound has a letter there (<see cref="AtEnds"/>). Both sides are read
/// alike, so a listed name with digits is always found as it is written. Sources: Unicode Technical Standard 39 for 0
/// and 1, usage for the rest.
/// </summary>
internal static class DisguisedLetters
{
    /// <summary>By digit; a blank where it looks like none. A one is I or L: see <see cref="OfOne"/>.</summary>
    private const string Latin = "OI EAS TB ";

    private const string Cyrillic = "ОІ З      ";

    /// <summary>Fewer, with other digits than a zero or a one, are a code (G4S, B2B, 4IR) unless known.</summary>
    private const int LettersAround = 3;

    private const int LettersAroundOne = 2;
    private const int LettersBesideEnd = 4;
    private const int LettersBesideSign = 2;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Writes the letters in their places.</summary>
    /// <param name="word">In capitals, of any script.</param>
    public static void PutBack(Span<char> word)
    {
        if (!word.ContainsAny(Digits) || AlphabetOf(word) is not { } alphabet)
            return;
        var letters = word.Length;
        foreach (var letter in word)
            letters -= char.IsAsciiDigit(letter) ? 1 : 0;
        var isCode = letters < LettersAround
            && (word.Length > LettersAround || word[0] is >= '2' and <= '9' || word[^1] is >= '2' and <= '9');
        if (letters < LettersAroundOne || isCode || IsKnown(word, 'I') || IsKnown(word, 'L')
            || letters < word.Length - letters)
            return;
        for (var first = 0; first < word.Length; first++)
        {
            var end = first;
            while (end < word.Length && char.IsAsciiDigit(word[end]))
                end++;
            if (IsDisguise(word[first..end], letters, isInside: first > 0 && end < word.Length))
                PutBack(word, first, end, alphabet);
            first = end;
        }
        // What is left may be known now.
        _ = IsKnown(word, 'I') || IsKnown(word, 'L');
    }

    private static void PutBack(Span<char> word, int first, int end, string alphabet)
    {
        if (word[first..end] is "11" && alphabet == Latin)
            word[first..end].Fill('L');
        for (var i = first; i < end; i++)
            word[i] = char.IsAsciiDigit(word[i]) ? LetterOf(word, i, alphabet) : word[i];
    }

    /// <summary>
    /// The word with letters for single digits before and behind it, for keys of its sound; itself where it has none.
    /// </summary>
    /// <param name="into">Has room for the word.</param>
    public static ReadOnlySpan<char> AtEnds(ReadOnlySpan<char> word, Span<char> into)
    {
        if (word.Length <= LettersBesideEnd || (!char.IsAsciiDigit(word[0]) && !char.IsAsciiDigit(word[^1]))
            || word[1..^1].ContainsAny(Digits))
            return word;
        into = into[..word.Length];
        word.CopyTo(into);
        // "5STAR" has five stars: the letter would stand there twice. An E at the end has no sound: "OCEAN3" has a
        // three.
        if (char.IsAsciiDigit(word[0]) && LetterOf(word, 0, Latin) is var one and not ' ' && one != word[1])
            into[0] = one;
        if (char.IsAsciiDigit(word[^1]) && LetterOf(word, word.Length - 1, Latin) is var last and not (' ' or 'E')
            && last != word[^2])
            into[^1] = last;
        return into;
    }

    /// <summary>
    /// The letter that a sign stands for: a dollar between letters, an at or exclamation mark that has no more than two
    /// of them on one of its sides; more are an address, or two sentences. None otherwise.
    /// </summary>
    public static char? OfSign(Rune sign, ReadOnlySpan<char> before, ReadOnlySpan<char> behind)
    {
        if (sign.Value is not ('$' or '@' or '!') || before.IsEmpty || !char.IsLetter(before[^1]))
            return null;
        behind = behind.TrimStart('$');
        if (behind.IsEmpty || !char.IsLetter(behind[0]))
            return null;
        var lettersBehind = 1;
        while (lettersBehind < behind.Length && char.IsLetterOrDigit(behind[lettersBehind]))
            lettersBehind++;
        if (before.Length + lettersBehind < LettersAround)
            return null;
        return sign.Value switch
        {
            '$' => 'S',
            _ when Math.Min(before.Length, lettersBehind) > LettersBesideSign => null,
            '@' => 'A',
            _ => 'I',
        };
    }

    /// <summary>Only Latin and Cyrillic words; digits among other letters are digits.</summary>
    private static string? AlphabetOf(ReadOnlySpan<char> word)
    {
        foreach (var letter in word)
        {
            if (letter is >= '\u0400' and <= '\u052F')
                return Cyrillic;
            if (!LatinLetters.IsLatin(letter))
                return null;
        }
        return Latin;
    }

    private static bool IsDisguise(ReadOnlySpan<char> run, int letters, bool isInside) => run switch
    {
        "0" or "1" when isInside => true,
        "0" => letters >= LettersAround,
        "00" or "01" or "11" or "55" or "1" or "3" or "4" or "5" or "7" or "8" => isInside && letters >= LettersAround,
        _ => false,
    };

    /// <summary>Whether it is a known name with all its digits as letters; then it is written as that.</summary>
    private static bool IsKnown(Span<char> word, char one)
    {
        Span<char> read = stackalloc char[word.Length];
        for (var i = 0; i < word.Length; i++)
            read[i] = !char.IsAsciiDigit(word[i]) ? word[i] : word[i] == '1' ? one : Latin[word[i] - '0'];
        if (NameVocabulary.Of(read) is not { Class: TokenClass.Word, Family: not 0 })
            return false;
        read.CopyTo(word);
        return true;
    }

    private static char LetterOf(ReadOnlySpan<char> word, int at, string alphabet) =>
        word[at] == '1' && alphabet == Latin ? OfOne(word, at) : alphabet[word[at] - '0'];

    /// <summary>
    /// I or L, whichever listed names have more often in such a place: behind a vowel it is L
    /// ("SA1MAN") but before N, R and Z ("HUSSA1N"); before one it is L at the beginning and behind consonants that
    /// begin a word with it ("V1ADIMIR"); else I. Where that is wrong it is one slip.
    /// </summary>
    private static char OfOne(ReadOnlySpan<char> word, int at)
    {
        var before = at > 0 ? word[at - 1] : ' ';
        var behind = at + 1 < word.Length ? word[at + 1] : ' ';
        if (IsVowel(before))
            return behind is 'N' or 'R' or 'Z' ? 'I' : 'L';
        if (!IsVowel(behind))
            return 'I';
        var isCluster = before is ' ' or 'B' or 'P' || (at == 1 && before is 'C' or 'F' or 'G' or 'H' or 'K' or 'V');
        return isCluster ? 'L' : 'I';
    }

    private static bool IsVowel(char letter) =>
        letter is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y' or '0' or '3' or '4';
}
