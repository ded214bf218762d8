namespace FinCode.Compliance.Rules.Language;

/// <summary>
/// What operators do with known values. What cannot be worked out (a division by zero, an overflow, two currencies)
/// is unknown with its reason; nothing here throws. Amounts are rounded in one place only, half to even: they are
/// compared here, never paid.
/// </summary>
internal static class Arithmetic
{
    public static Value Apply(string sign, Value left, Value right)
    {
        if (left.IsUnknown)
            return left;
        if (right.IsUnknown)
            return right;
        try
        {
            return sign switch
            {
                "+" => Add(left, right),
                "-" => Subtract(left, right),
                "*" => Multiply(left, right),
                "/" => Divide(left, right),
                "%" => Remainder(left, right),
                "==" or "!=" => Same(left, right) is { } same
                    ? Value.Of(same == (sign == "==")) : TwoCurrencies(left, right),
                _ => Order(left, right) is { } order ? Value.Of(Holds(sign, order)) : TwoCurrencies(left, right),
            };
        }
        catch (OverflowException)
        {
            return Value.Unknown("a figure is too large to be worked out");
        }
        catch (ArgumentOutOfRangeException)
        {
            return Value.Unknown("a time lies outside of the calendar");
        }
    }

    public static Value Negate(Value value)
    {
        try
        {
            return value.Kind switch
            {
                ValueKind.Int => Value.Of(checked(-value.Whole)),
                ValueKind.Decimal => Value.Of(-value.Number),
                ValueKind.Money => Value.Of(-value.Money),
                ValueKind.Duration => Value.Of(-value.Duration),
                _ => value,
            };
        }
        catch (OverflowException)
        {
            return Value.Unknown("a figure is too large to be worked out");
        }
    }

    /// <summary>Null for amounts in two currencies.</summary>
    public static bool? Same(Value left, Value right) => left.Kind switch
    {
        ValueKind.Bool => left.IsTrue == right.IsTrue,
        ValueKind.Text => string.Equals(left.Text, right.Text, StringComparison.Ordinal),
        _ => Order(left, right) is { } order ? order == 0 : null,
    };

    private static int? Order(Value left, Value right) => left.Kind switch
    {
        ValueKind.Money => left.Money.Currency == right.Money.Currency ? left.Money.CompareTo(right.Money) : null,
        ValueKind.Duration or ValueKind.Time => left.Whole.CompareTo(right.Whole),
        _ => left.Number.CompareTo(right.Number),
    };

    private static bool Holds(string sign, int order) => sign switch
    {
        "<" => order < 0,
        "<=" => order <= 0,
        ">" => order > 0,
        _ => order >= 0,
    };

    private static Value Add(Value left, Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => Value.Of(checked(left.Whole + right.Whole)),
        (ValueKind.Money, _) => left.Money.Currency == right.Money.Currency
            ? Value.Of(left.Money + right.Money) : TwoCurrencies(left, right),
        (ValueKind.Duration, ValueKind.Duration) => Value.Of(left.Duration + right.Duration),
        (ValueKind.Time, _) => Value.Of(left.Time + right.Duration),
        _ => Value.Of(left.Number + right.Number),
    };

    private static Value Subtract(Value left, Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => Value.Of(checked(left.Whole - right.Whole)),
        (ValueKind.Money, _) => left.Money.Currency == right.Money.Currency
            ? Value.Of(left.Money - right.Money) : TwoCurrencies(left, right),
        (ValueKind.Duration, ValueKind.Duration) => Value.Of(left.Duration - right.Duration),
        (ValueKind.Time, ValueKind.Time) => Value.Of(left.Time - right.Time),
        (ValueKind.Time, _) => Value.Of(left.Time - right.Duration),
        _ => Value.Of(left.Number - right.Number),
    };

    private static Value Multiply(Value left, Value right) => (left.Kind, right.Kind) switch
    {
        (ValueKind.Int, ValueKind.Int) => Value.Of(checked(left.Whole * right.Whole)),
        (ValueKind.Money, _) => Rounded(left.Whole * right.Number, left.Money.Currency),
        (_, ValueKind.Money) => Rounded(right.Whole * left.Number, right.Money.Currency),
        (ValueKind.Duration, _) => Value.Of(new TimeSpan(checked(left.Whole * right.Whole))),
        _ => Value.Of(left.Number * right.Number),
    };

    /// <summary>Of two ints it is a decimal: nothing is cut off unseen.</summary>
    private static Value Divide(Value left, Value right)
    {
        var divisor = right.Kind is ValueKind.Money or ValueKind.Duration ? right.Whole : right.Number;
        if (divisor == 0)
            return Value.Unknown("something is divided by zero");
        return (left.Kind, right.Kind) switch
        {
            (ValueKind.Money, ValueKind.Money) => left.Money.Currency == right.Money.Currency
                ? Value.Of(left.Whole / divisor) : TwoCurrencies(left, right),
            (ValueKind.Money, _) => Rounded(left.Whole / divisor, left.Money.Currency),
            (ValueKind.Duration, _) => Value.Of(left.Whole / divisor),
            _ => Value.Of(left.Number / divisor),
        };
    }

    private static Value Remainder(Value left, Value right)
    {
        if (right.Number == 0)
            return Value.Unknown("something is divided by zero");
        return left.Kind == ValueKind.Int && right.Kind == ValueKind.Int
            // The one quotient that overflows leaves no remainder.
            ? Value.Of(right.Whole == -1 ? 0 : left.Whole % right.Whole)
            : Value.Of(left.Number % right.Number);
    }

    private static Value Rounded(decimal minorUnits, Currency currency) =>
        Value.Of(new Money(decimal.ToInt64(decimal.Round(minorUnits, MidpointRounding.ToEven)), currency));

    private static Value TwoCurrencies(Value left, Value right) => Value.Unknown(
        $"{left.Money.Currency.Code} and {right.Money.Currency.Code} do not compare without convert()");
}
