using FinCode.Ledger.Reconciliation.Model.Matching;

namespace FinCode.Ledger.Tests.Reconciliation.Matching;

public sealed class MatcherTests
{
    private static readonly DateOnly Day = new(2026, 11, 19);

    [Fact]
    public void A_line_that_carries_a_legs_reference_exactly_belongs_to_it()
    {
        Show(Run([Rule(MatchRuleKind.Reference)], [Line(1, 100, "A-1000"), Line(2, 100, "A-10001")],
            [Leg(1, 100, "A-1000"), Leg(2, 100, "A-1")])).ShouldBe("1=1 | open 2 / 2");
    }

    [Fact]
    public void An_end_to_end_id_is_a_reference_or_the_id_of_the_transfer_in_any_of_its_forms()
    {
        var transfer = TransactionId.New();
        foreach (var id in new[] { transfer.ToString(), transfer.Value.ToString("N"), transfer.Value.ToString("D") })
            Show(Run([Rule(MatchRuleKind.EndToEndId)], [Line(1, 100) with { EndToEndId = id }],
                [Leg(1, 100) with { Transaction = transfer }])).ShouldBe("1=1 | open  / ");
    }

    [Theory]
    [InlineData("payment REF-2000, thanks", true)]
    [InlineData("/EREF/REF-2000/REMI/x", true)]
    [InlineData("REF-\n2000", true)]
    [InlineData("REF-20001", false)]
    [InlineData("XREF-2000", false)]
    public void A_reference_in_the_text_counts_as_a_whole_word_only(string text, bool matches) =>
        Run([Rule(MatchRuleKind.ReferenceInText)], [Line(1, 100) with { Text = text }], [Leg(1, 100, "REF-2000")])
            .Matches.Count.ShouldBe(matches ? 1 : 0);

    [Fact]
    public void A_short_reference_is_not_looked_for_in_texts() =>
        Run([Rule(MatchRuleKind.ReferenceInText)], [Line(1, 100) with { Text = "room 12" }], [Leg(1, 100, "12")])
            .Matches.ShouldBeEmpty();

    [Fact]
    public void Of_lines_that_say_the_same_the_earliest_is_taken_and_the_other_stays_open()
    {
        Show(Run([Rule(MatchRuleKind.Reference)], [Line(2, 100, "A"), Line(1, 100, "A")], [Leg(1, 100, "A")]))
            .ShouldBe("1=1 | open 2 / ");
        Show(Run([Rule(MatchRuleKind.Reference)], [Line(1, 100, "A")], [Leg(2, 100, "A"), Leg(1, 100, "A")]))
            .ShouldBe("1=1 | open  / 2");
    }

    [Fact]
    public void What_is_ambiguous_stays_open_and_is_suggested()
    {
        var two = Run([Rule(MatchRuleKind.Reference)], [Line(1, 100, "A"), Line(2, 100, "A")],
            [Leg(1, 100, "A"), Leg(2, 100, "A")]);
        Show(two).ShouldBe(" | open 1 2 / 1 2");
        two.Suggestions.Count.ShouldBe(4);

        // The legs are of different transfers under one reference: either could be meant.
        Show(Run([Rule(MatchRuleKind.Reference)], [Line(1, 100, "A")],
            [Leg(1, 100, "A") with { Transaction = TransactionId.New() },
             Leg(2, 100, "A") with { Transaction = TransactionId.New() }])).ShouldBe(" | open 1 / 1 2");
        Show(Run([Rule(MatchRuleKind.AmountAndDate)], [Line(1, 100)], [Leg(1, 100), Leg(2, 100)]))
            .ShouldBe(" | open 1 / 1 2");
        Show(Run([Rule(MatchRuleKind.AmountAndDate)], [Line(1, 100), Line(2, 100)], [Leg(1, 100)]))
            .ShouldBe(" | open 1 2 / 1");
    }

    [Fact]
    public void A_small_difference_is_matched_within_the_tolerance_and_a_large_one_is_paired_only()
    {
        var within = Run([Rule(MatchRuleKind.Reference) with { Tolerance = 5 }], [Line(1, 95, "A")], [Leg(1, 100,
            "A")]);
        Show(within).ShouldBe("1=1 | open  / ");
        within.Matches[0].Difference.ShouldBe(-5);

        var beyond = Run([Rule(MatchRuleKind.Reference) with { Tolerance = 4 }], [Line(1, 95, "A")], [Leg(1, 100,
            "A")]);
        Show(beyond).ShouldBe(" | open 1 / 1");
        beyond.Pairs.ShouldHaveSingleItem().Leg.Place.ShouldBe(new LegPlace(1, 1));

        Run([Rule(MatchRuleKind.Reference) with { Tolerance = 500 }], [Line(1, -100, "A")], [Leg(1, 100, "A")])
            .Pairs.ShouldBeEmpty("a loss is not a gain of another amount");
    }

