namespace FinCode.Compliance.Rules.Language;

/// <summary>
/// Checks the types of a rule and makes delegates of its expressions. It goes on after an error, so that a text is told
/// about all of them, and notes which windows of history the rule needs.
/// </summary>
internal sealed partial class Binder
{
    private readonly List<RuleError> _errors = [];
    private readonly List<BoundWindow> _windows = [];
    private readonly Dictionary<string, (int Slot, Bound Bound, bool LooksBack)> _lets = new(StringComparer.Ordinal);

    /// <summary>Whether something that was bound since looks at the history.</summary>
    private bool _looksBack;

    public IReadOnlyList<RuleError> Errors => _errors;

    public IReadOnlyCollection<BoundWindow> Windows => _windows;

    /// <summary>A definition, under its name from here on.</summary>
    public Func<Frame, Value> Define(Let let)
    {
        _looksBack = false;
        var bound = Bind(let.Value);
        if (Attributes.MembersOf(let.Word).Count > 0 || Enum.GetValues<WindowKey>().Any(
            key => WindowRequest.Word(key) == let.Word))
            Error(let.At, $"\"{let.Word}\" means something else already.");
        var slot = _lets.Count;
        _lets[let.Word] = (slot, bound, _looksBack);
        return bound.Run;
    }

    public Func<Frame, Value> Condition(Expression expression)
    {
        var bound = Bind(expression);
        if (!bound.Type.IsWrong && bound.Type.Kind != ValueKind.Bool)
            Error(expression.At, $"A condition is bool; this is {bound.Type.Describe()}.");
        return bound.Run;
    }

    /// <summary>A figure in an explanation: anything that reads well in a sentence.</summary>
    public Func<Frame, Value> Figure(Expression expression)
    {
        var bound = Bind(expression);
        if (bound.Type.Kind is ValueKind.Bool or ValueKind.List)
            Error(expression.At, $"An explanation shows figures and words, not {bound.Type.Describe()}.");
        return bound.Run;
    }

    private Bound Bind(Expression expression)
    {
        var bound = expression switch
        {
            BoolLiteral one => Constant(ValueKind.Bool, Value.Of(one.Value)),
            IntLiteral one => Constant(ValueKind.Int, Value.Of(one.Value)),
            DecimalLiteral one => Constant(ValueKind.Decimal, Value.Of(one.Value)),
            DurationLiteral one => Constant(ValueKind.Duration, Value.Of(one.Value)),
            TextLiteral one => Constant(ValueKind.Text, Value.Of(one.Value)) with { Literal = one.Value },
            MoneyLiteral one => Constant(ValueKind.Money, Value.Of(one.Value)) with
            {
                Type = new StaticType(ValueKind.Money, Currency: one.Value.Currency),
            },
            ListLiteral one => BindList(one),
            Name one => BindName(one),
            Member one => BindMember(one),
            Unary one => BindUnary(one),
            Binary one => BindBinary(one),
            Conditional one => BindConditional(one),
            Call one => BindCall(one),
            _ => throw new InvalidOperationException($"A {expression.GetType().Name} has no meaning."),
        };
        var run = bound.Run;
        return bound with
        {
            Run = frame =>
            {
                frame.Spend(1);
                return run(frame);
            },
        };
    }

    private Bound BindList(ListLiteral list)
    {
        if (list.Items.Count == 0)
            return Error(list.At, "A list has at least one item.");
        var items = list.Items.Select(Bind).ToArray();
        var element = items[0].Type;
        if (element.IsWrong)
            return Bound.Wrong;
        if (element.Kind == ValueKind.List)
            return Error(list.At, "A list holds no lists.");
        for (var i = 1; i < items.Length; i++)
        {
            if (items[i].Type.IsWrong)
                return Bound.Wrong;
            if (items[i].Type.Kind != element.Kind && !(element.IsNumber && items[i].Type.IsNumber))
            {
                return Error(list.Items[i].At,
                    $"The items of a list are of one type: {element.Describe()}, not {items[i].Type.Describe()}.");
            }
        }
        var runs = items.Select(item => item.Run).ToArray();
        return new Bound(new StaticType(ValueKind.List, element.Kind, Words: WordsOf(items)), frame =>
        {
            var values = new Value[runs.Length];
            for (var i = 0; i < runs.Length; i++)
            {
                values[i] = runs[i](frame);
                if (values[i].IsUnknown)
                    return values[i];
            }
            return Value.Of(values);
        });
    }

    /// <summary>The texts of a list of literals, so that they can be compared with what an attribute can be.</summary>
    private static string[]? WordsOf(Bound[] items) =>
        items.All(item => item.Literal is not null) ? [.. items.Select(item => item.Literal!)] : null;

    private Bound BindName(Name name)
    {
        if (_lets.TryGetValue(name.Word, out var let))
        {
            var slot = let.Slot;
            _looksBack |= let.LooksBack;
            return let.Bound with { Run = frame => frame.Lets[slot] };
        }
        var members = Attributes.MembersOf(name.Word);
        return Error(name.At, members.Count > 0
            ? $"\"{name.Word}\" has {string.Join(", ", members)}; say which."
            : $"There is no \"{name.Word}\".");
    }

    private Bound BindMember(Member member)
    {
        if (member.Target is Name root && !_lets.ContainsKey(root.Word)
            && Attributes.MembersOf(root.Word) is { Count: > 0 } members)
        {
            var path = $"{root.Word}.{member.Word}";
            if (Attributes.Find(path) is not { } attribute)
                return Error(member.At, $"\"{root.Word}\" has no \"{member.Word}\", but {string.Join(", ", members)}.");
            var missing = Value.Unknown($"{path} is not known");
            return new Bound(
                attribute.Type, frame => attribute.Read(frame.Facts) ?? missing, attribute.IsOptional);
        }
        var target = Bind(member.Target);
        if (target.Type.IsWrong)
            return Bound.Wrong;
        var run = target.Run;
        return (target.Type.Kind, member.Word) switch
        {
            (ValueKind.Money, "amount") => new Bound(new StaticType(ValueKind.Decimal),
                Known(run, money => Value.Of(money.Money.ToDecimal())), target.MayBeMissing),
            (ValueKind.Money, "currency") => new Bound(
                new StaticType(ValueKind.Text, Words: RuleWords.Currencies),
                Known(run, money => Value.Of(money.Money.Currency.Code)), target.MayBeMissing),
            (ValueKind.Money, _) => Error(member.At, "An amount of money has \"amount\" and \"currency\"."),
            _ => Error(member.At, $"{target.Type.Describe()} has no \"{member.Word}\"."),
        };
    }

    /// <summary>Asks only what is known; worked out once, however deep it stands.</summary>
    private static Func<Frame, Value> Known(Func<Frame, Value> run, Func<Value, Value> ask) => frame =>
    {
        var value = run(frame);
        return value.IsUnknown ? value : ask(value);
    };

    private static Bound Constant(ValueKind kind, Value value) => new(new StaticType(kind), _ => value);

    private Bound Error(SourcePosition at, string message)
    {
        if (_errors.Count < RuleLimits.MaxErrors)
            _errors.Add(new RuleError(at, message));
        return Bound.Wrong;
    }
}
