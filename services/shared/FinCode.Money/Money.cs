using System.Globalization;
using System.Text.Json.Serialization;

namespace FinCode;

/// <summary>
/// An amount in minor units of one currency; the only type that carries amounts. Arithmetic is checked: an overflow
/// throws
/// <see cref="OverflowException"/>, mixing currencies throws <see cref="InvalidOperationException"/>.
/// In JSON: <c>{"amount": "102.00", "currency": "GBP"}</c>, always with exactly the currency's number of decimals.
/// </summary>
[JsonConverter(typeof(MoneyJsonConverter))]
public readonly record struct Money : IComparable<Money>
{
    private readonly Currency? _currency;

    public Money(long minorUnits, Currency currency)
    {
        MinorUnits = minorUnits;
        _currency = currency ?? throw new ArgumentNullException(nameof(currency));
    }

    /// <summary>The amount in minor units: 102.00 GBP is 10200, 500 JPY is 500, 1.250 KWD is 1250.</summary>
    public long MinorUnits { get; }

    public Currency Currency => _currency ?? throw new InvalidOperationException("This amount was never set.");

    public bool IsZero => MinorUnits == 0;

    public bool IsPositive => MinorUnits > 0;

    public static Money Zero(Currency currency) => new(0, currency);

    /// <summary>From minor units and a code.</summary>
    public static Money Of(long minorUnits, string currency) => new(minorUnits, Currency.Of(currency));

    /// <summary>From a decimal string that has at most the currency's decimals.</summary>
    /// <exception cref="FormatException">Not a plain decimal number, over-precise, or out of range.</exception>
    public static Money Parse(string amount, Currency currency)
    {
        var error = TryParse(amount, currency, out var money);
        return error is null ? money : throw new FormatException(error);
    }

    /// <summary>
    /// Reads a plain decimal ("102", "102.5", "-0.01"): no exponent, group separators, spaces or plus sign, at most the
    /// currency's decimals and at most 18 digits. Returns null when it worked, otherwise a sentence that says what is
    /// wrong.
    /// </summary>
    public static string? TryParse(string? amount, Currency currency, out Money money)
    {
        money = default;
        if (string.IsNullOrEmpty(amount))
            return "An amount is missing.";
        if (amount.Length > 24 || !IsPlainDecimal(amount))
            return "An amount is a plain decimal number in a string, such as \"102.00\".";
        var value = decimal.Parse(amount, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture);
        var scaled = value * currency.MinorUnitsPerUnit;
        if (decimal.Truncate(scaled) != scaled)
            return $"An amount in {currency.Code} has at most {currency.Decimals} decimals.";
        if (Math.Abs(scaled) > 999_999_999_999_999_999m)
            return "An amount has at most 18 digits.";
        money = new Money((long)scaled, currency);
        return null;
    }

    /// <summary>The amount in major units, exact.</summary>
    public decimal ToDecimal() => (decimal)MinorUnits / Currency.MinorUnitsPerUnit;

    /// <summary>The amount as JSON writes it: "102.00", "500", "1.250".</summary>
    public string ToAmountString() => ToDecimal().ToString("F" + Currency.Decimals, CultureInfo.InvariantCulture);

    public override string ToString() => $"{ToAmountString()} {Currency.Code}";

    public int CompareTo(Money other) => MinorUnits.CompareTo(Same(other).MinorUnits);

    public static Money operator +(Money left, Money right) =>
        new(checked(left.MinorUnits + left.Same(right).MinorUnits), left.Currency);

    public static Money operator -(Money left, Money right) =>
        new(checked(left.MinorUnits - left.Same(right).MinorUnits), left.Currency);

    public static Money operator -(Money money) => new(checked(-money.MinorUnits), money.Currency);

    public static bool operator <(Money left, Money right) => left.CompareTo(right) < 0;

    public static bool operator >(Money left, Money right) => left.CompareTo(right) > 0;

    public static bool operator <=(Money left, Money right) => left.CompareTo(right) <= 0;

    public static bool operator >=(Money left, Money right) => left.CompareTo(right) >= 0;

    private Money Same(Money other) => Equals(Currency, other.Currency)
        ? other
        : throw new InvalidOperationException($"{Currency.Code} and {other.Currency.Code} do not mix.");

    private static bool IsPlainDecimal(string text)
    {
        var digits = 0;
        var points = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsAsciiDigit(text[i]))
                digits++;
            else if (text[i] == '.' && i > 0 && i < text.Length - 1 && char.IsAsciiDigit(text[i - 1]))
                points++;
            else if (text[i] != '-' || i != 0)
                return false;
        }
        return digits > 0 && points <= 1;
    }
}
