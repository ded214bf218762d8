using CsCheck;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Model;

namespace FinCode.Transactions.Tests.Customers;

public sealed class PartyIdentityTests
{
    private static readonly Gen<string> Word = Gen.Char["abcdefghijklmnopqrstuvwxyz"].Array[2, 9]
        .Select(letters => new string(letters));

    private static readonly Gen<string[]> Name = Word.Array[1, 4];

    [Fact]
    public void Order_case_punctuation_and_marks_make_no_other_name() =>
        Gen.Select(Name, Gen.OneOf(" ", "  ", ", ", " - ", "/")).Sample((words, between) =>
        {
            var plain = PartyIdentity.PlainName(string.Join(' ', words));
            PartyIdentity.PlainName(string.Join(between, words.Reverse()).ToUpperInvariant()).ShouldBe(plain);
            PartyIdentity.PlainName(string.Join(' ', words.Select(word => word + "\u0301"))).ShouldBe(plain);
            PartyIdentity.PlainName(string.Join(' ', words.Select(word => word.Insert(1, "'")))).ShouldBe(plain);
        }, iter: Seeds.Rounds(500, 5_000));

    [Fact]
    public void Another_letter_is_another_name() => Gen.Select(Name, Word).Sample((words, more) =>
        PartyIdentity.PlainName(string.Join(' ', [.. words, more])).ShouldNotBe(
            PartyIdentity.PlainName(string.Join(' ', words))), iter: Seeds.Rounds(500, 5_000));

    [Theory]
    [InlineData("Ọlá Ẹniọlá", "ENIOLA OLA")]
    [InlineData("Łukasz Żółć", "LUKASZ ZOLC")]
    [InlineData("Nguyễn Thị Hằng", "HANG NGUYEN THI")]
    [InlineData("O'Brien, Siân", "OBRIEN SIAN")]
    [InlineData("محمد علي", "علي محمد")]
    [InlineData("مُحَمَّد", "محمد")]
    [InlineData("किरण", "किरण")]
    [InlineData("สมชาย ใจดี", "สมชาย ใจดี")]
    [InlineData("𐐨𐐩", "𐐀𐐁")]
    [InlineData("\u2605 \U0001F600", "")]
    public void Letters_of_many_tongues_lose_their_marks_and_no_more(string name, string plain) =>
        PartyIdentity.PlainName(name).ShouldBe(plain);

    [Theory]
    [InlineData("किरण", "करण")]
    [InlineData("สมชัย", "สมชาย")]
    [InlineData("รัตน์", "รตน")]
    [InlineData("\U00020000", "\U00020001")]
    public void Another_vowel_or_rare_letter_is_another_name(string one, string other) =>
        PartyIdentity.PlainName(one).ShouldNotBe(PartyIdentity.PlainName(other));

    [Theory]
    [InlineData(null, "NG 00-1", null, "iban NG001")]
    [InlineData(" ", "ng001", "058", "iban NG001")]
    [InlineData("1", "NG001", null, "account SMPLNGLA 1")]
    [InlineData("1", null, "058", "account 058 1")]
    [InlineData(null, null, "058", null)]
    public void The_account_number_is_what_counts_and_an_iban_only_without_one(
        string? number, string? iban, string? bank, string? account)
    {
        var details = new PayoutDetails(BankCode: bank, AccountNumber: number, Iban: iban, SwiftBic: "SMPLNGLA");
        PartyIdentity.AccountOf(PayoutMethod.Bank, details).ShouldBe(account);
    }

    [Theory]
    [InlineData(PayoutMethod.Bank, "account 058 1")]
    [InlineData(PayoutMethod.MobileMoney, "phone +2348000000000")]
    [InlineData(PayoutMethod.CashPickup, "phone +2348000000000")]
    [InlineData(PayoutMethod.Wallet, null)]
    public void The_account_is_what_the_method_pays_to(PayoutMethod method, string? account) =>
        PartyIdentity.AccountOf(method, new PayoutDetails(
            BankCode: "058", AccountNumber: "1", Iban: "ng 00-1", Phone: "+2348000000000")).ShouldBe(account);
}
