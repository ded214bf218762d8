namespace FinCode.Compliance.Rules.Language;

/// <summary>
/// An expression as it was read. It knows its own depth, so that nobody descends further than allowed.
/// </summary>
internal abstract record Expression(SourcePosition At, int Depth);

internal sealed record BoolLiteral(bool Value, SourcePosition At) : Expression(At, 1);

internal sealed record IntLiteral(long Value, SourcePosition At) : Expression(At, 1);

internal sealed record DecimalLiteral(decimal Value, SourcePosition At) : Expression(At, 1);

internal sealed record MoneyLiteral(Money Value, SourcePosition At) : Expression(At, 1);

internal sealed record TextLiteral(string Value, SourcePosition At) : Expression(At, 1);

internal sealed record DurationLiteral(TimeSpan Value, SourcePosition At) : Expression(At, 1);

internal sealed record ListLiteral(IReadOnlyList<Expression> Items, SourcePosition At)
    : Expression(At, 1 + Depths.Of(Items));

internal sealed record Name(string Word, SourcePosition At) : Expression(At, 1);

/// <summary><c>transfer.sendAmount</c>, <c>limit.currency</c>.</summary>
internal sealed record Member(Expression Target, string Word, SourcePosition At) : Expression(At, 1 + Target.Depth);

internal sealed record Unary(string Sign, Expression Operand, SourcePosition At) : Expression(At, 1 + Operand.Depth);

internal sealed record Binary(string Sign, Expression Left, Expression Right, SourcePosition At)
    : Expression(At, 1 + Math.Max(Left.Depth, Right.Depth));

internal sealed record Conditional(Expression When, Expression Then, Expression Otherwise, SourcePosition At)
    : Expression(At, 1 + Math.Max(When.Depth, Math.Max(Then.Depth, Otherwise.Depth)));

internal sealed record Call(string Function, IReadOnlyList<Expression> Arguments, SourcePosition At)
    : Expression(At, 1 + Depths.Of(Arguments));

internal static class Depths
{
    public static int Of(IReadOnlyList<Expression> items) => items.Count == 0 ? 0 : items.Max(item => item.Depth);
}

/// <summary>A value with a name, for what comes after it.</summary>
internal sealed record Let(string Word, Expression Value, SourcePosition At);

/// <summary>A stretch of an explanation: words, or a figure.</summary>
internal sealed record TemplatePart(string? Words, Expression? Figure);

/// <summary>What a rule looks at: of each dimension one of the words, where it has any.</summary>
/// <param name="Dimension">One of <see cref="ScopeDimensions"/>.</param>
internal sealed record ScopeClause(string Dimension, IReadOnlyList<string> Words, SourcePosition At);

internal enum ActionKind
{
    /// <summary>Recorded and shown in a case, if there is one; holds nothing.</summary>
    Warn,

    /// <summary>Opens a case.</summary>
    Hold,

    /// <summary>Opens a case that suggests to reject; two people decide.</summary>
    Block,

    /// <summary>Asks for a document.</summary>
    Ask,

    /// <summary>Adds points to the sender's risk.</summary>
    Risk,
}

/// <param name="Document">Of <see cref="ActionKind.Ask"/>.</param>
/// <param name="Points">Of <see cref="ActionKind.Risk"/>.</param>
internal sealed record RuleAction(ActionKind Kind, string? Document, int Points, SourcePosition At);

/// <summary>A whole rule as it was read.</summary>
internal sealed record RuleSyntax(
    string Name,
    IReadOnlyList<ScopeClause> Scope,
    IReadOnlyList<Let> Lets,
    Expression Condition,
    IReadOnlyList<RuleAction> Actions,
    IReadOnlyList<TemplatePart> Explanation);
