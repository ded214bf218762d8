using System.Globalization;

namespace FinCode.Compliance.Rules.Language;

internal sealed partial class Parser
{
    private const int UnaryPrecedence = 6;

    /// <summary>How strongly an operator of two sides binds, from 1; 0 when it is none.</summary>
    public static int PrecedenceOf(string sign) => sign switch
    {
        "||" => 1,
        "&&" => 2,
        "==" or "!=" or "<" or "<=" or ">" or ">=" or "in" => 3,
        "+" or "-" => 4,
        "*" or "/" or "%" => UnaryPrecedence - 1,
        _ => 0,
    };

    private Expression Expression()
    {
        Enter();
        var condition = Operators(1);
        var at = _next.At;
        if (TryTake("?"))
        {
            var then = Expression();
            Expect(":");
            condition = Made(new Conditional(condition, then, Expression(), at));
        }
        _budget.Depth--;
        return condition;
    }

    /// <summary>Operators that bind at least so strongly; those of one strength from left to right.</summary>
    private Expression Operators(int precedence)
    {
        var left = Prefixed();
        while (true)
        {
            var sign = _next;
            var binds = sign.Kind is TokenKind.Sign or TokenKind.Word ? PrecedenceOf(sign.Lexeme) : 0;
            if (binds < precedence)
                return left;
            Take();
            left = Made(new Binary(sign.Lexeme, left, Operators(binds + 1), sign.At));
        }
    }

    private Expression Prefixed()
    {
        var sign = _next;
        if (!sign.Is("!") && !sign.Is("-"))
            return Suffixed();
        Enter();
        Take();
        var made = Made(new Unary(sign.Lexeme, Prefixed(), sign.At));
        _budget.Depth--;
        return made;
    }

    private Expression Suffixed()
    {
        var value = Primary();
        while (TryTake("."))
        {
            var word = Expect(TokenKind.Word, "a member's name");
            value = Made(new Member(value, word.Lexeme, word.At));
        }
        return value;
    }

    private Expression Primary()
    {
        var token = _next;
        switch (token.Kind)
        {
            case TokenKind.Whole or TokenKind.Fraction:
                Take();
                return Made(Number(token));
            case TokenKind.Span:
                Take();
                return Made(Duration(token));
            case TokenKind.Text:
                Take();
                return Made(new TextLiteral(token.Lexeme, token.At));
            case TokenKind.Word:
                return Word(token);
        }
        if (TryTake("("))
        {
            var inside = Expression();
            Expect(")");
            return inside;
        }
        if (TryTake("["))
            return Made(new ListLiteral(Items("]", RuleLimits.MaxListItems), token.At));
        throw Unexpected("a value");
    }

    private Expression Word(Token token)
    {
        if (token.Lexeme is "true" or "false")
        {
            Take();
            return Made(new BoolLiteral(token.Lexeme == "true", token.At));
        }
        if (Reserved.Contains(token.Lexeme))
            throw Unexpected("a value");
        Take();
        return TryTake("(")
            ? Made(new Call(token.Lexeme, Items(")", RuleLimits.MaxListItems), token.At))
            : Made(new Name(token.Lexeme, token.At));
    }

    private List<Expression> Items(string close, int most)
    {
        var items = new List<Expression>();
        if (TryTake(close))
            return items;
        do
        {
            if (items.Count == most)
                throw Unexpected($"at most {most} of these");
            items.Add(Expression());
        }
        while (TryTake(","));
        Expect(close);
        return items;
    }

    /// <summary>A number, or with a currency's code behind it an amount.</summary>
    private Expression Number(Token number)
    {
        if (_next is { Kind: TokenKind.Word, Lexeme: [>= 'A' and <= 'Z', >= 'A' and <= 'Z', >= 'A' and <= 'Z'] code })
        {
            var currency = Currency.Find(code)
                ?? throw new RuleSyntaxException(_next.At, $"{code} is not an ISO 4217 currency.");
            Take();
            var error = Money.TryParse(number.Lexeme, currency, out var money);
            return error is null ? new MoneyLiteral(money, number.At) : throw new RuleSyntaxException(number.At, error);
        }
        if (number.Kind == TokenKind.Whole)
        {
            return long.TryParse(number.Lexeme, NumberStyles.None, CultureInfo.InvariantCulture, out var whole)
                ? new IntLiteral(whole, number.At)
                : throw new RuleSyntaxException(number.At, "This number is too large.");
        }
        return number.Lexeme.Length <= MaxFractionLength
            ? new DecimalLiteral(
                decimal.Parse(number.Lexeme, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture), number.At)
            : throw new RuleSyntaxException(number.At, "A number with decimals has at most 24 digits.");
    }

    /// <summary>24 digits and the point: far within what a decimal holds exactly.</summary>
    private const int MaxFractionLength = 25;

    private const int MaxDurationDays = 36_500;

    private static DurationLiteral Duration(Token token)
    {
        var seconds = token.Lexeme[^1] switch { 's' => 1L, 'm' => 60, 'h' => 3600, _ => 86_400 };
        return long.TryParse(token.Lexeme.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count <= MaxDurationDays * 86_400L / seconds
                ? new DurationLiteral(TimeSpan.FromSeconds(count * seconds), token.At)
                : throw new RuleSyntaxException(token.At, $"A duration is at most {MaxDurationDays}d.");
    }

    private void Enter()
    {
        if (++_budget.Depth > RuleLimits.MaxDepth)
            throw TooDeep(_next.At);
    }

    private T Made<T>(T expression) where T : Expression
    {
        if (expression.Depth > RuleLimits.MaxDepth)
            throw TooDeep(expression.At);
        if (++_budget.Nodes > RuleLimits.MaxNodes)
        {
            throw new RuleSyntaxException(
                expression.At, $"A rule has at most {RuleLimits.MaxNodes} operators, names and values.");
        }
        return expression;
    }

    private Token Take()
    {
        var taken = _next;
        _next = _lexer.Next();
        return taken;
    }

    private bool TryTake(string sign)
    {
        if (!_next.Is(sign))
            return false;
        Take();
        return true;
    }

    private void Expect(string sign)
    {
        if (!TryTake(sign))
            throw Unexpected($"\"{sign}\"");
    }

    private Token Expect(TokenKind kind, string what) => _next.Kind == kind ? Take() : throw Unexpected(what);

    private RuleSyntaxException Unexpected(string expected) =>
        new(_next.At, $"Expected {expected}, found {_next.Describe()}.");

    private static RuleSyntaxException TooDeep(SourcePosition at) =>
        new(at, $"A rule nests at most {RuleLimits.MaxDepth} deep.");

    private static RuleSyntaxException NotAWord(Token word, IReadOnlyCollection<string> words) =>
        new(word.At, $"\"{word.Lexeme}\" is not {OneOf(words)}.");

    /// <summary>The words, or some of them where they are many.</summary>
    public static string OneOf(IReadOnlyCollection<string> words) => words.Count <= 16
        ? "one of " + string.Join(", ", words)
        : "one of the words known here, such as " + string.Join(", ", words.Order(StringComparer.Ordinal).Take(3));
}
