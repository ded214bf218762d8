using CsCheck;
using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Rules.RuleSamples;

namespace FinCode.Compliance.Tests.Rules;

public sealed class RuleProperties
{
    private static SourcePosition Nowhere => default;

    private static readonly string[] Pieces =
    [
        "rule", "\"a\"", "'b'", "for", "corridors", "GB-*", "let", "x", "=", "when", "then", "because", "true", "&&",
        "||", "!", "(", ")", "[", "]", ",", ".", "?", ":", "+", "-", "*", "/", "%", "==", "<", ">=", "in", "1", "2.5",
        "10.00 GBP", "24h", "transfer", "sendAmount", "customer.kycTier", "count(", "sender", "sum(sender, 24h)",
        "has(", "hold", "risk 5", "ask PASSPORT", "\"", "'", "\\", "{", "}", "//", "\n", "\0", "\u00e9",
        "9999999999999",
        "1h", "5", "convert(", "\"GBP\"", "-", "--",
    ];

    private static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(index => values[index]);

    private static Gen<string> AnyText { get; } = Gen.OneOf(
        Gen.String[0, 200],
        Gen.String[Gen.Char['\u0001', '\u00ff'], 0, 100].Select(text => "rule \"x\" when " + text),
        Pick(Pieces).Array[0, 60].Select(pieces => string.Join(' ', pieces)),
        Pick(Pieces).Array[0, 20].Select(pieces => RuleOf(string.Concat(pieces))),
        Pick(Pieces).Array[0, 8].Select(pieces => RuleOf("true", because: string.Concat(pieces))));

    [Fact]
    public void Whatever_is_read_gives_a_rule_or_errors_and_never_throws() => AnyText.Sample(text =>
    {
        var (rule, errors) = CompiledRule.Compile(text);

        (rule is null).ShouldBe(errors.Count > 0);
        errors.ShouldAllBe(error => error.At.Line >= 1 && error.At.Column >= 1 && error.Message.Length > 0);
        rule?.Try(Facts, new Dictionary<string, Figure>());
    }, iter: Seeds.Rounds(5_000, 500_000));

    [Fact]
    public void A_rule_with_one_character_changed_gives_a_rule_or_errors_too() =>
        Gen.Select(Pick([.. RuleLibrary.All]), Gen.Int[0, 2_000], Gen.Char['\u0001', '\u007f'])
            .Sample((rule, at, c) =>
            {
                var changed = rule.Text.Remove(at % rule.Text.Length, 1).Insert(at % rule.Text.Length, c.ToString());
                var (compiled, errors) = CompiledRule.Compile(changed);
                (compiled is null).ShouldBe(errors.Count > 0);
            }, iter: Seeds.Rounds(2_000, 100_000));

    [Fact]
    public void The_printed_form_reads_as_the_same_tree() => AnyRule.Sample(rule =>
    {
        var printed = Printer.Print(rule);
        var read = Parser.Read(printed);

        Shape(read).ShouldBe(Shape(rule));
        Printer.Print(read).ShouldBe(printed);
    }, iter: Seeds.Rounds(5_000, 200_000));

    [Fact]
    public void Brackets_blanks_and_comments_do_not_change_the_printed_form() =>
        Compile("rule   \"x\" // so\nwhen ((1) + (2 * 3)) > (0)\n\n then hold because \"{ (1) }\"").Canonical
            .ShouldBe(Compile("rule \"x\" when 1 + 2 * 3 > 0 then hold because \"{1}\"").Canonical);

    /// <summary>Conditions of every shape, well typed or not, on facts of every kind.</summary>
    [Fact]
    public void The_same_rule_says_the_same_of_the_same_facts_and_figures() =>
        Gen.Select(AnyCondition(4), Gen.Long[1, 1_000_000], Gen.Int[0, 3], Gen.Long[0, 9]).Sample(
            (condition, minor, tier, count) =>
        {
            var text = Printer.Print(new RuleSyntax("x", [], [], condition,
                [new RuleAction(ActionKind.Hold, null, 0, Nowhere)], [new TemplatePart(null, AnAmount)]));
            if (CompiledRule.Compile(text).Rule is not { } rule)
                return;
            var facts = Sending(minor) with { KycTier = tier == 3 ? null : tier };
            var figures = new Dictionary<string, Figure> { ["count(sender, 24h)"] = Count(count) };

            var first = rule.Try(facts, figures);

            rule.Try(facts, figures).ShouldBe(first);
            Compile(text).Try(facts, figures).ShouldBe(first);
            Compile(rule.Canonical).Try(facts, figures).ShouldBe(first);
        }, iter: Seeds.Rounds(2_000, 200_000));

    private static Expression AnAmount { get; } = new Member(new Name("transfer", Nowhere), "sendAmount", Nowhere);

