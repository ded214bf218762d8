namespace FinCode.Compliance.Rules.Language;

/// <summary>What is known of an expression before it runs.</summary>
/// <param name="Kind"><see cref="ValueKind.Unknown"/> when an error was found in it already.</param>
/// <param name="Element">Of a list.</param>
/// <param name="Currency">Of an amount whose currency is certain.</param>
/// <param name="Words">Of a text that is always one of these.</param>
internal sealed record StaticType(
    ValueKind Kind, ValueKind Element = ValueKind.Unknown, Currency? Currency = null,
    IReadOnlyCollection<string>? Words = null)
{
    public static StaticType Wrong { get; } = new(ValueKind.Unknown);

    public bool IsWrong => Kind == ValueKind.Unknown;

    public bool IsNumber => Kind is ValueKind.Int or ValueKind.Decimal;

    public string Describe() => Kind == ValueKind.List ? $"a list of {NameOf(Element)}" : NameOf(Kind);

    public static string NameOf(ValueKind kind) => kind switch
    {
        ValueKind.Time => "timestamp",
        ValueKind.Text => "string",
        ValueKind.Unknown => "nothing",
        _ => kind.ToString().ToLowerInvariant(),
    };
}

/// <summary>An expression with its type and the delegate that works it out.</summary>
/// <param name="MayBeMissing">Whether <c>has()</c> may ask for it.</param>
/// <param name="Literal">The text itself, when it is one.</param>
internal sealed record Bound(
    StaticType Type, Func<Frame, Value> Run, bool MayBeMissing = false, string? Literal = null)
{
    public static Bound Wrong { get; } = new(StaticType.Wrong, _ => Value.Unknown("the rule is wrong"));
}

/// <summary>A figure of the history that a rule looks at.</summary>
/// <param name="Only">
/// Which transfers of the window count, as the facts make it out; without a choice, why they do not. Null: all count.
/// </param>
internal sealed record BoundWindow(
    WindowRequest Window, Func<Frame, (AmountChoice? Choice, Value Why)>? Only = null)
{
    /// <returns>No request, and why, where the facts do not say which one it is.</returns>
    public (WindowRequest? Request, Value Why) RequestOf(Frame frame)
    {
        if (Only is null)
            return (Window, default);
        var (choice, why) = Only(frame);
        return choice is null ? (null, why) : (Window with { Only = choice }, default);
    }
}

/// <summary>One evaluation: what is known, the values of the rule's definitions, and the steps that are left.</summary>
internal sealed class Frame(RuleFacts facts, IReadOnlyDictionary<string, Figure> figures, int lets, int steps)
{
    private int _steps = steps;

    public RuleFacts Facts => facts;

    public Value[] Lets { get; } = new Value[lets];

    public Figure FigureOf(WindowRequest window) =>
        figures.GetValueOrDefault(window.Name) ?? Figure.NotKnown($"{window.Name} was not asked for");

    /// <exception cref="StepsExceededException">There are no steps left.</exception>
    public void Spend(int steps)
    {
        _steps -= steps;
        if (_steps < 0)
            throw new StepsExceededException();
    }
}

/// <summary>An evaluation took more steps than a rule may; what it says then is unknown.</summary>
internal sealed class StepsExceededException() : Exception("A rule took more steps than it may.");
