namespace FinCode.Compliance.Screening;

/// <summary>By what two tokens count as the same.</summary>
public enum PairMethod
{
    /// <summary>The same letters.</summary>
    Exact,

    /// <summary>The same letters once another script is written in Latin ones.</summary>
    Transliteration,

    /// <summary>Known spellings of one name, or forms of one kind of company.</summary>
    Family,

    /// <summary>Romanisations of one sound: KH and H, OU and U, doubled letters.</summary>
    Spelling,

    /// <summary>The same consonants, where a script leaves vowels out.</summary>
    Skeleton,

    /// <summary>A few letters inserted, left out, replaced or swapped with their neighbours.</summary>
    Edit,

    /// <summary>A first letter for the whole word.</summary>
    Initial,

    /// <summary>Two words on one side are one on the other.</summary>
    Glued,
}

/// <summary>
/// How alike two tokens are, in ten-thousandths; 0 when they do not count as the same. Symmetric, and nothing but the
/// two tokens decides it.
/// </summary>
internal static class TokenSimilarity
{
    public const int Full = 10_000;
    public const int Glued = 9_700;

    private const int Family = 9_700;
    private const int Spelling = 9_400;
    private const int Skeleton = 9_000;
    private const int VowelsLeftOut = 8_500;
    private const int ShortSkeleton = 8_000;
    private const int Initial = 6_500;
    private const int EditCost = 7_000;

    /// <summary>Off where one word is so short that a letter more makes another name of it.</summary>
    private const int ShortWord = 800;

    private const int OneEditLength = 5;
    private const int TwoEditsLength = 9;
    private const int SpellingLength = 3;
    private const int SkeletonConsonants = 3;

    /// <summary>How many edits two tokens may differ by when the longer one has that length.</summary>
    public static int AllowedEdits(int length) => length >= TwoEditsLength ? 2 : length >= OneEditLength ? 1 : 0;

    public static int Of(in TokenTraits left, ReadOnlySpan<char> leftText, in TokenTraits right,
        ReadOnlySpan<char> rightText, out PairMethod method)
    {
        method = left.Script == NameScript.Latin && right.Script == NameScript.Latin
            ? PairMethod.Exact
            : PairMethod.Transliteration;
        if (left.Text == right.Text)
            return Full;
        method = PairMethod.Initial;
        if (left.Class == TokenClass.Initial || right.Class == TokenClass.Initial)
            return IsInitialOf(left, right) || IsInitialOf(right, left) ? Initial : 0;
        // A particle or legal form is no name: the index counts on it.
        if (left.IsTelling != right.IsTelling)
            return 0;
        method = PairMethod.Family;
        if (left.Family != 0 && left.Family == right.Family)
            return Family;
        method = PairMethod.Spelling;
        if (left.Fold == right.Fold && Math.Min(left.Length, right.Length) >= SpellingLength)
            return Spelling;
        method = PairMethod.Skeleton;
        if (left.Skeleton == right.Skeleton && left.SkeletonLength > 1
            && IsVowel(left.First) == IsVowel(right.First)
            && (left.Script == NameScript.VowelPoor || right.Script == NameScript.VowelPoor)
            && BySkeleton(left, leftText, right, rightText) is var alike and > 0)
            return alike;
        method = PairMethod.Edit;
        return ByEdits(leftText, rightText);
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment); more than the limit is
    /// limit + 1.
    /// </summary>
    internal static int Distance(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int limit)
    {
        if (Math.Abs(left.Length - right.Length) > limit)
            return limit + 1;
        // What both begin and end with takes no part.
        while (left.Length > 0 && right.Length > 0 && left[0] == right[0])
        {
            left = left[1..];
            right = right[1..];
        }
        while (left.Length > 0 && right.Length > 0 && left[^1] == right[^1])
        {
            left = left[..^1];
            right = right[..^1];
        }
        if (left.Length == 0 || right.Length == 0)
            return Math.Min(limit + 1, Math.Max(left.Length, right.Length));
        Span<int> beforeLast = stackalloc int[right.Length + 1];
        Span<int> last = stackalloc int[right.Length + 1];
        Span<int> current = stackalloc int[right.Length + 1];
        for (var j = 0; j <= right.Length; j++)
            last[j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            var least = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var cost = left[i - 1] == right[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(last[j] + 1, current[j - 1] + 1), last[j - 1] + cost);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    best = Math.Min(best, beforeLast[j - 2] + 1);
                current[j] = best;
                least = Math.Min(least, best);
            }
            if (least > limit)
                return limit + 1;
            var spare = beforeLast;
            beforeLast = last;
            last = current;
            current = spare;
        }
        return Math.Min(last[right.Length], limit + 1);
    }

    /// <summary>Three consonants are enough; with two of them the vowels count that are written.</summary>
    private static int BySkeleton(in TokenTraits left, ReadOnlySpan<char> leftText, in TokenTraits right,
        ReadOnlySpan<char> rightText)
    {
        if (left.SkeletonLength >= SkeletonConsonants)
            return Skeleton;
        if ((left.Script == NameScript.VowelPoor && SpellingFold.LacksVowelsOf(leftText, rightText))
            || (right.Script == NameScript.VowelPoor && SpellingFold.LacksVowelsOf(rightText, leftText)))
            return VowelsLeftOut;
        return Math.Abs(left.Length - right.Length) <= 1 ? ShortSkeleton : 0;
    }

    private static int ByEdits(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var length = Math.Max(left.Length, right.Length);
        var allowed = AllowedEdits(length);
        if (allowed == 0 || Math.Abs(left.Length - right.Length) > allowed || !HaveSameDigits(left, right))
            return 0;
        var edits = Distance(left, right, allowed);
        var isShort = Math.Min(left.Length, right.Length) < OneEditLength;
        return edits > allowed ? 0 : Full - (edits * EditCost / length) - (isShort ? ShortWord : 0);
    }

    private static bool IsVowel(char letter) => letter is 'A' or 'E' or 'I' or 'O' or 'U' or 'Y';

    /// <summary>A slip is one of letters; another number is another ship.</summary>
    private static bool HaveSameDigits(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var other = 0;
        foreach (var letter in left)
        {
            if (!char.IsAsciiDigit(letter))
                continue;
            while (other < right.Length && !char.IsAsciiDigit(right[other]))
                other++;
            if (other == right.Length || right[other++] != letter)
                return false;
        }
        return !right[other..].ContainsAnyInRange('0', '9');
    }

    private static bool IsInitialOf(in TokenTraits letter, in TokenTraits word) =>
        letter.Class == TokenClass.Initial && word.Class == TokenClass.Word && letter.First == word.First;
}
