using FinCode.Compliance.Rules;
using FinCode.Compliance.Rules.Language;
using static FinCode.Compliance.Tests.Rules.RuleSamples;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>Texts made to hurt: each is refused with a sentence, and none takes the process down.</summary>
public sealed class RuleLimitsTests
{
    private const string Deep = "A rule nests at most 100 deep.";

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    public static TheoryData<string> DeepTexts() =>
    [
        Repeat("(", 3000) + "true" + Repeat(")", 3000),
        Repeat("!", 7000) + "true",
        Repeat("-", 7000) + "1 > 0",
        Repeat("[", 7000),
        Repeat("has(", 1700),
        Repeat("true ? true : ", 500) + "true",
        Repeat("true ? ", 900),
        "true" + Repeat(" && true", 900),
        "1" + Repeat(" + 1", 1800),
        "transfer" + Repeat(".a", 3500),
        Repeat("(1 + ", 1400),
        Repeat("!(", 3000),
    ];

    [Theory]
    [MemberData(nameof(DeepTexts))]
    public void Hostile_depth_is_an_error_of_the_text(string condition)
    {
        var text = RuleOf(condition);
        text.Length.ShouldBeLessThanOrEqualTo(RuleLimits.MaxTextLength);

        ErrorOf(text).Message.ShouldBe(Deep);
        // Also where little of the stack is left.
        RuleError? onSmallStack = null;
        var thread = new Thread(() => onSmallStack = CompiledRule.Compile(text).Errors[0], 256 * 1024);
        thread.Start();
        thread.Join();
        onSmallStack.ShouldNotBeNull().Message.ShouldBe(Deep);
    }

    [Theory]
    [InlineData(99, true)]
    [InlineData(100, false)]
    public void Depth_is_counted_to_the_link(int links, bool holds) =>
        (CompiledRule.Compile(RuleOf("true" + Repeat(" && true", links))).Rule is not null).ShouldBe(holds);

    [Fact]
    public void The_deepest_rule_that_is_allowed_is_read_printed_and_tried_on_a_small_stack()
    {
        var text = RuleOf(Repeat("!(", 49) + "customer.kycTier == 1 ? false : true" + Repeat(")", 49));
        var verdict = default(RuleVerdict);
        var thread = new Thread(() =>
        {
            var rule = Compile(text);
            verdict = Compile(rule.Canonical).Try(Facts with { KycTier = 1 }, new Dictionary<string, Figure>()).Verdict;
        }, 256 * 1024);
        thread.Start();
        thread.Join();

        // An odd number of negations of false.
        verdict.ShouldBe(RuleVerdict.Matched);
    }

    [Fact]
    public void Size_is_limited_in_characters_nodes_items_definitions_and_windows()
    {
        ErrorOf(RuleOf("true // " + new string('x', RuleLimits.MaxTextLength)))
            .Message.ShouldBe("A rule has at most 8192 characters.");
        ErrorOf(RuleOf($"1 in [{Repeat("1, ", 200)}1]")).Message.ShouldContain("at most 200 of these");
        ErrorOf(RuleOf(string.Join(" || ", Enumerable.Repeat($"1 in [{Repeat("1,", 190)}1]", 6))))
            .Message.ShouldBe("A rule has at most 1000 operators, names and values.");
        ErrorOf("rule \"x\" " + string.Concat(Enumerable.Range(0, 17).Select(i => $"let a{i} = {i} "))
            + "when true then hold because \"y\"").Message.ShouldBe("A rule has at most 16 definitions.");
        string[] keys = ["sender", "beneficiary", "pair", "device", "phone", "corridor", "incoming"];
        ErrorOf(RuleOf(string.Join(" && ", keys.SelectMany(key => new[] { "1h", "24h", "7d", "30d" }
            .Select(length => $"count({key}, {length}) > 1")))))
            .Message.ShouldContain("24 figures of the history at most");
        ErrorOf(RuleOf("true", because: new string('x', 501))).Message.ShouldContain("1 to 500 characters");
        CompiledRule.Compile(RuleOf(string.Join(" && ", Enumerable.Repeat("nothing", 40)))).Errors.Count
            .ShouldBe(RuleLimits.MaxErrors);
    }

    [Fact]
    public void An_evaluation_that_takes_too_many_steps_is_undecided()
    {
        var rule = Compile(RuleOf("1 + 1 == 2 && 3 in [1, 2, 3]"));
        var none = new Dictionary<string, Figure>();

        rule.Try(Facts, none).Verdict.ShouldBe(RuleVerdict.Matched);
        rule.Try(Facts, none, steps: 5).ShouldBe(new RuleAnswer(
            RuleVerdict.Undecided, "This could not be decided: it took too many steps."));
    }

    [Fact]
    public void What_is_not_known_deep_down_is_asked_for_once()
    {
        // Were each level to ask twice, a hundred levels would never end.
        var rule = Compile(RuleOf($"{Repeat("!", 90)}(customer.kycTier == 1)"));

        rule.Try(Facts, new Dictionary<string, Figure>(), steps: 400).Explanation
            .ShouldBe("This could not be decided: customer.kycTier is not known.");

    }
}
