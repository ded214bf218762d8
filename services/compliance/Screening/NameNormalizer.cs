using System.Text;
using System.Text.RegularExpressions;

namespace FinCode.Compliance.Screening;

/// <summary>A name as it is compared: tokens of A to Z and digits, in the order they were written.</summary>
/// <param name="IsComparable">
/// False when the name has letters of another script, no letter at all, or more tokens than are compared. The lists
/// are written in Latin letters: such a name cannot be cleared by them, so a person has to look.
/// </param>
internal sealed record NormalName(IReadOnlyList<string> Tokens, bool IsComparable);

/// <summary>Case, accents, punctuation and the order of names make no difference after this.</summary>
internal static partial class NameNormalizer
{
    /// <summary>Names longer than this are no names of people or companies.</summary>
    public const int MaxTokens = 40;

    private const int MaxTokenLength = 64;

    public static NormalName Normalize(string name)
    {
        var text = new StringBuilder(name.Length + 8);
        var isComparable = true;
        foreach (var rune in AbbreviationPoint().Replace(name, "").EnumerateRunes())
        {
            if (IsMark(rune))
                continue;
            var upper = Rune.ToUpperInvariant(rune);
            if (upper.IsAscii && Rune.IsLetterOrDigit(upper))
                text.Append((char)upper.Value);
            else if (upper.IsBmp && LatinLetters.Of((char)upper.Value) is { } plain)
                text.Append(plain);
            else if (FullWidth(upper) is { } ascii)
                text.Append(ascii);
            else if (Rune.IsLetter(upper))
            {
                text.Append(upper);
                isComparable = false;
            }
            else
                text.Append(' ');
        }
        var tokens = text.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new NormalName(tokens, isComparable && tokens.Length is > 0 and <= MaxTokens
            && tokens.All(token => token.Length <= MaxTokenLength)
            && tokens.Any(token => token.Any(char.IsAsciiLetter)));
    }

    /// <summary>Combining accents, apostrophes of all kinds and invisible characters stand inside words.</summary>
    private static bool IsMark(Rune rune) => rune.Value is '\'' or '`' or 0xB4 or 0x2018 or 0x2019 or 0x201B or 0x2032
        or (>= 0x2B0 and <= 0x36F) or (>= 0x200B and <= 0x200F) or 0x2060 or 0xFEFF or 0xAD;

    private static char? FullWidth(Rune rune) =>
        rune.Value is (>= 0xFF10 and <= 0xFF19) or (>= 0xFF21 and <= 0xFF3A) ? (char)(rune.Value - 0xFEE0) : null;

    /// <summary>Between single letters: "L.L.C." is one word, while "J.Smith" is two.</summary>
    [GeneratedRegex(@"(?<=(?:^|[^\p{L}\p{N}])\p{L})\.(?=\p{L}(?:\P{L}|$))")]
    private static partial Regex AbbreviationPoint();
}
