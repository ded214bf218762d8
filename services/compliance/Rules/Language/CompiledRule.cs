using System.Text;

namespace FinCode.Compliance.Rules.Language;

internal enum RuleVerdict
{
    /// <summary>The rule is about other transfers, or its condition is false.</summary>
    NotMatched,
    Matched,

    /// <summary>The condition needs something that is not known. It counts as an alert: see docs/rules.md.</summary>
    Undecided,
}

/// <summary>What a rule says about one transfer.</summary>
/// <param name="Explanation">
/// A sentence with the figures, or why it could not be decided; null without an alert.
/// </param>
internal readonly record struct RuleAnswer(RuleVerdict Verdict, string? Explanation);

/// <summary>
/// A rule that was read and checked: it can be tried on any number of transfers, by any number of threads, and says the
/// same of the same facts and figures.
/// </summary>
internal sealed class CompiledRule
{
    private readonly Func<Frame, Value>[] _lets;
    private readonly Func<Frame, Value> _condition;
    private readonly (string? Words, Func<Frame, Value>? Figure)[] _explanation;
    private readonly BoundWindow[] _windows;

    private CompiledRule(RuleSyntax syntax, Binder binder)
    {
        Syntax = syntax;
        _lets = [.. syntax.Lets.Select(binder.Define)];
        _condition = binder.Condition(syntax.Condition);
        _explanation = [.. syntax.Explanation.Select(part =>
            (part.Words, part.Figure is { } figure ? binder.Figure(figure) : null))];
        _windows = [.. binder.Windows];
    }

    public RuleSyntax Syntax { get; }

    public string Name => Syntax.Name;

    public IReadOnlyList<RuleAction> Actions => Syntax.Actions;

    /// <summary>The text in its one canonical form.</summary>
    public string Canonical => Printer.Print(Syntax);

    /// <summary>Reads and checks a text; without a rule there is at least one error.</summary>
    public static (CompiledRule? Rule, IReadOnlyList<RuleError> Errors) Compile(string text)
    {
        try
        {
            var binder = new Binder();
            var rule = new CompiledRule(Parser.Read(text), binder);
            CheckActions(rule.Actions);
            return binder.Errors.Count > 0 ? (null, binder.Errors) : (rule, []);
        }
        catch (RuleSyntaxException exception)
        {
            return (null, [exception.Error]);
        }
    }

    /// <summary>Whether the rule is about such transfers at all.</summary>
    public bool Concerns(RuleFacts facts) => Syntax.Scope.All(clause => clause.Dimension switch
    {
        ScopeDimensions.Corridors => clause.Words.Any(pattern => Fits(pattern, facts)),
        ScopeDimensions.Currencies => clause.Words.Contains(facts.SendAmount.Currency.Code),
        ScopeDimensions.PayIn => clause.Words.Contains(Storage.Words.Of(facts.PayInMethod)),
        ScopeDimensions.Payout => clause.Words.Contains(Storage.Words.Of(facts.PayoutMethod)),
        ScopeDimensions.Senders => clause.Words.Contains(facts.SenderKind),
        ScopeDimensions.Purposes => clause.Words.Contains(Storage.Words.Of(facts.Purpose)),
        _ => throw new InvalidOperationException($"Nothing is known of \"{clause.Dimension}\"."),
    });

    /// <summary>What of the history has to be known before the rule is tried on such a transfer.</summary>
    public IReadOnlyCollection<WindowRequest> WindowsFor(RuleFacts facts)
    {
        if (_windows.Length == 0 || !Concerns(facts))
            return [];
        var frame = new Frame(facts, new Dictionary<string, Figure>(), _lets.Length, RuleLimits.MaxSteps);
        try
        {
            Define(frame);
            return [.. _windows.Select(window => window.RequestOf(frame).Request).OfType<WindowRequest>().Distinct()];
        }
        catch (StepsExceededException)
        {
            // Trying it takes more steps still, so no figure would be looked at.
            return [];
        }
    }

    public RuleAnswer Try(
        RuleFacts facts, IReadOnlyDictionary<string, Figure> figures, int steps = RuleLimits.MaxSteps)
    {
        if (!Concerns(facts))
            return new RuleAnswer(RuleVerdict.NotMatched, null);
        var frame = new Frame(facts, figures, _lets.Length, steps);
        try
        {
            Define(frame);
            var value = _condition(frame);
            if (value.IsUnknown)
                return new RuleAnswer(RuleVerdict.Undecided, $"This could not be decided: {value.Reason}.");
            return value.IsTrue
                ? new RuleAnswer(RuleVerdict.Matched, Explain(frame))
                : new RuleAnswer(RuleVerdict.NotMatched, null);
        }
        catch (StepsExceededException)
        {
            return new RuleAnswer(RuleVerdict.Undecided, "This could not be decided: it took too many steps.");
        }
    }

    private void Define(Frame frame)
    {
        for (var i = 0; i < _lets.Length; i++)
            frame.Lets[i] = _lets[i](frame);
    }

    private string Explain(Frame frame)
    {
        var sentence = new StringBuilder();
        foreach (var (words, figure) in _explanation)
            sentence.Append(words ?? figure!(frame).ToString());
        return sentence.ToString();
    }

    private static bool Fits(string pattern, RuleFacts facts)
    {
        var countries = pattern.Split('-');
        return (countries[0] == "*" || countries[0] == facts.SendCountry)
            && (countries[1] == "*" || countries[1] == facts.ReceiveCountry);
    }

    private static void CheckActions(IReadOnlyList<RuleAction> actions)
    {
        for (var i = 1; i < actions.Count; i++)
        {
            var (one, earlier) = (actions[i], actions.Take(i));
            var isRepeated = earlier.Any(other => other.Kind == one.Kind && other.Document == one.Document);
            var isSecondOutcome = one.Kind < ActionKind.Ask && earlier.Any(other => other.Kind < ActionKind.Ask);
            if (isRepeated || isSecondOutcome)
                throw new RuleSyntaxException(one.At, "A rule warns, holds or blocks, and does everything once.");
        }
    }
}
