namespace FinCode;

/// <summary>
/// The one place where amounts are rounded. A rate is units of the target currency for one unit of the source currency.
/// </summary>
public static class Conversion
{
    /// <summary>
    /// Converts and rounds down to the target's minor unit: what is promised is never more than what was paid for.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not positive.</exception>
    /// <exception cref="OverflowException">The result does not fit.</exception>
    public static Money RoundDown(Money source, decimal rate, Currency target) =>
        new(ToMinor(decimal.Floor(Exact(source, rate, target))), target);

    /// <summary>Converts and rounds up: what must be paid in so that at least the wanted amount comes out.</summary>
    public static Money RoundUp(Money source, decimal rate, Currency target) =>
        new(ToMinor(decimal.Ceiling(Exact(source, rate, target))), target);

    /// <summary>Converts and rounds half to even: for valuations, where nobody is promised the result.</summary>
    public static Money RoundHalfEven(Money source, decimal rate, Currency target) =>
        new(ToMinor(decimal.Round(Exact(source, rate, target), MidpointRounding.ToEven)), target);

    /// <summary>A share of an amount in basis points (1/100 of a per cent), rounded up: for fees.</summary>
    public static Money BasisPoints(Money amount, int basisPoints)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(basisPoints);
        return new Money(ToMinor(decimal.Ceiling((decimal)amount.MinorUnits * basisPoints / 10_000m)), amount.Currency);
    }

    private static decimal Exact(Money source, decimal rate, Currency target)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate);
        return (decimal)source.MinorUnits / source.Currency.MinorUnitsPerUnit * rate * target.MinorUnitsPerUnit;
    }

    private static long ToMinor(decimal value) => decimal.ToInt64(value);
}