    [Fact]
    public void One_line_for_all_legs_of_a_reference_and_one_leg_for_all_lines_of_a_batch()
    {
        Show(Run([Rule(MatchRuleKind.CommonReference)], [Line(1, 60, "SETTLE")],
            [Leg(1, 10, "SETTLE"), Leg(2, 20, "SETTLE"), Leg(3, 30, "SETTLE"), Leg(4, 30, "OTHER")]))
            .ShouldBe("1=1+2+3 | open  / 4");
        Show(Run([Rule(MatchRuleKind.CommonReference)],
            [Line(1, -10) with { Batch = "B7" }, Line(2, -20) with { Batch = "B7" }], [Leg(1, -30, "B7")]))
            .ShouldBe("1+2=1 | open  / ");
        Show(Run([Rule(MatchRuleKind.CommonReference)], [Line(1, 61, "SETTLE")],
            [Leg(1, 10, "SETTLE"), Leg(2, 50, "SETTLE")])).ShouldBe(" | open 1 / 1 2");
    }

    [Fact]
    public void An_amount_is_matched_within_the_window_of_days_and_the_tolerance()
    {
        var rule = Rule(MatchRuleKind.AmountAndDate) with { DaysBefore = 2, DaysAfter = 1, Tolerance = 3 };
        foreach (var (days, amount, matches) in new[]
        {
            (-2, 100L, true), (1, 100L, true), (-3, 100L, false), (2, 100L, false), (0, 97L, true), (0, 96L, false),
            (0, 103L, true), (0, 104L, false),
        })
            Run([rule], [Line(1, 100)], [Leg(1, amount) with { ValueDate = Day.AddDays(days) }])
                .Matches.Count.ShouldBe(matches ? 1 : 0, $"{days} days, {amount}");
    }

    [Fact]
    public void A_sum_of_several_is_only_matched_when_it_is_the_only_one()
    {
        var rule = Rule(MatchRuleKind.AmountOfSeveral);
        Show(Run([rule], [Line(1, 100)], [Leg(1, 30), Leg(2, 70), Leg(3, 5)])).ShouldBe("1=1+2 | open  / 3");
        Show(Run([rule], [Line(1, 30), Line(2, 70), Line(3, 5)], [Leg(1, 100)])).ShouldBe("1+2=1 | open 3 / ");
        Show(Run([rule], [Line(1, 100)], [Leg(1, 30), Leg(2, 70), Leg(3, 40), Leg(4, 60)]))
            .ShouldBe(" | open 1 / 1 2 3 4");
        Show(Run([rule], [Line(1, 100)], [.. Enumerable.Range(1, 17).Select(n => Leg(n, n == 17 ? 99 : n))]))
            .ShouldStartWith(" | open 1 /");
    }

    [Fact]
    public void An_entry_and_its_reversal_cancel_out_unless_the_statement_has_both()
    {
        Show(Run([Rule(MatchRuleKind.Reference)], [],
            [Leg(1, 100, "A"), Leg(2, -100) with { Reverses = 1 }])).ShouldBe("=1+2 | open  / ");
        Show(Run([Rule(MatchRuleKind.Reference)], [Line(1, 100, "A")],
            [Leg(1, 100, "A"), Leg(2, -100) with { Reverses = 1 }, Leg(3, 100, "A") with
            {
                Transaction = TransactionId.New(),
            }])).ShouldBe("1=3 =1+2 | open  / ");
        Show(Run([Rule(MatchRuleKind.Reference)], [Line(1, 100, "A"), Line(2, -100, "A-BACK")],
            [Leg(1, 100, "A"), Leg(2, -100, "A-BACK") with { Reverses = 1 }])).ShouldBe("1=1 2=2 | open  / ");
    }

    [Fact]
    public void Rules_go_by_their_priority_and_what_people_took_apart_stays_apart()
    {
        var line = Line(1, 100, "A");
        MatchRule[] rules = [Rule(MatchRuleKind.AmountAndDate) with { Priority = 1 }, Rule(MatchRuleKind.Reference)];
        var match = Matcher.Run([line], [Leg(1, 100, "A")], rules).Matches.ShouldHaveSingleItem();
        match.Rule!.Kind.ShouldBe(MatchRuleKind.Reference, "names go before amounts whatever their priority");

        Matcher.Run([line], [Leg(1, 100, "A")], rules, new Rejected(
            new HashSet<(StatementLineId, LegPlace)> { (line.Id, new LegPlace(1, 1)) }, new HashSet<LegPlace>()))
            .Matches.ShouldBeEmpty();
    }

    internal static string Show(MatchResult result) =>
        string.Join(' ', result.Matches
            .Select(match => $"{string.Join('+', match.Lines.Select(line => line.Order))}="
                + string.Join('+', match.Legs.Select(leg => leg.Place.Position)))
            .Order(StringComparer.Ordinal))
        + $" | open {string.Join(' ', result.OpenLines.Select(line => line.Order))}"
        + $" / {string.Join(' ', result.OpenLegs.Select(leg => leg.Place.Position))}";

    internal static MatchRule Rule(MatchRuleKind kind) => new(MatchRuleId.New(), 1, kind, 10, 0, 0, 0);

    internal static OpenLine Line(long order, long amount, params string[] references) =>
        new(StatementLineId.New(), order, Day, Day, amount) { References = references };

    internal static OpenLeg Leg(long position, long amount, string? reference = null) =>
        new(new LegPlace(position, 1), Day, amount, reference, null, null);

    private static MatchResult Run(MatchRule[] rules, OpenLine[] lines, OpenLeg[] legs) =>
        Matcher.Run(lines, legs, rules);
}
