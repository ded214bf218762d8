namespace FinCode.Compliance.Rules.Language;

internal sealed partial class Binder
{
    private Bound BindUnary(Unary unary)
    {
        var operand = Bind(unary.Operand);
        if (operand.Type.IsWrong)
            return Bound.Wrong;
        var run = operand.Run;
        if (unary.Sign == "!")
        {
            return operand.Type.Kind == ValueKind.Bool
                ? operand with { Run = Known(run, value => Value.Of(!value.IsTrue)) }
                : Error(unary.At, $"! takes bool, not {operand.Type.Describe()}.");
        }
        return operand.Type.Kind is ValueKind.Int or ValueKind.Decimal or ValueKind.Money or ValueKind.Duration
            ? operand with { Run = Known(run, Arithmetic.Negate) }
            : Error(unary.At, $"- takes a number, an amount or a duration, not {operand.Type.Describe()}.");
    }

    private Bound BindConditional(Conditional conditional)
    {
        var (when, then, otherwise) = (Bind(conditional.When), Bind(conditional.Then), Bind(conditional.Otherwise));
        if (when.Type.IsWrong || then.Type.IsWrong || otherwise.Type.IsWrong)
            return Bound.Wrong;
        if (when.Type.Kind != ValueKind.Bool)
            return Error(conditional.When.At, $"What ? asks is bool, not {when.Type.Describe()}.");
        var isMixed = then.Type.Kind != otherwise.Type.Kind;
        if ((isMixed && !(then.Type.IsNumber && otherwise.Type.IsNumber))
            || then.Type.Element != otherwise.Type.Element)
        {
            return Error(conditional.At,
                $"Both sides of : are of one type; these are {then.Type.Describe()} and {otherwise.Type.Describe()}.");
        }
        var type = isMixed ? new StaticType(ValueKind.Decimal) : new StaticType(then.Type.Kind, then.Type.Element,
            then.Type.Currency == otherwise.Type.Currency ? then.Type.Currency : null);
        return new Bound(type, frame => when.Run(frame) switch
        {
            { IsUnknown: true } unknown => unknown,
            { IsTrue: true } => AsNumber(then.Run(frame), isMixed),
            _ => AsNumber(otherwise.Run(frame), isMixed),
        }, when.MayBeMissing || then.MayBeMissing || otherwise.MayBeMissing);
    }

    private static Value AsNumber(Value value, bool isMixed) =>
        isMixed && value.Kind == ValueKind.Int ? Value.Of(value.Number) : value;

    private Bound BindBinary(Binary binary)
    {
        var (left, right) = (Bind(binary.Left), Bind(binary.Right));
        if (left.Type.IsWrong || right.Type.IsWrong)
            return Bound.Wrong;
        var mayBeMissing = left.MayBeMissing || right.MayBeMissing;
        switch (binary.Sign)
        {
            case "&&" or "||":
                return left.Type.Kind == ValueKind.Bool && right.Type.Kind == ValueKind.Bool
                    ? new Bound(new StaticType(ValueKind.Bool), Logic(left.Run, right.Run, binary.Sign == "||"),
                        mayBeMissing)
                    : Mismatch(binary, left, right, "takes two bools");
            case "in":
                return BindIn(binary, left, right);
        }
        var type = TypeOf(binary.Sign, left.Type, right.Type);
        if (type is null)
            return Mismatch(binary, left, right, "does not go with");
        if (left.Type.Currency is { } one && right.Type.Currency is { } other && one != other)
            return Error(binary.At, $"{one.Code} and {other.Code} do not compare; convert() one of them.");
        if (binary.Sign is "==" or "!=" && (CheckWord(left.Type, right, binary) ?? CheckWord(right.Type, left, binary))
            is { } wrongWord)
            return wrongWord;
        var (sign, runLeft, runRight) = (binary.Sign, left.Run, right.Run);
        return new Bound(type, frame => Arithmetic.Apply(sign, runLeft(frame), runRight(frame)), mayBeMissing);
    }

