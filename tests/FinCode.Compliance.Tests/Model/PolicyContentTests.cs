using CsCheck;
using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;

namespace FinCode.Compliance.Tests.Model;

public sealed class PolicyContentTests
{
    private static readonly PolicyContent Plain = new(85, 90, [], [], []);

    [Theory]
    [InlineData("LIST_A", ListedKind.Person, ScreeningDirection.Sender, "GB", "NG", 95, 1)]
    [InlineData("LIST_A", ListedKind.Vessel, ScreeningDirection.Sender, "GB", "NG", 94, 2)]
    [InlineData("LIST_B", ListedKind.Vessel, ScreeningDirection.Sender, "GB", "NG", 93, 3)]
    [InlineData("LIST_B", ListedKind.Person, ScreeningDirection.Bank, "GB", "NG", 92, 4)]
    [InlineData("LIST_B", ListedKind.Person, ScreeningDirection.Sender, "GB", "NG", 91, 5)]
    [InlineData("LIST_B", ListedKind.Person, ScreeningDirection.Sender, "DE", "NG", 89, 6)]
    [InlineData("LIST_B", ListedKind.Person, ScreeningDirection.Sender, "GB", "KE", 88, 7)]
    [InlineData("LIST_B", ListedKind.Person, ScreeningDirection.Sender, "DE", "KE", 85, null)]
    [InlineData("LIST_B", ListedKind.Person, ScreeningDirection.FreeText, "DE", "KE", 90, null)]
    [InlineData("LIST_B", ListedKind.Person, ScreeningDirection.Address, "DE", "KE", 90, null)]
    public void List_goes_before_kind_before_direction_before_both_ends_destination_and_origin(
        string list, ListedKind kind, ScreeningDirection direction, string from, string to, int points, int? line)
    {
        var policy = Plain with
        {
            Thresholds =
            [
                new("LIST_A", ListedKind.Person, null, null, null, 95),
                new("LIST_A", null, null, null, null, 94),
                new(null, ListedKind.Vessel, null, null, null, 93),
                new(null, null, ScreeningDirection.Bank, null, null, 92),
                new(null, null, null, "GB", "NG", 91),
                new(null, null, null, null, "NG", 89),
                new(null, null, null, "GB", null, 88),
            ],
        };

        policy.ThresholdFor(list, kind, direction, new Corridor(from, to))
            .ShouldBe(new AppliedThreshold(points, line));
    }

    [Fact]
    public void Outside_a_transfer_no_line_with_a_corridor_concerns_anybody()
    {
        var policy = Plain with
        {
            Thresholds = [new("LIST_A", null, null, null, "NG", 60), new(null, null, null, null, null, 80)],
        };

        policy.ThresholdFor("LIST_A", ListedKind.Person, ScreeningDirection.Sender, null)
            .ShouldBe(new AppliedThreshold(80, 2));
    }

    [Fact]
    public void Whatever_the_lines_and_their_order_the_line_that_wins_is_the_one_that_agrees_first() => Gen.Select(
        LineOf.List[0, 8], Gen.OneOf("LIST_A", "LIST_B"), Gen.Enum<ListedKind>(), Gen.Enum<ScreeningDirection>(),
        Gen.OneOf("GB", "DE"), Gen.OneOf("NG", "KE")).Sample((lines, list, kind, direction, from, to) =>
        {
            ThresholdLine[] distinct = [.. lines.DistinctBy(line => line with { Threshold = 0 })];
            var policy = Plain with { Thresholds = distinct };
            // By the words of the decision, without ranks: those that concern it, narrowed step by step.
            IReadOnlyList<ThresholdLine> left = [.. distinct.Where(line => line.List is null || line.List == list)
                .Where(line => line.Kind is null || line.Kind == kind)
                .Where(line => line.Direction is null || line.Direction == direction)
                .Where(line => line.From is null || line.From == from).Where(line => line.To is null || line.To == to)];
            foreach (var names in new Func<ThresholdLine, bool>[]
                     {
                         line => line.List is not null, line => line.Kind is not null,
                         line => line.Direction is not null, line => line is { From: not null, To: not null },
                         line => line.To is not null, line => line.From is not null,
                     })
                left = left.Any(names) ? [.. left.Where(names)] : left;

            var applied = policy.ThresholdFor(list, kind, direction, new Corridor(from, to));
            left.Count.ShouldBeLessThanOrEqualTo(1);
            applied.Points.ShouldBe(left.Count == 1
                ? left[0].Threshold
                : PolicyContent.IsText(direction) ? policy.TextThreshold : policy.ReviewThreshold);
            applied.Line.ShouldBe(left.Count == 1 ? Array.IndexOf(distinct, left[0]) + 1 : null);
            applied.Points.ShouldBeGreaterThanOrEqualTo(policy.FloorOf(direction));
        });

    [Fact]
    public void A_country_is_judged_where_it_was_read_and_by_the_line_that_names_the_place_first()
    {
        var policy = Plain with
        {
            Countries =
            [
                new("IR", null, CountryEffect.Block), new("IR", CountrySource.Nationality, CountryEffect.Review),
                new("CU", CountrySource.Bank, CountryEffect.Block),
            ],
        };

        policy.EffectOf("IR", CountrySource.Residence).ShouldBe((CountryEffect.Block, 1));
        policy.EffectOf("IR", CountrySource.Nationality).ShouldBe((CountryEffect.Review, 2));
        policy.EffectOf("CU", CountrySource.Bank).ShouldBe((CountryEffect.Block, 3));
        policy.EffectOf("CU", CountrySource.Corridor).ShouldBeNull();
    }

    [Fact]
    public void What_is_written_is_read_again()
    {
        var policy = Plain with
        {
            Thresholds = [new("LIST_A", ListedKind.Vessel, ScreeningDirection.Bank, "GB", null, 77.25m)],
            Countries = [new("IR", CountrySource.Address, CountryEffect.Block)],
            ListAges = [new("LIST_A", 6)],
        };

        var read = PolicyContent.Read(policy.Write());

        read.Write().ShouldBe(policy.Write());
        read.Thresholds.ShouldBe(policy.Thresholds);
        PolicyContent.Read(PolicyContent.Default.Write()).Countries.ShouldBe(PolicyContent.Default.Countries);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"reviewThreshold":85,"textThreshold":90,"thresholds":[],"countries":[]}""")]
    [InlineData("""{"reviewThreshold":5,"textThreshold":90,"thresholds":[],"countries":[],"listAges":[]}""")]
    [InlineData("""{"reviewThreshold":85,"textThreshold":90,"thresholds":[null],"countries":[],"listAges":[]}""")]
    [InlineData("""
        {"reviewThreshold":85,"textThreshold":90,"thresholds":[],
         "countries":[{"country":"IR","effect":"FORGIVE"}],"listAges":[]}
        """)]
    public void What_is_no_policy_is_not_read_as_one(string json) =>
        Should.Throw<UnreadablePolicyException>(() => PolicyContent.Read(json));

    private static Gen<ThresholdLine> LineOf => Gen.Select(
        Gen.OneOf<string?>(null, "LIST_A", "LIST_B"), Gen.Enum<ListedKind>().Nullable(),
        Gen.Enum<ScreeningDirection>().Nullable(), Gen.OneOf<string?>(null, "GB"),
        Gen.OneOf<string?>(null, "NG"), Gen.Int[50, 100],
        (list, kind, direction, from, to, points) => new ThresholdLine(list, kind, direction, from, to, points));
}
