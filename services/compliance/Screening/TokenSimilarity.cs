namespace FinCode.Compliance.Screening;

/// <summary>
/// How alike two tokens are, in ten-thousandths. Tokens that are not equal count only within a small edit distance
/// (optimal string alignment): one edit from five letters on, two from eight on; then Jaro-Winkler, or the share of
/// letters not edited where that is more, says how alike.
/// Source: W. E. Winkler, "String Comparator Metrics and Enhanced Decision Rules", 1990.
/// </summary>
internal static class TokenSimilarity
{
    public const int Full = 10_000;

    private const int OneEditLength = 5;
    private const int TwoEditsLength = 8;
    private const int MaxPrefix = 4;

    /// <summary>How many edits a token of that length may differ by from one at least as long.</summary>
    public static int AllowedEdits(int length) => length >= TwoEditsLength ? 2 : length >= OneEditLength ? 1 : 0;

    /// <summary>0 when they do not count as the same token. Symmetric.</summary>
    public static int Of(string left, string right)
    {
        if (string.Equals(left, right, StringComparison.Ordinal))
            return Full;
        var allowed = AllowedEdits(Math.Min(left.Length, right.Length));
        if (allowed == 0 || Math.Abs(left.Length - right.Length) > allowed)
            return 0;
        var edits = Distance(left, right, allowed);
        if (edits > allowed)
            return 0;
        // Jaro's greedy matching can depend on the order of its arguments.
        var winkler = string.CompareOrdinal(left, right) < 0 ? JaroWinkler(left, right) : JaroWinkler(right, left);
        // It also pairs letters wrongly where one was put in front that occurs again later; counting edits does not.
        return Math.Max(winkler, Full - (edits * Full / Math.Max(left.Length, right.Length)));
    }

    /// <summary>
    /// Insertions, deletions, substitutions and swaps of neighbours; more than the limit is limit + 1.
    /// </summary>
    internal static int Distance(string left, string right, int limit)
    {
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
        return last[right.Length];
    }

    private static int JaroWinkler(string left, string right)
    {
        var (matches, outOfOrder) = Matches(left, right);
        if (matches == 0)
            return 0;
        var jaro = ((matches * Full / left.Length) + (matches * Full / right.Length)
            + (((2 * matches) - outOfOrder) * Full / (2 * matches))) / 3;
        var prefix = 0;
        while (prefix < MaxPrefix && prefix < left.Length && prefix < right.Length && left[prefix] == right[prefix])
            prefix++;
        return jaro + (prefix * (Full - jaro) / 10);
    }

    private static (int Matches, int OutOfOrder) Matches(string left, string right)
    {
        var window = Math.Max(0, (Math.Max(left.Length, right.Length) / 2) - 1);
        Span<bool> leftTaken = stackalloc bool[left.Length];
        Span<bool> rightTaken = stackalloc bool[right.Length];
        var matches = 0;
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = Math.Max(0, i - window); j <= Math.Min(right.Length - 1, i + window); j++)
            {
                if (rightTaken[j] || left[i] != right[j])
                    continue;
                leftTaken[i] = rightTaken[j] = true;
                matches++;
                break;
            }
        }
        var outOfOrder = 0;
        for (int i = 0, j = 0; i < left.Length; i++)
        {
            if (!leftTaken[i])
                continue;
            while (!rightTaken[j])
                j++;
            if (left[i] != right[j++])
                outOfOrder++;
        }
        return (matches, outOfOrder);
    }
}
