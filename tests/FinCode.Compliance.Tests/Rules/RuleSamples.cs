using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using FinCode.Contracts;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>Facts, figures and texts to try rules with, without a database.</summary>
internal static class RuleSamples
{
    public static DateTimeOffset FundedAt { get; } = new(2026, 3, 4, 15, 30, 0, TimeSpan.Zero);

    /// <summary>100.00 GBP from GB become 200,000.00 NGN in NG.</summary>
    public static RuleFacts Facts { get; } = new(
        Money.Of(10_000, "GBP"), Money.Of(20_000_000, "NGN"), "GB", "NG", PayInMethod.Card, PayoutMethod.Bank,
        Purpose.FamilySupport, FundedAt, "PERSON", "PERSON");

    public static RuleFacts Sending(long minorUnits, string currency = "GBP") =>
        Facts with { SendAmount = Money.Of(minorUnits, currency) };

    public static string RuleOf(string condition, string actions = "hold", string because = "It is so.") =>
        $"rule \"Sample\" when {condition} then {actions} because \"{because}\"";

    public static CompiledRule Compile(string text)
    {
        var (rule, errors) = CompiledRule.Compile(text);
        errors.ShouldBeEmpty();
        return rule.ShouldNotBeNull();
    }

    public static RuleAnswer Try(
        string condition, RuleFacts? facts = null, params (string Name, Figure Figure)[] figures) =>
        Compile(RuleOf(condition)).Try(facts ?? Facts, figures.ToDictionary(one => one.Name, one => one.Figure));

    public static RuleError ErrorOf(string text)
    {
        var (rule, errors) = CompiledRule.Compile(text);
        rule.ShouldBeNull();
        return errors[0];
    }

    public static Figure Count(long count) => new(Count: count);

    public static Figure Sum(long minorUnits, string currency = "GBP") => new(Sum: Money.Of(minorUnits, currency));

    public static Figure At(TimeSpan before) => new(At: FundedAt - before);

    public static Figure None { get; } = Figure.NotKnown("there is none");

    /// <summary>Trees that print alike are alike: brackets around everything, positions left out.</summary>
    public static string Shape(Expression expression) => expression switch
    {
        Binary one => $"({Shape(one.Left)} {one.Sign} {Shape(one.Right)})",
        Unary one => $"({one.Sign} {Shape(one.Operand)})",
        Conditional one => $"({Shape(one.When)} ? {Shape(one.Then)} : {Shape(one.Otherwise)})",
        Member one => $"({Shape(one.Target)} . {one.Word})",
        Call one => $"{one.Function}<{string.Join(" ; ", one.Arguments.Select(Shape))}>",
        ListLiteral one => $"[{string.Join(" ; ", one.Items.Select(Shape))}]",
        TextLiteral one => $"text:{one.Value.Length}:{one.Value}",
        BoolLiteral one => $"bool:{one.Value}",
        IntLiteral one => $"int:{one.Value}",
        DecimalLiteral one => $"decimal:{one.Value}",
        MoneyLiteral one => $"money:{one.Value}",
        DurationLiteral one => $"duration:{one.Value.Ticks}",
        Name one => $"name:{one.Word}",
        _ => throw new InvalidOperationException(expression.GetType().Name),
    };

    public static string Shape(RuleSyntax rule) => string.Join('\n',
    [
        rule.Name,
        .. rule.Scope.Select(clause => $"{clause.Dimension} {string.Join(' ', clause.Words)}"),
        .. rule.Lets.Select(let => $"{let.Word} = {Shape(let.Value)}"),
        Shape(rule.Condition),
        .. rule.Actions.Select(action => $"{action.Kind} {action.Document} {action.Points}"),
        .. rule.Explanation.Select(part => part.Figure is { } figure ? Shape(figure) : $"words:{part.Words}"),
    ]);
}
