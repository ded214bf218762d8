namespace FinCode.Tests;

public sealed class CurrencyTests
{
    [Theory]
    [InlineData("GBP", 2, 100)]
    [InlineData("JPY", 0, 1)]
    [InlineData("UGX", 0, 1)]
    [InlineData("KWD", 3, 1000)]
    [InlineData("TND", 3, 1000)]
    public void A_currency_knows_its_minor_unit(string code, int decimals, long perUnit)
    {
        var currency = Currency.Of(code);

        currency.Decimals.ShouldBe(decimals);
        currency.MinorUnitsPerUnit.ShouldBe(perUnit);
    }

    [Theory]
    [InlineData("gbp")]
    [InlineData("XXX")]
    [InlineData("XAU")]
    [InlineData("GB")]
    [InlineData("")]
    [InlineData(null)]
    public void Other_codes_are_no_currencies(string? code)
    {
        Currency.Find(code).ShouldBeNull();
        if (code is not null)
            Should.Throw<ArgumentException>(() => Currency.Of(code));
    }

    [Fact]
    public void A_code_stands_once_and_has_at_most_four_decimals()
    {
        Currency.All.Select(currency => currency.Code).ShouldBeUnique();
        Currency.All.ShouldAllBe(currency => currency.Code.Length == 3 && currency.Decimals <= 4);
        Currency.All.Count.ShouldBeGreaterThan(150);
    }
}
