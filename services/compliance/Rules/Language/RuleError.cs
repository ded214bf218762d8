namespace FinCode.Compliance.Rules.Language;

/// <summary>Where something stands in a rule's text: line and column, both from 1, columns in UTF-16 units.</summary>
internal readonly record struct SourcePosition(int Line, int Column)
{
    public override string ToString() => $"line {Line}, column {Column}";
}

/// <summary>One thing that is wrong with a rule's text, in a sentence.</summary>
internal sealed record RuleError(SourcePosition At, string Message)
{
    public override string ToString() => $"{At}: {Message}";
}

/// <summary>The text is no rule: thrown by lexer and parser at the first thing that cannot be read.</summary>
internal sealed class RuleSyntaxException(SourcePosition at, string message) : Exception(message)
{
    public RuleError Error { get; } = new(at, message);
}

/// <summary>What a rule may cost; each limit is an error with a position, never a crash.</summary>
internal static class RuleLimits
{
    /// <summary>Characters of a rule's whole text.</summary>
    public const int MaxTextLength = 8_192;

    /// <summary>Operators, calls, names and literals of one rule together.</summary>
    public const int MaxNodes = 1_000;

    /// <summary>How deep expressions nest; a chain such as <c>a + b + c</c> counts its links.</summary>
    public const int MaxDepth = 100;

    public const int MaxNameLength = 100;
    public const int MaxExplanationLength = 500;
    public const int MaxListItems = 200;
    public const int MaxLets = 16;
    public const int MaxWindows = 24;
    public const int MaxErrors = 20;
    public const int MaxRiskPoints = 100;

    /// <summary>
    /// Steps of one evaluation. Without loops a rule takes about as many steps as it has nodes, but looking through
    /// long lists and texts again and again takes more: a rule that reaches this is undecided.
    /// </summary>
    public const int MaxSteps = 20_000;
}
