using System.Globalization;
using CsCheck;

namespace FinCode.Tests;

public sealed class ConversionTests
{
    private static readonly Gen<Currency> Currencies =
        Gen.OneOf("GBP", "JPY", "KWD", "UGX", "NGN").Select(Currency.Of);
    private static readonly Gen<decimal> Rates = Gen.Long[1, 9_999_999_999].Select(scaled => scaled / 1_000_000m);

    private static readonly Gen<(Money Source, decimal Rate, Currency Target)> Cases = Gen.Select(
        Gen.Long[0, 100_000_000_000], Currencies, Rates, Currencies,
        (minor, source, rate, target) => (new Money(minor, source), rate, target));

    [Fact]
    public void The_worked_example_converts_exactly() => Conversion
        .RoundDown(Money.Of(10000, "GBP"), 2000m, Currency.Of("NGN")).ShouldBe(Money.Of(200_000_00, "NGN"));

    [Theory]
    [InlineData(100, "GBP", "1.999", "JPY", 1, 2)]
    [InlineData(1, "JPY", "0.0049", "KWD", 4, 5)]
    [InlineData(1250, "KWD", "1", "UGX", 1, 2)]
    public void Down_and_up_differ_by_one_minor_unit_where_it_does_not_come_out_even(
        long minor, string source, string rate, string target, long down, long up)
    {
        var value = decimal.Parse(rate, CultureInfo.InvariantCulture);

        Conversion.RoundDown(Money.Of(minor, source), value, Currency.Of(target)).MinorUnits.ShouldBe(down);
        Conversion.RoundUp(Money.Of(minor, source), value, Currency.Of(target)).MinorUnits.ShouldBe(up);
    }

    [Fact]
    public void Down_is_never_above_up_and_half_even_lies_between() => Cases.Sample(given =>
    {
        var down = Conversion.RoundDown(given.Source, given.Rate, given.Target);
        var even = Conversion.RoundHalfEven(given.Source, given.Rate, given.Target);
        var up = Conversion.RoundUp(given.Source, given.Rate, given.Target);
        return down <= even && even <= up && up.MinorUnits - down.MinorUnits <= 1;
    });

    [Fact]
    public void More_money_never_converts_to_less() => Cases.Sample(given =>
        Conversion.RoundDown(given.Source, given.Rate, given.Target)
        <= Conversion.RoundDown(given.Source + new Money(1, given.Source.Currency), given.Rate, given.Target));

    [Theory]
    [InlineData(10000, 150, 150)]
    [InlineData(1, 1, 1)]
    [InlineData(0, 500, 0)]
    [InlineData(10000, 0, 0)]
    public void A_fee_in_basis_points_rounds_up(long minor, int basisPoints, long fee) =>
        Conversion.BasisPoints(Money.Of(minor, "GBP"), basisPoints).ShouldBe(Money.Of(fee, "GBP"));

    [Theory]
    [InlineData("0")]
    [InlineData("-1.5")]
    public void A_rate_is_positive(string rate) => Should.Throw<ArgumentOutOfRangeException>(() => Conversion.RoundDown(
        Money.Of(1, "GBP"), decimal.Parse(rate, CultureInfo.InvariantCulture), Currency.Of("NGN")));

    [Fact]
    public void What_does_not_fit_throws() => Should.Throw<OverflowException>(() =>
        Conversion.RoundDown(Money.Of(long.MaxValue, "GBP"), 1_000_000m, Currency.Of("NGN")));
}
