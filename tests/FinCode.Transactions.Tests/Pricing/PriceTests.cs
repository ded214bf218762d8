using CsCheck;
using FinCode.Transactions.Pricing;

namespace FinCode.Transactions.Tests.Pricing;

public sealed class PriceTests
{
    // 0, 2 and 3 decimals.
    private static readonly string[] Codes = ["GBP", "NGN", "JPY", "UGX", "KWD", "TND", "USD"];

    private static readonly Gen<Currency> AnyCurrency =
        Gen.Int[0, Codes.Length - 1].Select(i => Currency.Of(Codes[i]));

    private static readonly Gen<decimal> AnyRate =
        Gen.Select(Gen.Long[1, 999_999_999], Gen.Int[0, 8]).Select((digits, scale) => digits / Power(scale));

    private static readonly Gen<(Tariff Tariff, Money Amount)> AnyCase =
        from send in AnyCurrency
        from receive in AnyCurrency
        from rate in AnyRate
        from markup in Gen.Int[0, 5000]
        from fixedFee in Gen.Long[0, 5_000]
        from feeBasisPoints in Gen.Int[0, 5000]
        from amount in Gen.Long[1, 10_000_000]
        select (new Tariff(rate, markup, new Money(fixedFee, send), feeBasisPoints, receive), new Money(amount, send));

    [Fact]
    public void What_is_paid_is_mid_value_and_income_and_fee_exactly() => AnyCase.Sample(
        (tariff, amount) => Price.ForSendAmount(tariff, amount) is not { } price
            || (IsWhole(price) && price.SendAmount == amount));

    [Fact]
    public void An_inclusive_fee_makes_the_total_exactly_what_was_asked_for() => AnyCase.Sample(
        (tariff, total) => Price.ForTotal(tariff, total) is not { } price
            || (IsWhole(price) && price.TotalToPay == total
                && price.Fee >= tariff.FixedFee + Conversion.BasisPoints(price.SendAmount, tariff.FeeBasisPoints)));

    [Fact]
    public void An_inclusive_fee_converts_as_much_as_fits() => AnyCase.Sample((tariff, total) =>
    {
        if (Price.ForTotal(tariff, total) is not { } price)
            return true;
        var more = price.SendAmount + new Money(1, total.Currency);
        return more + tariff.FixedFee + Conversion.BasisPoints(more, tariff.FeeBasisPoints) > total;
    });

    [Fact]
    public void A_receive_amount_arrives_exactly_for_the_least_that_buys_it() =>
        Gen.Select(AnyCase, Gen.Long[1, 10_000_000]).Sample((given, minor) =>
        {
            var (tariff, _) = given;
            var wanted = new Money(minor, tariff.Receive);
            if (Fits(() => Price.ForReceiveAmount(tariff, wanted)) is not { } price)
                return true;
            var less = price.SendAmount - new Money(1, price.SendAmount.Currency);
            return IsWhole(price) && price.ReceiveAmount == wanted
                && Conversion.RoundDown(price.SendAmount, tariff.Rate, tariff.Receive) >= wanted
                && Conversion.RoundDown(less, tariff.Rate, tariff.Receive) < wanted;
        });

    [Fact]
    public void The_example_of_the_books_comes_out()
    {
        var tariff = new Tariff(2030.4569m, 150, Money.Of(200, "GBP"), 0, Currency.Of("NGN"));
        var price = Price.ForSendAmount(tariff, Money.Of(10_000, "GBP"))!;
        price.ReceiveAmount.ShouldBe(Money.Of(20_000_000, "NGN"));
        price.MidValue.ShouldBe(Money.Of(9_850, "GBP"));
        price.FxIncome.ShouldBe(Money.Of(150, "GBP"));
        price.TotalToPay.ShouldBe(Money.Of(10_200, "GBP"));
    }

    [Fact]
    public void A_price_that_rounds_to_nothing_is_none()
    {
        var toKuwait = new Tariff(0.0001m, 0, Money.Of(0, "JPY"), 0, Currency.Of("KWD"));
        Price.ForSendAmount(toKuwait, Money.Of(1, "JPY")).ShouldBeNull();
        Price.ForTotal(toKuwait with { FixedFee = Money.Of(500, "JPY") }, Money.Of(500, "JPY")).ShouldBeNull();
    }

    private static bool IsWhole(Price price) =>
        price.TotalToPay == price.MidValue + price.FxIncome + price.Fee
        && price.FxIncome.MinorUnits >= 0 && price.MidValue.IsPositive && price.ReceiveAmount.IsPositive
        && price.Fee.MinorUnits >= 0;

    private static Price? Fits(Func<Price?> calculate)
    {
        try
        {
            return calculate();
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static decimal Power(int exponent)
    {
        var power = 1m;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }
}
