using System.Text.RegularExpressions;
using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Screening;

/// <summary>
/// A bank's BIC (ISO 9362): four letters of the institution, two of its country, two letters or digits of its place,
/// and three of a branch where it is one.
/// </summary>
internal static partial class BankIdentifiers
{
    /// <summary>In capitals without blanks; null when the text has not the form of a BIC.</summary>
    public static string? BicOf(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var plain = text.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant();
        return Form().IsMatch(plain) ? plain : null;
    }

    /// <summary>ISO 3166-1 alpha-2: characters 5 and 6.</summary>
    public static string CountryOf(string bic) => bic[4..6];

    /// <summary>The BICs among what a party says of its bank; national codes have another form.</summary>
    public static IReadOnlyList<GivenIdentifier> Of(Party party) =>
    [
        .. new[] { BicOf(party.SwiftBic), BicOf(party.BankCode) }.OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(bic => new GivenIdentifier(IdentifierType.SwiftBic, bic, null)),
    ];

    /// <summary>It says to be a BIC and is none: the lists cannot clear it.</summary>
    public static bool IsUnreadable(Party party) =>
        !string.IsNullOrWhiteSpace(party.SwiftBic) && BicOf(party.SwiftBic) is null;

    [GeneratedRegex("^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$")]
    private static partial Regex Form();
}
