using System.Globalization;

namespace FinCode.Compliance.Rules.Language;

internal sealed partial class Binder
{
    private Bound BindCall(Call call) => call.Function switch
    {
        "has" => BindHas(call),
        "count" or "sum" or "distinct" or "previous" or "first" => BindWindow(call),
        "size" => BindSize(call),
        "startsWith" => Texts(call, (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        "endsWith" => Texts(call, (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        "contains" => Texts(call, (text, part) => text.Contains(part, StringComparison.Ordinal)),
        "days" => OfOne(call, ValueKind.Duration, ValueKind.Int, one => Value.Of(one.Whole / TimeSpan.TicksPerDay)),
        "hours" => OfOne(call, ValueKind.Duration, ValueKind.Int, one => Value.Of(one.Whole / TimeSpan.TicksPerHour)),
        "hourOfDay" => OfOne(call, ValueKind.Time, ValueKind.Int, one => Value.Of(one.Time.Hour)),
        "dayOfWeek" => OfOne(call, ValueKind.Time, ValueKind.Int,
            one => Value.Of(one.Time.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)one.Time.DayOfWeek)),
        "isRound" => BindIsRound(call),
        "min" => Chosen(call, "<"),
        "max" => Chosen(call, ">"),
        "convert" => BindConvert(call),
        "inCurrencyOf" => BindInCurrencyOf(call),
        "timestamp" => BindTimestamp(call),
        _ => Error(call.At, $"There is no function \"{call.Function}\"."),
    };

    /// <summary>True when the value is known. Only what may be missing can be asked for.</summary>
    private Bound BindHas(Call call)
    {
        if (call.Arguments is not [var asked])
            return Error(call.At, "has takes one value.");
        if (asked is Name { Word: "device" or "phone" } key)
        {
            var isDevice = key.Word == "device";
            return new Bound(new StaticType(ValueKind.Bool),
                frame => Value.Of(isDevice ? frame.Facts.HasDevice : frame.Facts.HasPhone));
        }
        var value = Bind(asked);
        if (value.Type.IsWrong)
            return Bound.Wrong;
        if (!value.MayBeMissing)
            return Error(asked.At, "This is always there; has asks for what may be missing.");
        var run = value.Run;
        return new Bound(new StaticType(ValueKind.Bool), frame => Value.Of(!run(frame).IsUnknown));
    }

    private Bound BindSize(Call call)
    {
        if (Arguments(call, 1) is not [var value])
            return Bound.Wrong;
        if (value.Type.Kind is not (ValueKind.Text or ValueKind.List))
            return Error(call.At, $"size takes a string or a list, not {value.Type.Describe()}.");
        var run = value.Run;
        return new Bound(new StaticType(ValueKind.Int), frame => run(frame) switch
        {
            { IsUnknown: true } unknown => unknown,
            { Kind: ValueKind.Text } text => Value.Of(text.Text.Length),
            var list => Value.Of(list.Items.Length),
        }, value.MayBeMissing);
    }

    private Bound Texts(Call call, Func<string, string, bool> ask)
    {
        if (Arguments(call, 2) is not [var text, var part])
            return Bound.Wrong;
        if (text.Type.Kind != ValueKind.Text || part.Type.Kind != ValueKind.Text)
            return Error(call.At, $"{call.Function} takes two strings.");
        return new Bound(new StaticType(ValueKind.Bool), frame =>
        {
            var (one, other) = (text.Run(frame), part.Run(frame));
            if (one.IsUnknown || other.IsUnknown)
                return one.IsUnknown ? one : other;
            frame.Spend(one.Text.Length + other.Text.Length);
            return Value.Of(ask(one.Text, other.Text));
        }, text.MayBeMissing || part.MayBeMissing);
    }

    private Bound OfOne(Call call, ValueKind takes, ValueKind gives, Func<Value, Value> ask)
    {
        if (Arguments(call, 1) is not [var value])
            return Bound.Wrong;
        if (value.Type.Kind != takes)
        {
            return Error(call.At,
                $"{call.Function} takes {StaticType.NameOf(takes)}, not {value.Type.Describe()}.");
        }
        var run = value.Run;
        return new Bound(new StaticType(gives), Known(run, ask), value.MayBeMissing);
    }

    /// <summary>Whether an amount or a number is a whole multiple, in whole units of the currency.</summary>
    private Bound BindIsRound(Call call)
    {
        if (Arguments(call, 2) is not [var value, var multiple])
            return Bound.Wrong;
        if (value.Type is not { Kind: ValueKind.Money } and not { IsNumber: true }
            || multiple.Type.Kind != ValueKind.Int)
            return Error(call.At, "isRound takes an amount or a number, and an int.");
        return new Bound(new StaticType(ValueKind.Bool), frame =>
        {
            var (one, of) = (value.Run(frame), multiple.Run(frame));
            if (one.IsUnknown || of.IsUnknown)
                return one.IsUnknown ? one : of;
            if (of.Whole <= 0)
                return Value.Unknown("a multiple has to be positive");
            var number = one.Kind == ValueKind.Money ? one.Money.ToDecimal() : one.Number;
            return Value.Of(number != 0 && number % of.Whole == 0);
        }, value.MayBeMissing || multiple.MayBeMissing);
    }

    /// <summary>The smaller or the greater of two.</summary>
    private Bound Chosen(Call call, string sign)
    {
        if (Arguments(call, 2) is not [var left, var right])
            return Bound.Wrong;
        if (TypeOf(sign, left.Type, right.Type) is null || left.Type.Kind != right.Type.Kind)
            return Error(call.At, $"{call.Function} takes two of one type that has an order.");
        if (left.Type.Currency is { } one && right.Type.Currency is { } other && one != other)
            return Error(call.At, $"{one.Code} and {other.Code} do not compare; convert() one of them.");
        var type = new StaticType(left.Type.Kind, Currency: left.Type.Currency ?? right.Type.Currency);
        return new Bound(type, frame =>
        {
            var (first, second) = (left.Run(frame), right.Run(frame));
            var chosen = Arithmetic.Apply(sign, first, second);
            return chosen.IsUnknown ? chosen : chosen.IsTrue ? first : second;
        }, left.MayBeMissing || right.MayBeMissing);
    }

    /// <summary>An amount in another currency, at the rate of the transfer itself and at no other.</summary>
    private Bound BindConvert(Call call)
    {
        if (Arguments(call, 2) is not [var value, var code])
            return Bound.Wrong;
        if (value.Type.Kind != ValueKind.Money || code.Literal is null)
            return Error(call.At, "convert takes an amount and a currency's code as a text.");
        if (Currency.Find(code.Literal) is not { } target)
            return Error(call.Arguments[1].At, $"{code.Literal} is not an ISO 4217 currency.");
        var run = value.Run;
        return new Bound(new StaticType(ValueKind.Money, Currency: target),
            frame =>
            {
                var money = run(frame);
                return money.IsUnknown ? money : Converted(frame, money.Money, target);
            },
            MayBeMissing: true);
    }

    /// <summary>Of several amounts the one in the currency of the first: a limit for each currency.</summary>
    private Bound BindInCurrencyOf(Call call)
    {
        if (call.Arguments.Count < 2)
            return Error(call.At, "inCurrencyOf takes an amount, and those to choose from.");
        var bound = call.Arguments.Select(Bind).ToArray();
        if (bound.Any(one => one.Type.IsWrong))
            return Bound.Wrong;
        var choices = bound[1..];
        if (bound[0].Type.Kind != ValueKind.Money || choices.Any(one => one.Type.Currency is null))
            return Error(call.At, "inCurrencyOf takes an amount, and amounts whose currency is certain.");
        if (choices.DistinctBy(one => one.Type.Currency).Count() < choices.Length)
            return Error(call.At, "inCurrencyOf takes one amount of each currency.");
        var (asked, by) = (bound[0].Run, choices.ToDictionary(one => one.Type.Currency!, one => one.Run));
        return new Bound(new StaticType(ValueKind.Money), frame =>
        {
            var money = asked(frame);
            return money.IsUnknown ? money
                : by.TryGetValue(money.Money.Currency, out var chosen) ? chosen(frame)
                : Value.Unknown($"there is no amount in {money.Money.Currency.Code} to choose");
        }, MayBeMissing: true);
    }

    private static Value Converted(Frame frame, Money money, Currency target)
    {
        var (sent, received) = (frame.Facts.SendAmount, frame.Facts.ReceiveAmount);
        if (money.Currency == target)
            return Value.Of(money);
        var (from, to) = money.Currency == sent.Currency ? (sent, received) : (received, sent);
        if (money.Currency != from.Currency || target != to.Currency || !from.IsPositive || !to.IsPositive)
            return Value.Unknown($"this transfer has no rate from {money.Currency.Code} to {target.Code}");
        try
        {
            var minorUnits = (decimal)money.MinorUnits * to.MinorUnits / from.MinorUnits;
            return Value.Of(new Money(
                decimal.ToInt64(decimal.Round(minorUnits, MidpointRounding.ToEven)), target));
        }
        catch (OverflowException)
        {
            return Value.Unknown("a figure is too large to be worked out");
        }
    }

    private Bound BindTimestamp(Call call)
    {
        if (Arguments(call, 1) is not [var text])
            return Bound.Wrong;
        const string form = "yyyy-MM-dd'T'HH:mm:ss'Z'";
        return DateTimeOffset.TryParseExact(text.Literal, form, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time)
            ? Constant(ValueKind.Time, Value.Of(time))
            : Error(call.At, "timestamp takes a text such as \"2026-01-31T00:00:00Z\".");
    }

    /// <summary>None when there are not so many, or one of them is wrong.</summary>
    private Bound[] Arguments(Call call, int count)
    {
        if (call.Arguments.Count != count)
        {
            Error(call.At, $"{call.Function} takes {count} {(count == 1 ? "value" : "values")}.");
            return [];
        }
        var bound = call.Arguments.Select(Bind).ToArray();
        return bound.Any(one => one.Type.IsWrong) ? [] : bound;
    }
}
