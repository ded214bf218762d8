using System.Globalization;
using System.Text;
using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>What makes two records the same person, firm or account. Pure: keys are made of it elsewhere.</summary>
internal static class PartyIdentity
{
    /// <summary>The letters U+00C0 to U+017F without their marks, then U+1E00 to U+1EFF.</summary>
    private const string LatinFrom00C0 =
        "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTSAAAAAAACEEEEIIIIDNOOOOO OUUUUYTYAAAAAACCCCCCCCDDDDEEEEEEEEEEGGGG"
        + "GGGGHHHHIIIIIIIIIIIIJJKKKLLLLLLLLLLNNNNNNNNNOOOOOOOORRRRRRSSSSSSSSTTTTTTUUUUUUUUUUUUWWYYYZZZZZZS";

    private const string LatinFrom1E00 =
        "AABBBBBBCCDDDDDDDDDDEEEEEEEEEEFFGGHHHHHHHHHHIIIIKKKKKKLLLLLLLLMMMMMMNNNNNNNNOOOOOOOOPPPPRRRRRRRR"
        + "SSSSSSSSSSTTTTTTTTUUUUUUUUUUVVVVWWWWWWWWWWXXXXYYZZZZZZHTWYASSSSDAAAAAAAAAAAAAAAAAAAAAAAAEEEEEEEE"
        + "EEEEEEEEIIIIOOOOOOOOOOOOOOOOOOOOOOOOUUUUUUUUUUUUUUYYYYYYYYLLVVYY";

    /// <summary>
    /// Letters and digits without marks and case, words sorted: "Ọbi, Ada" and "ADA OBI" are one name. It is for
    /// finding a party again, not for screening, which looks much closer. By tables, so that the key of a name is the
    /// same on every machine.
    /// </summary>
    public static string PlainName(string fullName)
    {
        var plain = new StringBuilder(fullName.Length);
        foreach (var letter in fullName)
        {
            var bare = Bare(letter);
            if (char.IsLetterOrDigit(bare))
                plain.Append(char.ToUpperInvariant(bare));
            else if (!IsWithinAWord(letter))
                plain.Append(' ');
        }
        return string.Join(' ', plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal));
    }

    /// <summary>Where a method brings the money, as one text; null when the details do not say.</summary>
    public static string? AccountOf(PayoutMethod method, PayoutDetails? details) => (method, details) switch
    {
        (PayoutMethod.Bank, { Iban.Length: > 0 }) => $"iban {Plain(details.Iban)}",
        (PayoutMethod.Bank, { AccountNumber.Length: > 0 }) =>
            $"account {Plain(details.BankCode)} {Plain(details.AccountNumber)}",
        (PayoutMethod.MobileMoney or PayoutMethod.CashPickup, { Phone.Length: > 0 }) => $"phone {details.Phone}",
        _ => null,
    };

    /// <summary>
    /// Two numbers of one kind from one country: then they are two people, or one with a new document. Nobody is taken
    /// for somebody else on a guess, so it counts as two.
    /// </summary>
    public static bool Contradict(PartyRecord one, PartyRecord other) =>
        (one.Identifiers ?? []).Any(identifier => (other.Identifiers ?? []).Any(listed =>
            identifier.Type == listed.Type && identifier.Type != PartyIdentifierType.Other
            && identifier.Country == listed.Country && Plain(identifier.Number) != Plain(listed.Number)));

    private static char Bare(char letter) => letter switch
    {
        >= '\u00C0' and < '\u0180' => LatinFrom00C0[letter - '\u00C0'],
        >= '\u1E00' and < '\u1F00' => LatinFrom1E00[letter - '\u1E00'],
        _ => letter,
    };

    /// <summary>A mark on the letter before, or an apostrophe.</summary>
    private static bool IsWithinAWord(char letter) => letter is '\'' or '\u2019'
        || char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.SpacingCombiningMark;

    private static string Plain(string? text) =>
        new([.. (text ?? "").Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
}
