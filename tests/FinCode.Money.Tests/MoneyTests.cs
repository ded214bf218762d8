using System.Text.Json;
using CsCheck;

namespace FinCode.Tests;

public sealed class MoneyTests
{
    private static readonly Gen<Currency> Currencies = Gen.OneOf(Currency.All.ToArray());

    private static readonly Gen<Money> Amounts = Gen.Select(
        Gen.Long[-999_999_999_999_999_999, 999_999_999_999_999_999], Currencies,
        (minor, currency) => new Money(minor, currency));

    [Theory]
    [InlineData("102.00", "GBP", 10200)]
    [InlineData("102", "GBP", 10200)]
    [InlineData("0.5", "GBP", 50)]
    [InlineData("500", "JPY", 500)]
    [InlineData("1.250", "KWD", 1250)]
    [InlineData("-0.01", "NGN", -1)]
    [InlineData("999999999999999999", "UGX", 999_999_999_999_999_999)]
    public void An_amount_is_read_into_minor_units(string text, string currency, long minorUnits) =>
        Money.Parse(text, Currency.Of(currency)).ShouldBe(Money.Of(minorUnits, currency));

    [Theory]
    [InlineData("102.001", "GBP")]
    [InlineData("1.5", "UGX")]
    [InlineData("1.2505", "TND")]
    [InlineData("1e3", "GBP")]
    [InlineData("1,000.00", "GBP")]
    [InlineData(" 1.00", "GBP")]
    [InlineData("+1.00", "GBP")]
    [InlineData("1.", "GBP")]
    [InlineData(".5", "GBP")]
    [InlineData("1.2.3", "GBP")]
    [InlineData("--1", "GBP")]
    [InlineData("NaN", "GBP")]
    [InlineData("\u0661\u0662", "GBP")]
    [InlineData("", "GBP")]
    [InlineData("1000000000000000000", "JPY")]
    [InlineData("10000000000000000.00", "GBP")]
    public void What_is_no_plain_amount_of_the_currency_is_refused_with_a_sentence(string text, string currency)
    {
        var error = Money.TryParse(text, Currency.Of(currency), out _);

        error.ShouldNotBeNull().ShouldEndWith(".");
        Should.Throw<FormatException>(() => Money.Parse(text, Currency.Of(currency)));
    }

    [Fact]
    public void What_is_written_is_read_back_the_same() => Amounts.Sample(money =>
        Money.Parse(money.ToAmountString(), money.Currency) == money
        && JsonSerializer.Deserialize<Money>(JsonSerializer.Serialize(money)) == money);

    [Fact]
    public void JSON_holds_the_amount_as_a_string_with_all_decimals() =>
        JsonSerializer.Serialize(Money.Of(10200, "GBP")).ShouldBe("""{"amount":"102.00","currency":"GBP"}""");

    [Theory]
    [InlineData("""{"amount": 102.00, "currency": "GBP"}""")]
    [InlineData("""{"amount": "102.00"}""")]
    [InlineData("""{"currency": "GBP"}""")]
    [InlineData("""{"amount": "102.00", "currency": "GBX"}""")]
    [InlineData("""{"amount": "102.00", "currency": "gbp"}""")]
    [InlineData("""{"amount": "102.00", "currency": "GBP", "unit": "minor"}""")]
    [InlineData("""{"amount": null, "currency": "GBP"}""")]
    [InlineData("\"102.00 GBP\"")]
    [InlineData("[]")]
    public void Other_JSON_is_refused(string json) =>
        Should.Throw<JsonException>(() => JsonSerializer.Deserialize<Money>(json));

    [Fact]
    public void Currencies_do_not_mix()
    {
        Should.Throw<InvalidOperationException>(() => Money.Of(1, "GBP") + Money.Of(1, "EUR"));
        Should.Throw<InvalidOperationException>(() => Money.Of(1, "GBP") < Money.Of(1, "EUR"));
        (Money.Of(1, "GBP") == Money.Of(1, "EUR")).ShouldBeFalse();
    }

    [Fact]
    public void An_overflow_throws_and_never_wraps()
    {
        Should.Throw<OverflowException>(() => Money.Of(long.MaxValue, "GBP") + Money.Of(1, "GBP"));
        Should.Throw<OverflowException>(() => Money.Of(long.MinValue, "GBP") - Money.Of(1, "GBP"));
        Should.Throw<OverflowException>(() => -Money.Of(long.MinValue, "GBP"));
    }

    [Fact]
    public void An_amount_that_was_never_set_has_no_currency() =>
        Should.Throw<InvalidOperationException>(() => default(Money).Currency);
}
