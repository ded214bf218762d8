using CsCheck;
using FinCode.Ledger.Reconciliation.Model.Matching;

namespace FinCode.Ledger.Tests.Reconciliation.Matching;

/// <summary>What holds of every run, over small worlds in which references and amounts often collide.</summary>
public sealed class MatcherPropertyTests
{
    private sealed record World(OpenLine[] Lines, OpenLeg[] Legs, MatchRule[] Rules);

    [Fact]
    public void No_line_and_no_leg_is_taken_twice_and_none_is_lost() => Worlds.Sample(world =>
    {
        var result = Run(world);
        var lines = result.Matches.SelectMany(match => match.Lines).Concat(result.OpenLines).Select(line => line.Order);
        var legs = result.Matches.SelectMany(match => match.Legs).Concat(result.OpenLegs).Select(leg => leg.Place);

        return lines.Order().SequenceEqual(world.Lines.Select(line => line.Order).Order())
            && legs.Order().SequenceEqual(world.Legs.Select(leg => leg.Place).Order());
    }, iter: 2_000);

    [Fact]
    public void The_sums_of_a_match_are_equal_or_within_its_rules_tolerance() => Worlds.Sample(world
        => Run(world).Matches
        .All(match => Math.Abs(match.Difference) <= (match.Rule?.Tolerance ?? 0)
            && match.Lines.Count + match.Legs.Count > 1), iter: 2_000);

    [Fact]
    public void The_order_of_lines_legs_and_rules_does_not_matter() => Gen.Select(Worlds, Gen.Int).Sample(given =>
    {
        var (world, seed) = given;
        var random = new Random(seed);
        var shuffled = world with
        {
            Lines = [.. world.Lines.OrderBy(_ => random.Next())],
            Legs = [.. world.Legs.OrderBy(_ => random.Next())],
            Rules = [.. world.Rules.OrderBy(_ => random.Next())],
        };

        return MatcherTests.Show(Run(world)) == MatcherTests.Show(Run(shuffled))
            && Suggestions(world).SequenceEqual(Suggestions(shuffled));
    }, iter: 2_000);

    [Fact]
    public void By_reference_several_on_both_sides_stay_open() => Worlds.Sample(world =>
    {
        var rule = MatcherTests.Rule(MatchRuleKind.Reference);
        var matches = Matcher.Run(world.Lines, world.Legs, [rule]).Matches.Where(match => match.Rule is not null);

        return matches.All(match =>
        {
            var (line, leg) = (match.Lines[0], match.Legs[0]);
            var legs = world.Legs.Count(other => other.Reference == leg.Reference && other.Amount == leg.Amount);
            var lines = world.Lines.Count(other =>
                other.References.Contains(leg.Reference!) && other.Amount == line.Amount);
            return line.Amount == leg.Amount && line.References.Contains(leg.Reference!) && (legs == 1 || lines == 1);
        });
    }, iter: 1_000);

    [Fact]
    public void By_amount_a_match_is_the_only_possibility_on_both_sides() => Worlds.Sample(world =>
    {
        var rules = world.Rules.Where(rule => rule.Kind == MatchRuleKind.AmountAndDate).Take(1).ToArray();
        var result = Matcher.Run(world.Lines, world.Legs, rules);
        var cancelled = result.Matches.Where(match => match.Rule is null).SelectMany(match => match.Legs).ToHashSet();

        return result.Matches.Where(match => match.Rule is not null).All(match =>
            world.Legs.Count(leg => !cancelled.Contains(leg) && Fits(match.Rule!, match.Lines[0], leg)) == 1
            && world.Lines.Count(line => Fits(match.Rule!, line, match.Legs[0])) == 1);
    }, iter: 2_000);

    private static bool Fits(MatchRule rule, OpenLine line, OpenLeg leg) =>
        Math.Sign(line.Amount) == Math.Sign(leg.Amount) && Math.Abs(line.Amount - leg.Amount) <= rule.Tolerance
        && rule.IsWithin(line, leg);

    private static MatchResult Run(World world) => Matcher.Run(world.Lines, world.Legs, world.Rules);

    private static IEnumerable<string> Suggestions(World world) => Run(world).Suggestions
        .Select(suggestion => $"{suggestion.Line.Order} {suggestion.Leg.Place}");

    private static readonly Gen<long> Amounts =
        Gen.Int[-6, 6].Where(amount => amount != 0).Select(amount => (long)amount);

    private static readonly Gen<string?> References =
        Gen.Int[0, 5].Select(index => index == 0 ? null : $"REFERENCE-{index}");

    private static readonly Gen<DateOnly> Days = Gen.Int[0, 4].Select(day => new DateOnly(2026, 11, 19).AddDays(day));

    private static readonly Gen<OpenLine[]> Lines = Gen.Select(Amounts, References, References, Days)
        .Array[0, 8].Select(lines => lines
            .Select((line, index) => new OpenLine(StatementLineId.New(), index + 1, line.Item4, line.Item4, line.Item1)
            {
                EndToEndId = line.Item2,
                References = [.. new[] { line.Item2 }.OfType<string>()],
                Text = line.Item3 is null ? null : $"for {line.Item3}",
                Batch = line.Item3,
            }).ToArray());

    private static readonly Gen<OpenLeg[]> Legs = Gen.Select(Amounts, References, Days, Gen.Int[0, 3])
        .Array[0, 8].Select(legs => legs
            .Select((leg, index) => new OpenLeg(new LegPlace(index + 1, 1), leg.Item3, leg.Item1, leg.Item2, null,
                leg.Item4 == 0 && index > 0 ? index : null))
            .ToArray());

    private static readonly Gen<MatchRule[]> Rules = Gen.Select(
        Gen.Int[0, 5], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[0, 2]).Array[1, 5].Select(rules => rules
            .Select(rule => new MatchRule(MatchRuleId.New(), 1, (MatchRuleKind)rule.Item1, rule.Item2,
                (MatchRuleKind)rule.Item1 == MatchRuleKind.AmountOfSeveral ? 0 : rule.Item3, rule.Item4, rule.Item4))
            .ToArray());

    private static readonly Gen<World> Worlds =
        Gen.Select(Lines, Legs, Rules).Select(world => new World(world.Item1, world.Item2, world.Item3));
}
