using System.Globalization;
using System.Text;

namespace FinCode.Compliance.Rules.Language;

/// <summary>
/// Writes a rule in one canonical form: read again it gives the same tree, and two texts that differ by blanks,
/// brackets or comments only are written alike.
/// </summary>
internal static class Printer
{
    private const int ConditionalStrength = 0;
    private const int UnaryStrength = 6;
    private const int PrimaryStrength = 7;

    public static string Print(RuleSyntax rule)
    {
        var text = new StringBuilder();
        text.Append("rule ").Append(Quote(rule.Name, '"')).Append('\n');
        foreach (var clause in rule.Scope)
            text.Append("for ").Append(clause.Dimension).Append(' ').AppendJoin(", ", clause.Words).Append('\n');
        foreach (var let in rule.Lets)
            text.Append("let ").Append(let.Word).Append(" = ").Append(Print(let.Value)).Append('\n');
        text.Append("when ").Append(Print(rule.Condition)).Append('\n');
        text.Append("then ").AppendJoin(", ", rule.Actions.Select(Print)).Append('\n');
        text.Append("because \"");
        foreach (var part in rule.Explanation)
        {
            if (part.Figure is { } figure)
                text.Append('{').Append(Print(figure, '\'')).Append('}');
            else
                text.Append(Escape(part.Words!, '"'));
        }
        return text.Append("\"\n").ToString();
    }

    /// <param name="quote">Inside of an explanation texts stand in single quotes.</param>
    public static string Print(Expression expression, char quote = '"')
    {
        var text = new StringBuilder();
        Write(text, expression, ConditionalStrength, quote);
        return text.ToString();
    }

    public static string Print(TimeSpan duration)
    {
        var seconds = duration.Ticks / TimeSpan.TicksPerSecond;
        var (count, unit) = seconds switch
        {
            0 => (0L, "s"),
            _ when seconds % 86_400 == 0 => (seconds / 86_400, "d"),
            _ when seconds % 3_600 == 0 => (seconds / 3_600, "h"),
            _ when seconds % 60 == 0 => (seconds / 60, "m"),
            _ => (seconds, "s"),
        };
        return string.Create(CultureInfo.InvariantCulture, $"{count}{unit}");
    }

    private static string Print(RuleAction action) => action.Kind switch
    {
        ActionKind.Ask => $"ask {action.Document}",
        ActionKind.Risk => string.Create(CultureInfo.InvariantCulture, $"risk {action.Points}"),
        ActionKind.Warn => "warn",
        ActionKind.Hold => "hold",
        _ => "block",
    };

    /// <summary>In brackets where it binds less strongly than its place asks for.</summary>
    private static void Write(StringBuilder text, Expression expression, int least, char quote)
    {
        var bracketed = StrengthOf(expression) < least;
        if (bracketed)
            text.Append('(');
        switch (expression)
        {
            case Conditional one:
                Write(text, one.When, ConditionalStrength + 1, quote);
                text.Append(" ? ");
                Write(text, one.Then, ConditionalStrength, quote);
                text.Append(" : ");
                Write(text, one.Otherwise, ConditionalStrength, quote);
                break;
            case Binary one:
                var strength = Parser.PrecedenceOf(one.Sign);
                Write(text, one.Left, strength, quote);
                text.Append(' ').Append(one.Sign).Append(' ');
                Write(text, one.Right, strength + 1, quote);
                break;
            case Unary one:
                text.Append(one.Sign);
                Write(text, one.Operand, UnaryStrength, quote);
                break;
            case Member one:
                Write(text, one.Target, PrimaryStrength, quote);
                text.Append('.').Append(one.Word);
                break;
            case Call one:
                text.Append(one.Function).Append('(');
                WriteAll(text, one.Arguments, quote);
                text.Append(')');
                break;
            case ListLiteral one:
                text.Append('[');
                WriteAll(text, one.Items, quote);
                text.Append(']');
                break;
            default:
                text.Append(Literal(expression, quote));
                break;
        }
        if (bracketed)
            text.Append(')');
    }

    private static void WriteAll(StringBuilder text, IReadOnlyList<Expression> items, char quote)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                text.Append(", ");
            Write(text, items[i], ConditionalStrength, quote);
        }
    }

    private static string Literal(Expression expression, char quote) => expression switch
    {
        BoolLiteral one => one.Value ? "true" : "false",
        IntLiteral one => one.Value.ToString(CultureInfo.InvariantCulture),
        DecimalLiteral one => one.Value.ToString(CultureInfo.InvariantCulture),
        MoneyLiteral one => one.Value.ToString(),
        TextLiteral one => Quote(one.Value, quote),
        DurationLiteral one => Print(one.Value),
        Name one => one.Word,
        _ => throw new InvalidOperationException($"A {expression.GetType().Name} is printed elsewhere."),
    };

    private static int StrengthOf(Expression expression) => expression switch
    {
        Conditional => ConditionalStrength,
        Binary one => Parser.PrecedenceOf(one.Sign),
        Unary => UnaryStrength,
        _ => PrimaryStrength,
    };

    private static string Quote(string text, char quote) => $"{quote}{Escape(text, quote)}{quote}";

    private static string Escape(string text, char quote)
    {
        var escaped = new StringBuilder();
        foreach (var c in text)
        {
            // Inside of an explanation the double quote would end it.
            if (c is '\\' or '{' or '}' or '"' || c == quote)
                escaped.Append('\\').Append(c);
            else
                escaped.Append(c switch { '\n' => "\\n", '\t' => "\\t", _ => c.ToString() });
        }
        return escaped.ToString();
    }
}
