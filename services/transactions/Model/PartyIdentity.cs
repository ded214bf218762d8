using System.Globalization;
using System.Text;
using FinCode.Contracts;

namespace FinCode.Transactions.Model;

/// <summary>An account as a bank is told it.</summary>
internal readonly record struct BankAccount(string? BankCode, string Number, bool IsIban)
{
    // A record prints all of its fields; this one must not appear in any log.
    public override string ToString() => "(personal data)";
}

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
    /// same on every machine. Empty when the name has neither letters nor digits.
    /// </summary>
    public static string PlainName(string fullName)
    {
        var plain = new StringBuilder(fullName.Length);
        var dropsMarks = true;
        foreach (var rune in fullName.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                dropsMarks = WritesMarksBeside(rune.Value);
                plain.Append(Rune.ToUpperInvariant(Bare(rune)));
            }
            else if (IsMark(rune))
                plain.Append(dropsMarks ? "" : rune.ToString());
            else if (!IsWithinAWord(rune))
                plain.Append(' ');
        }
        return string.Join(' ', plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// Which account a bank is told: the one for payouts, for questions about the name and for what counts together,
    /// so that nobody can name one account and pay another. Null when the details do not say.
    /// </summary>
    public static BankAccount? BankAccountOf(PayoutDetails? details)
    {
        var bank = Given(details?.BankCode) ?? Given(details?.SwiftBic);
        return Given(details?.AccountNumber) is { } number ? new BankAccount(bank, number, IsIban: false)
            : Given(details?.Iban) is { } iban ? new BankAccount(bank, iban, IsIban: true)
            : null;
    }

    /// <summary>Where a method brings the money, as one text; null when the details do not say.</summary>
    public static string? AccountOf(PayoutMethod method, PayoutDetails? details) => (method, details) switch
    {
        (PayoutMethod.Bank, _) => BankAccountOf(details) switch
        {
            { IsIban: true } account => $"iban {Plain(account.Number)}",
            { } account => $"account {Plain(account.BankCode)} {Plain(account.Number)}",
            null => null,
        },
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

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static Rune Bare(Rune letter) => letter.Value switch
    {
        >= 0x00C0 and < 0x0180 => new Rune(LatinFrom00C0[letter.Value - 0x00C0]),
        >= 0x1E00 and < 0x1F00 => new Rune(LatinFrom1E00[letter.Value - 0x1E00]),
        _ => letter,
    };

    /// <summary>
    /// Latin, Greek, Cyrillic, Hebrew and Arabic letters, on which a mark is an accent or a vowel that is often left
    /// out. In other scripts, such as Devanagari or Thai, marks are the vowels, and another vowel is another name.
    /// </summary>
    private static bool WritesMarksBeside(int letter) => letter is < 0x0530 or >= 0x0590 and < 0x0700
        or >= 0x0750 and < 0x0780 or >= 0x0870 and < 0x0900 or >= 0x1C80 and < 0x1C90 or >= 0x1E00 and < 0x2000
        or >= 0x2C60 and < 0x2C80 or >= 0xA640 and < 0xA6A0 or >= 0xA720 and < 0xA800 or >= 0xAB30 and < 0xAB70
        or >= 0xFB00 and < 0xFE00 or >= 0xFE70 and < 0xFF60;

    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark
        or UnicodeCategory.EnclosingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>An apostrophe, or what cannot be seen, such as a joiner.</summary>
    private static bool IsWithinAWord(Rune rune) => rune.Value is '\'' or 0x2019
        || Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format;

    private static string Plain(string? text) =>
        new([.. (text ?? "").Where(char.IsLetterOrDigit).Select(char.ToUpperInvariant)]);
}
