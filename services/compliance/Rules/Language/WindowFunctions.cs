namespace FinCode.Compliance.Rules.Language;

internal sealed partial class Binder
{
    private static readonly WindowField[] Amounts = [WindowField.SendAmount, WindowField.ReceiveAmount];

    /// <summary>
    /// count(key [, length [, amounts]]), sum(key, length [, amount] [, amounts]), distinct(key, length, field
    /// [, amounts]), previous(key [, length]), first(key).
    /// </summary>
    private Bound BindWindow(Call call)
    {
        var measure = Enum.Parse<WindowMeasure>(call.Function, ignoreCase: true);
        var (least, most) = measure switch
        {
            WindowMeasure.Count or WindowMeasure.Previous => (1, 2),
            WindowMeasure.Sum => (2, 3),
            WindowMeasure.Distinct => (3, 3),
            _ => (1, 1),
        };
        var (arguments, amounts) = Split(measure, call.Arguments);
        if (arguments.Length < least || arguments.Length > most)
            return Error(call.At, Usage(measure));
        if (WordIn<WindowKey>(arguments[0]) is not { } key)
        {
            return Error(arguments[0].At,
                $"A window is kept for {Parser.OneOf([.. Enum.GetValues<WindowKey>().Select(WindowRequest.Word)])}.");
        }
        var hours = 0;
        if (arguments.Length > 1 && LengthOf(arguments[1]) is var length)
        {
            if (length is null)
                return Error(arguments[1].At, "A window is 1h, 24h, 7d or 30d long.");
            hours = length.Value;
        }
        var field = measure == WindowMeasure.Sum ? WindowField.SendAmount : WindowField.None;
        if (arguments.Length == 3)
        {
            var allowed = Enum.GetValues<WindowField>().Where(one => one != WindowField.None
                && Amounts.Contains(one) == (measure == WindowMeasure.Sum)).ToArray();
            if (WordIn<WindowField>(arguments[2]) is not { } named || !allowed.Contains(named))
            {
                return Error(arguments[2].At,
                    $"{call.Function} is over {Parser.OneOf([.. allowed.Select(WindowRequest.Word)])}.");
            }
            field = named;
        }
        var window = new WindowRequest(measure, key, hours, field);
        if (amounts is null)
            return Window(call, new BoundWindow(window));
        return BindChoice(amounts) is { } only ? Window(call, new BoundWindow(window, only)) : Bound.Wrong;
    }

    /// <summary>The amounts that count stand last, where a window has a length.</summary>
    private static (Expression[] Arguments, Call? Amounts) Split(
        WindowMeasure measure, IReadOnlyList<Expression> arguments) =>
        measure is WindowMeasure.Count or WindowMeasure.Sum or WindowMeasure.Distinct
        && arguments is [_, _, .., Call { Function: var word } last] && AmountTests.ContainsKey(word)
            ? ([.. arguments.SkipLast(1)], last)
            : ([.. arguments], null);

    private Bound Window(Call call, BoundWindow window)
    {
        _looksBack = true;
        if (!_windows.Contains(window))
            _windows.Add(window);
        if (_windows.Count > RuleLimits.MaxWindows)
            return Error(call.At, $"A rule looks at {RuleLimits.MaxWindows} figures of the history at most.");
        var kind = window.Window.Measure switch
        {
            WindowMeasure.Sum => ValueKind.Money,
            WindowMeasure.Previous or WindowMeasure.First => ValueKind.Time,
            _ => ValueKind.Int,
        };
        return new Bound(new StaticType(kind), frame =>
        {
            var (request, why) = window.RequestOf(frame);
            return request is null ? why : Read(frame.FigureOf(request), request);
        }, MayBeMissing: true);
    }

    private static Value Read(Figure figure, WindowRequest window) => figure switch
    {
        { Unknown: { } why } => Value.Unknown(why),
        { Count: { } count } => Value.Of(count),
        { Sum: { } sum } => Value.Of(sum),
        { At: { } at } => Value.Of(at),
        _ => Value.Unknown($"{window.Name} has no figure"),
    };

    private static int? LengthOf(Expression expression) =>
        expression is DurationLiteral { Value: var length } && length.Ticks % TimeSpan.TicksPerHour == 0
        && WindowRequest.Lengths.Contains((int)(length.Ticks / TimeSpan.TicksPerHour))
            ? (int)(length.Ticks / TimeSpan.TicksPerHour)
            : null;

    private static T? WordIn<T>(Expression expression) where T : struct, Enum
    {
        if (expression is Name { Word: var word })
        {
            foreach (var value in Enum.GetValues<T>())
            {
                if (WindowRequest.Word(value) == word)
                    return value;
            }
        }
        return null;
    }

    private static string Usage(WindowMeasure measure) => measure switch
    {
        WindowMeasure.Count => "It is count(key, length) or count(key), such as count(sender, 24h).",
        WindowMeasure.Previous => "It is previous(key) or previous(key, length), such as previous(sender).",
        WindowMeasure.Sum => "It is sum(key, length) or sum(key, length, receiveAmount).",
        WindowMeasure.Distinct => "It is distinct(key, length, field), such as distinct(beneficiary, 7d, sender).",
        _ => $"It is {WindowRequest.Word(measure)}(key), such as {WindowRequest.Word(measure)}(sender).",
    };
}
