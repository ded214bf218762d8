using System.Globalization;
using System.Text;
using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>What makes two records the same person, firm or account. Pure: keys are made of it elsewhere.</summary>
internal static class PartyIdentity
{
    /// <summary>
    /// Letters and digits without marks and case, words sorted: "Ọbi, Ada" and "ADA OBI" are one name. It is for
    /// finding a party again, not for screening, which looks much closer.
    /// </summary>
    public static string PlainName(string fullName)
    {
        var plain = new StringBuilder(fullName.Length);
        foreach (var letter in fullName.Normalize(NormalizationForm.FormKD))
        {
            if (char.IsLetterOrDigit(letter))
                plain.Append(char.ToUpperInvariant(letter));
            else if (CharUnicodeInfo.GetUnicodeCategory(letter) is not (UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark))
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

    private static string Plain(string? text) =>
        new([.. (text ?? "").Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
}
