using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>
/// The United Nations write several names into one alias: separated by semicolons, the same name in another script in
/// brackets, or a remark in brackets. They are taken apart, so that each can be found by itself.
/// </summary>
internal static partial class UnAliases
{
    private const int MaxAcronym = 6;

    public static void Add(string? text, bool isWeak, EntryDraft draft)
    {
        var whole = ListText.Clean(text);
        if (whole.Length == 0)
            return;
        var strength = isWeak ? NameStrength.WeakAlias : NameStrength.Alias;
        var outside = InBrackets().Replace(whole, " ");
        AddEach(outside, strength, draft);
        foreach (Match bracket in InBrackets().Matches(whole))
        {
            var inside = bracket.Groups["inside"].Value.Replace("original script:", "", StringComparison.Ordinal);
            if (IsLatin(inside) != IsLatin(outside))
                AddEach(inside, strength, draft);
            else if (inside.Length is > 1 and <= MaxAcronym && inside.All(char.IsAsciiLetterUpper))
                draft.AddName(inside, NameStrength.WeakAlias);
        }
    }

    private static void AddEach(string names, NameStrength strength, EntryDraft draft)
    {
        foreach (var name in Separators().Split(names))
            draft.AddName(name.Trim(' ', ',', '.'), strength);
    }

    private static bool IsLatin(string text) => text.Any(char.IsAsciiLetter);

    [GeneratedRegex(@"\((?<inside>[^()]*)\)")]
    private static partial Regex InBrackets();

    [GeneratedRegex(@";|\s[a-z]\)\s")]
    private static partial Regex Separators();
}
