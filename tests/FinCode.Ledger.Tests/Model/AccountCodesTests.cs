using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Model;

public sealed class AccountCodesTests
{
    [Theory]
    [InlineData("safeguarding:GBP", "GBP", "Debit", "Asset", null)]
    [InlineData("psp:sandbox", "GBP", "Debit", "Asset", null)]
    [InlineData("prefund:acme:NGN", "NGN", "Debit", "Asset", 0L)]
    [InlineData("transit:txn_1", "GBP", "Credit", "Liability", 0L)]
    [InlineData("payable:txn_1", "NGN", "Credit", "Liability", 0L)]
    [InlineData("frozen:txn_1", "GBP", "Credit", "Liability", 0L)]
    [InlineData("wallet:pty_1:NGN", "NGN", "Credit", "Liability", 0L)]
    [InlineData("owed:acme:NGN", "NGN", "Credit", "Liability", 0L)]
    [InlineData("suspense", "GBP", "Credit", "Liability", null)]
    [InlineData("fx:NGN", "NGN", "Debit", "Position", null)]
    [InlineData("income:fees", "GBP", "Credit", "Income", null)]
    [InlineData("expense:payout", "NGN", "Debit", "Expense", null)]
    [InlineData("loss:chargeback", "GBP", "Debit", "Expense", null)]
    [InlineData("own:GBP", "GBP", "Debit", "Asset", null)]
    [InlineData("rounding:JPY", "JPY", "Debit", "Expense", null)]
    public void The_family_decides_side_class_and_minimum(
        string code, string currency, string side, string accountClass, long? minimum)
    {
        var rule = AccountCodes.Find(new AccountName(code, Currency.Of(currency))).ShouldNotBeNull();

        rule.NormalSide.ToString().ShouldBe(side);
        rule.Class.ToString().ShouldBe(accountClass);
        rule.Minimum.ShouldBe(minimum);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nostro:GBP")]
    [InlineData("safeguarding")]
    [InlineData("safeguarding:USD")]
    [InlineData("prefund:acme")]
    [InlineData("prefund:acme:USD")]
    [InlineData("prefund::GBP")]
    [InlineData("prefund:ac me:GBP")]
    [InlineData("psp")]
    [InlineData("psp:")]
    [InlineData("psp:a:b")]
    [InlineData("suspense:GBP")]
    [InlineData("Transit:txn_1")]
    public void A_code_that_no_family_knows_is_no_account(string code) =>
        AccountCodes.Find(new AccountName(code, Currency.Of("GBP"))).ShouldBeNull();

    [Fact]
    public void A_name_has_an_end() =>
        AccountCodes.IsName(new string('a', AccountCodes.MaxNameLength + 1)).ShouldBeFalse();

    [Fact]
    public void Accounts_are_ordered_by_code_bytes_then_currency()
    {
        AccountName[] names =
        [
            new("psp:b", Currency.Of("GBP")), new("psp:B", Currency.Of("GBP")), new("psp:a", Currency.Of("USD")),
            new("psp:a", Currency.Of("GBP")),
        ];

        names.Order().Select(name => name.ToString())
            .ShouldBe(["psp:B (GBP)", "psp:a (GBP)", "psp:a (USD)", "psp:b (GBP)"]);
    }
}
