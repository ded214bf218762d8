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
    public void Letters_of_many_tongues_lose_their_marks_and_no_more(string name, string plain) =>
        PartyIdentity.PlainName(name).ShouldBe(plain);

    [Theory]
    [InlineData(PayoutMethod.Bank, "iban NG001")]
    [InlineData(PayoutMethod.MobileMoney, "phone +2348000000000")]
    [InlineData(PayoutMethod.CashPickup, "phone +2348000000000")]
    [InlineData(PayoutMethod.Wallet, null)]
    public void The_account_is_what_the_method_pays_to(PayoutMethod method, string? account) =>
        PartyIdentity.AccountOf(method, new PayoutDetails(
            BankCode: "058", AccountNumber: "1", Iban: "ng 00-1", Phone: "+2348000000000")).ShouldBe(account);
}
