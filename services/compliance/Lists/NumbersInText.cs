using System.Text.RegularExpressions;

namespace FinCode.Compliance.Lists;

/// <summary>
/// The fields of identifiers in UK and UN lists are free text, often several numbers with labels between them: what
/// looks like a number is taken out, and bank codes that stand among them.
/// </summary>
internal static partial class NumbersInText
{
    /// <summary>A field up to this length without labels is the identifier itself, blanks included.</summary>
    private const int MaxWhole = 24;

    private const int MinDigits = 4;

    public static void Add(EntryDraft draft, IdentifierType type, string text, string more = "")
    {
        foreach (Match code in BankCode().Matches(text))
            draft.AddIdentifier(IdentifierType.SwiftBic, code.Groups["code"].Value);
        var country = CountryOf(more);
        if (type == IdentifierType.Imo)
        {
            foreach (Match number in ImoNumber().Matches(text))
                draft.AddIdentifier(type, number.Value);
        }
        else if (text.Trim() is { Length: <= MaxWhole } whole && IsOne().IsMatch(whole))
        {
            if (ListText.HasDigit(whole))
                draft.AddIdentifier(type, whole, country);
        }
        else
        {
            foreach (Match number in NumberInText().Matches(text))
            {
                if (number.Value.Count(char.IsAsciiDigit) >= MinDigits)
                    draft.AddIdentifier(type, number.Value, country);
            }
        }
    }

    /// <summary>Some say nothing beside the number but the country.</summary>
    private static string? CountryOf(string more) => more.Length == 0 ? null : CountryNames.CodeOf(more);

    [GeneratedRegex(@"SWIFT\s*/\s*BIC\W{1,4}(?<code>[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)(?![A-Z0-9])")]
    private static partial Regex BankCode();

    [GeneratedRegex(@"(?<!\d)\d{7}(?!\d)")]
    private static partial Regex ImoNumber();

    [GeneratedRegex(@"^[A-Za-z]{0,4}[0-9 ./\-]*[A-Za-z0-9./\-]*$")]
    private static partial Regex IsOne();

    [GeneratedRegex(@"(?<![\p{L}\d])[A-Z]{0,4}[0-9][A-Z0-9./\-]{3,}(?<![./\-])")]
    private static partial Regex NumberInText();
}