    private Bound BindIn(Binary binary, Bound left, Bound right)
    {
        if (right.Type.Kind != ValueKind.List || left.Type.Kind == ValueKind.List
            || (right.Type.Element != left.Type.Kind
                && !(left.Type.IsNumber && right.Type.Element is ValueKind.Int or ValueKind.Decimal)))
            return Mismatch(binary, left, right, "takes a value and a list of such");
        if (left.Type.Words is { } known
            && right.Type.Words?.FirstOrDefault(word => !known.Contains(word)) is { } wrong)
            return Error(binary.Right.At, $"\"{wrong}\" is not {Parser.OneOf(known)}.");
        var (runLeft, runRight) = (left.Run, right.Run);
        return new Bound(new StaticType(ValueKind.Bool), frame =>
        {
            var (value, list) = (runLeft(frame), runRight(frame));
            return value.IsUnknown ? value : list.IsUnknown ? list : Contains(frame, list.Items, value);
        }, left.MayBeMissing || right.MayBeMissing);
    }

    private static Value Contains(Frame frame, Value[] items, Value value)
    {
        frame.Spend(items.Length);
        var unknown = default(Value?);
        foreach (var item in items)
        {
            switch (Arithmetic.Apply("==", value, item))
            {
                case { IsTrue: true } found:
                    return found;
                case { IsUnknown: true } undecided:
                    unknown = undecided;
                    break;
            }
        }
        return unknown ?? Value.Of(false);
    }

    /// <summary>An unknown side matters only where the other one does not decide.</summary>
    private static Func<Frame, Value> Logic(Func<Frame, Value> left, Func<Frame, Value> right, bool decides) => frame =>
    {
        var first = left(frame);
        if (!first.IsUnknown && first.IsTrue == decides)
            return first;
        var second = right(frame);
        if (!second.IsUnknown && second.IsTrue == decides)
            return second;
        return first.IsUnknown ? first : second;
    };

    /// <summary>Null when the operator does not take these.</summary>
    private static StaticType? TypeOf(string sign, StaticType left, StaticType right)
    {
        var both = left.Kind == right.Kind;
        var numbers = left.IsNumber && right.IsNumber;
        var number = new StaticType(both ? left.Kind : ValueKind.Decimal);
        var money = new StaticType(ValueKind.Money, Currency: left.Currency ?? right.Currency);
        switch (sign)
        {
            case "==" or "!=":
                return numbers || (both && left.Kind != ValueKind.List) ? new StaticType(ValueKind.Bool) : null;
            case "<" or "<=" or ">" or ">=":
                return numbers || (both && left.Kind is ValueKind.Money or ValueKind.Duration or ValueKind.Time)
                    ? new StaticType(ValueKind.Bool) : null;
            case "%":
                return numbers ? number : null;
        }
        return (sign, left.Kind, right.Kind) switch
        {
            ("/", _, _) when numbers => new StaticType(ValueKind.Decimal),
            (_, _, _) when numbers => number,
            ("+" or "-", ValueKind.Money, ValueKind.Money) => money,
            ("+" or "-", ValueKind.Duration, ValueKind.Duration) => left,
            ("+" or "-", ValueKind.Time, ValueKind.Duration) => left,
            ("-", ValueKind.Time, ValueKind.Time) => new StaticType(ValueKind.Duration),
            ("*" or "/", ValueKind.Money, _) when right.IsNumber => money,
            ("*", _, ValueKind.Money) when left.IsNumber => money,
            ("/", ValueKind.Money, ValueKind.Money) => new StaticType(ValueKind.Decimal),
            ("*", ValueKind.Duration, ValueKind.Int) => left,
            ("/", ValueKind.Duration, ValueKind.Duration) => new StaticType(ValueKind.Decimal),
            _ => null,
        };
    }

    private Bound? CheckWord(StaticType attribute, Bound literal, Binary at) =>
        attribute.Words is { } words && literal.Literal is { } word && !words.Contains(word)
            ? Error(at.At, $"\"{word}\" is not {Parser.OneOf(words)}.")
            : null;

    private Bound Mismatch(Binary binary, Bound left, Bound right, string what) => Error(binary.At,
        $"{binary.Sign} {what}: these are {left.Type.Describe()} and {right.Type.Describe()}.");
}