    private static Gen<string> Words { get; } = Gen.String[Gen.Char[' ', '~'], 0, 8];

    private static Gen<Expression> Leaf { get; } = Gen.OneOf<Expression>(
        Gen.Bool.Select(value => (Expression)new BoolLiteral(value, Nowhere)),
        Gen.Long[0, long.MaxValue].Select(value => (Expression)new IntLiteral(value, Nowhere)),
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[1, 6]).Select((value, scale) =>
            (Expression)new DecimalLiteral(new decimal((int)value, 0, 0, false, (byte)scale), Nowhere)),
        Gen.Select(Gen.Long[0, 1_000_000], Pick("GBP", "JPY", "KWD", "NGN")).Select((value, currency) =>
            (Expression)new MoneyLiteral(Money.Of(value, currency), Nowhere)),
        Words.Select(value => (Expression)new TextLiteral(value, Nowhere)),
        Gen.Int[0, 10_000_000].Select(value => (Expression)new DurationLiteral(TimeSpan.FromSeconds(value), Nowhere)),
        Pick("sender", "x", "limit2", "_a").Select(value => (Expression)new Name(value, Nowhere)));

    private static Gen<Expression> Any(int depth) => depth == 0 ? Leaf : Gen.OneOf(
        Leaf,
        Gen.Select(Pick("!", "-"), Any(depth - 1)).Select((sign, operand) =>
            (Expression)new Unary(sign, operand, Nowhere)),
        Gen.Select(Signs, Any(depth - 1), Any(depth - 1)).Select((sign, left, right) =>
            (Expression)new Binary(sign, left, right, Nowhere)),
        Gen.Select(Any(depth - 1), Any(depth - 1), Any(depth - 1)).Select((when, then, otherwise) =>
            (Expression)new Conditional(when, then, otherwise, Nowhere)),
        Gen.Select(Any(depth - 1), Pick("amount", "sendAmount")).Select((target, word) =>
            (Expression)new Member(target, word, Nowhere)),
        Gen.Select(Pick("count", "f"), Any(depth - 1).List[0, 3]).Select((name, arguments) =>
            (Expression)new Call(name, arguments, Nowhere)),
        Any(depth - 1).List[0, 3].Select(items => (Expression)new ListLiteral(items, Nowhere)));

    private static Gen<string> Signs { get; } = Pick(
        "||", "&&", "==", "!=", "<", "<=", ">", ">=", "in", "+", "-", "*", "/", "%");

    private static Gen<RuleSyntax> AnyRule { get; } = Gen.Select(
        Words.Select(word => "n" + word), Any(4), Any(2), Any(2), Words.Select(word => "w" + word),
        Pick("GB-*", "*-NG", "US-KE")).Select((name, condition, let, figure, words, corridor) => new RuleSyntax(
            name,
            [new ScopeClause("corridors", [corridor], Nowhere), new ScopeClause("payin", ["CARD", "CASH"], Nowhere)],
            [new Let("x", let, Nowhere)], condition,
            [new RuleAction(ActionKind.Hold, null, 0, Nowhere), new RuleAction(ActionKind.Risk, null, 7, Nowhere),
             new RuleAction(ActionKind.Ask, "PASSPORT", 0, Nowhere)],
            [new TemplatePart(words, null), new TemplatePart(null, figure), new TemplatePart(words, null)]));

    /// <summary>Mostly well typed: comparisons of numbers, joined.</summary>
    private static Gen<Expression> AnyCondition(int depth) => depth == 0
        ? Gen.Select(Pick("==", "<", ">="), Number(2), Number(2)).Select((sign, left, right) =>
            (Expression)new Binary(sign, left, right, Nowhere))
        : Gen.OneOf(
            AnyCondition(0),
            Gen.Select(Pick("&&", "||"), AnyCondition(depth - 1), AnyCondition(depth - 1)).Select(
                (sign, left, right) => (Expression)new Binary(sign, left, right, Nowhere)),
            AnyCondition(depth - 1).Select(operand => (Expression)new Unary("!", operand, Nowhere)));

    private static Gen<Expression> Number(int depth) => depth == 0
        ? Gen.OneOf<Expression>(
            Gen.Long[0, 12].Select(value => (Expression)new IntLiteral(value, Nowhere)),
            Gen.Const((Expression)new Member(AnAmount, "amount", Nowhere)),
            Gen.Const((Expression)new Member(new Name("customer", Nowhere), "kycTier", Nowhere)),
            Gen.Const((Expression)new Call("count",
                [new Name("sender", Nowhere), new DurationLiteral(TimeSpan.FromHours(24), Nowhere)], Nowhere)))
        : Gen.OneOf(Number(0), Gen.Select(Pick("+", "-", "*", "/", "%"), Number(depth - 1), Number(depth - 1))
            .Select((sign, left, right) => (Expression)new Binary(sign, left, right, Nowhere)));
}
