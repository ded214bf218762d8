namespace FinCode.Compliance.Screening;

/// <summary>
/// The score that OFAC's Sanctions List Search would show, by the method that it publishes (FAQ 249): Jaro-Winkler
/// over the whole names, and Jaro-Winkler with Soundex over each part of the name asked for, averaged; the higher of
/// both, in whole points. What the FAQ leaves open is filled in as the string library does it that the site's age
/// suggests: a window of half the shorter word, and a bonus for up to four equal first letters however unlike the rest
/// is. It decides nothing here; it answers why our score differs.
/// </summary>
internal static class OfacScore
{
    private const int Full = 10_000;
    private const int Prefix = 4;
    private const int SoundexLength = 4;
    private const int PointsPerPoint = 100;
    private const int MaxLetters = 512;

    /// <summary>0 to 100.</summary>
    public static int Of(string query, string listed)
    {
        var one = Plain(query);
        var other = Plain(listed);
        if (one.Length == 0 || other.Length == 0)
            return 0;
        var whole = JaroWinkler(one, other);
        string[] parts = one.Split(' ');
        string[] listedParts = other.Split(' ');
        var sum = 0;
        foreach (var part in parts)
            sum += listedParts.Max(candidate => PartScore(part, candidate));
        var best = Math.Max(whole, sum / parts.Length);
        return (best + (PointsPerPoint / 2)) / PointsPerPoint;
    }

    internal static int JaroWinkler(ReadOnlySpan<char> left, ReadOnlySpan<char> right)
    {
        var window = (Math.Min(left.Length, right.Length) / 2) + 1;
        Span<char> common = stackalloc char[Math.Max(left.Length, 1)];
        Span<char> commonBack = stackalloc char[Math.Max(right.Length, 1)];
        var matches = Common(left, right, window, common);
        if (matches == 0 || Common(right, left, window, commonBack) != matches)
            return 0;
        var swapped = 0;
        for (var i = 0; i < matches; i++)
            swapped += common[i] == commonBack[i] ? 0 : 1;
        swapped /= 2;
        var jaro = ((matches * Full / left.Length) + (matches * Full / right.Length)
            + ((matches - swapped) * Full / matches)) / 3;
        var prefix = Math.Min(Prefix, left.CommonPrefixLength(right));
        // Thirds are rounded down; equal words are equal nevertheless.
        return left.SequenceEqual(right) ? Full : jaro + (prefix * (Full - jaro) / 10);
    }

    /// <summary>A letter and three digits, by the rules of the United States Census.</summary>
    internal static string Soundex(ReadOnlySpan<char> word)
    {
        Span<char> code = stackalloc char[SoundexLength];
        code.Fill('0');
        var length = 0;
        var last = '0';
        foreach (var letter in word)
        {
            var digit = letter switch
            {
                'B' or 'F' or 'P' or 'V' => '1',
                'C' or 'G' or 'J' or 'K' or 'Q' or 'S' or 'X' or 'Z' => '2',
                'D' or 'T' => '3',
                'L' => '4',
                'M' or 'N' => '5',
                'R' => '6',
                _ => '0',
            };
            if (length == 0)
                code[length++] = letter;
            else if (digit != '0' && digit != last && length < SoundexLength)
                code[length++] = digit;
            // H and W do not part equal codes; vowels do.
            if (letter is not ('H' or 'W'))
                last = digit;
        }
        return code.ToString();
    }

    private static int PartScore(string part, string candidate)
    {
        var letters = JaroWinkler(part, candidate);
        var sounds = JaroWinkler(Soundex(part), Soundex(candidate));
        return (letters + sounds) / 2;
    }

    private static int Common(ReadOnlySpan<char> left, ReadOnlySpan<char> right, int window, Span<char> common)
    {
        Span<bool> taken = stackalloc bool[Math.Max(right.Length, 1)];
        var count = 0;
        for (var i = 0; i < left.Length; i++)
        {
            for (var j = Math.Max(0, i - window); j < Math.Min(i + window, right.Length); j++)
            {
                if (taken[j] || left[i] != right[j])
                    continue;
                taken[j] = true;
                common[count++] = left[i];
                break;
            }
        }
        return count;
    }

    /// <summary>Upper case, accents off, anything but letters and digits a blank; as both sides are written.</summary>
    private static string Plain(string name)
    {
        var tokens = NameNormalizer.Normalize(name.Length > MaxLetters ? name[..MaxLetters] : name);
        return string.Join(' ', tokens.ToTexts());
    }
}
