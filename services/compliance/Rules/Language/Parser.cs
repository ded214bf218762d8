using System.Globalization;

namespace FinCode.Compliance.Rules.Language;

/// <summary>
/// Reads a rule's text. It stops at the first thing that it cannot read, and it never descends further than
/// <see cref="RuleLimits.MaxDepth"/>, whatever it is given. The grammar is in docs/rules.md.
/// </summary>
internal sealed partial class Parser
{
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "rule", "for", "let", "when", "then", "because", "true", "false", "in",
    };

    private readonly string _source;
    private readonly Budget _budget;
    private readonly Lexer _lexer;
    private Token _next;

    private Parser(string source, int start, int end, Budget budget)
    {
        (_source, _budget) = (source, budget);
        _lexer = new Lexer(source, start, end);
        _next = _lexer.Next();
    }

    /// <exception cref="RuleSyntaxException">It is no rule, or too large a one.</exception>
    public static RuleSyntax Read(string text)
    {
        if (text.Length > RuleLimits.MaxTextLength)
        {
            throw new RuleSyntaxException(
                new SourcePosition(1, 1), $"A rule has at most {RuleLimits.MaxTextLength} characters.");
        }
        return new Parser(text, 0, text.Length, new Budget()).Rule();
    }

    private RuleSyntax Rule()
    {
        Expect("rule");
        var name = Expect(TokenKind.Text, "the rule's name as a text");
        if (string.IsNullOrWhiteSpace(name.Lexeme) || name.Lexeme.Length > RuleLimits.MaxNameLength)
            throw new RuleSyntaxException(name.At, $"A name has 1 to {RuleLimits.MaxNameLength} characters.");
        var scope = new List<ScopeClause>();
        while (_next.Is("for"))
            scope.Add(Scope(scope));
        var lets = new List<Let>();
        while (_next.Is("let"))
            lets.Add(LetClause(lets));
        Expect("when");
        var condition = Expression();
        Expect("then");
        var actions = new List<RuleAction> { Action() };
        while (TryTake(","))
            actions.Add(Action());
        Expect("because");
        var explanation = Template(Expect(TokenKind.Text, "the explanation as a text"));
        if (_next.Kind != TokenKind.End)
            throw Unexpected("the end of the rule");
        return new RuleSyntax(name.Lexeme, scope, lets, condition, actions, explanation);
    }

    private ScopeClause Scope(List<ScopeClause> earlier)
    {
        Expect("for");
        var dimension = Expect(TokenKind.Word, OneOf(ScopeDimensions.All));
        if (!ScopeDimensions.All.Contains(dimension.Lexeme))
            throw new RuleSyntaxException(dimension.At, $"Expected {OneOf(ScopeDimensions.All)}.");
        if (earlier.Any(clause => clause.Dimension == dimension.Lexeme))
            throw new RuleSyntaxException(dimension.At, $"There is a \"for {dimension.Lexeme}\" already.");
        var words = new List<string>();
        do
        {
            if (words.Count == RuleLimits.MaxListItems)
                throw Unexpected($"at most {RuleLimits.MaxListItems} of these");
            words.Add(dimension.Lexeme == ScopeDimensions.Corridors ? Corridor() : ScopeWord(dimension.Lexeme));
        }
        while (TryTake(","));
        return new ScopeClause(dimension.Lexeme, words, dimension.At);
    }

    private string ScopeWord(string dimension)
    {
        var words = ScopeDimensions.WordsOf(dimension)!;
        var word = Expect(TokenKind.Word, $"a word of \"{dimension}\"");
        return words.Contains(word.Lexeme) ? word.Lexeme : throw NotAWord(word, words);
    }

    /// <summary>GB-NG, GB-*, *-NG.</summary>
    private string Corridor()
    {
        var from = Country();
        Expect("-");
        return $"{from}-{Country()}";
    }

    private string Country()
    {
        if (TryTake("*"))
            return "*";
        var word = Expect(TokenKind.Word, "a country of two letters, or *");
        return word.Lexeme is [>= 'A' and <= 'Z', >= 'A' and <= 'Z']
            ? word.Lexeme
            : throw new RuleSyntaxException(word.At, "A country is an ISO 3166-1 alpha-2 code, such as NG, or *.");
    }

    private Let LetClause(List<Let> earlier)
    {
        var at = _next.At;
        Expect("let");
        var name = Expect(TokenKind.Word, "a name");
        if (Reserved.Contains(name.Lexeme))
            throw new RuleSyntaxException(name.At, $"\"{name.Lexeme}\" is a word of the language.");
        if (earlier.Any(let => let.Word == name.Lexeme))
            throw new RuleSyntaxException(name.At, $"\"{name.Lexeme}\" is defined already.");
        if (earlier.Count == RuleLimits.MaxLets)
            throw new RuleSyntaxException(at, $"A rule has at most {RuleLimits.MaxLets} definitions.");
        Expect("=");
        return new Let(name.Lexeme, Expression(), name.At);
    }

    private RuleAction Action()
    {
        var word = Expect(TokenKind.Word, "warn, hold, block, ask or risk");
        switch (word.Lexeme)
        {
            case "warn":
                return new RuleAction(ActionKind.Warn, null, 0, word.At);
            case "hold":
                return new RuleAction(ActionKind.Hold, null, 0, word.At);
            case "block":
                return new RuleAction(ActionKind.Block, null, 0, word.At);
            case "ask":
                var document = Expect(TokenKind.Word, "a document");
                return RuleWords.Documents.Contains(document.Lexeme)
                    ? new RuleAction(ActionKind.Ask, document.Lexeme, 0, word.At)
                    : throw NotAWord(document, RuleWords.Documents);
            case "risk":
                var points = Expect(TokenKind.Whole, "points");
                return int.TryParse(points.Lexeme, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    && value is >= 1 and <= RuleLimits.MaxRiskPoints
                        ? new RuleAction(ActionKind.Risk, null, value, word.At)
                        : throw new RuleSyntaxException(
                            points.At, $"Risk is raised by 1 to {RuleLimits.MaxRiskPoints} points.");
            default:
                throw new RuleSyntaxException(word.At, "An action is warn, hold, block, ask or risk.");
        }
    }

    /// <summary>Splits an explanation into words and figures; a brace after a backslash is a brace.</summary>
    private List<TemplatePart> Template(Token text)
    {
        if (string.IsNullOrWhiteSpace(text.Lexeme) || text.Lexeme.Length > RuleLimits.MaxExplanationLength)
        {
            throw new RuleSyntaxException(
                text.At, $"An explanation has 1 to {RuleLimits.MaxExplanationLength} characters.");
        }
        var parts = new List<TemplatePart>();
        var words = new System.Text.StringBuilder();
        for (var i = 0; i < text.Lexeme.Length; i++)
        {
            if (!IsBrace(text, i))
            {
                words.Append(text.Lexeme[i]);
                continue;
            }
            var at = new SourcePosition(text.At.Line, text.At.Column + text.Offsets![i] - text.Start);
            var close = i + 1;
            while (close < text.Lexeme.Length && !IsBrace(text, close))
                close++;
            if (text.Lexeme[i] == '}' || close == text.Lexeme.Length || text.Lexeme[close] == '{')
                throw new RuleSyntaxException(at, "This brace has no other; write \\{ or \\} for a brace itself.");
            if (words.Length > 0)
                parts.Add(new TemplatePart(words.ToString(), null));
            words.Clear();
            parts.Add(new TemplatePart(null, Figure(text.Offsets[i] + 1, text.Offsets[close])));
            i = close;
        }
        if (words.Length > 0)
            parts.Add(new TemplatePart(words.ToString(), null));
        return parts;
    }

    private Expression Figure(int start, int end)
    {
        var inside = new Parser(_source, start, end, _budget);
        var figure = inside.Expression();
        return inside._next.Kind == TokenKind.End ? figure : throw inside.Unexpected("the closing brace");
    }

    private bool IsBrace(Token text, int index) =>
        text.Lexeme[index] is '{' or '}' && _source[text.Offsets![index]] != '\\';

    /// <summary>What is left of the limits, for a rule and the figures of its explanation together.</summary>
    private sealed class Budget
    {
        public int Nodes { get; set; }

        public int Depth { get; set; }
    }
}
