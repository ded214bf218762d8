using FinCode.Benches.Harness;

namespace FinCode.Benches.Tests.Harness;

public sealed class SpreadTests
{
    [Fact]
    public void The_median_of_an_odd_number_of_rounds_is_the_one_in_the_middle() =>
        Spread.Of([30, 10, 20]).ShouldBe(new Spread(20, 10, 30));

    [Fact]
    public void The_median_of_an_even_number_of_rounds_is_between_the_two_in_the_middle() =>
        Spread.Of([40, 10, 20, 31]).ShouldBe(new Spread(25.5, 10, 40));

    [Fact]
    public void No_rounds_have_no_spread() => Should.Throw<InvalidOperationException>(() => Spread.Of([]));

    [Fact]
    public void Ratios_are_taken_round_by_round() =>
        // The machine was ten times slower in the second round, for both sides.
        Spread.OfRatios([300, 40, 500], [100, 10, 100]).ShouldBe(new Spread(4, 3, 5));

    [Fact]
    public void Both_sides_of_a_ratio_have_the_same_rounds() =>
        Should.Throw<ArgumentException>(() => Spread.OfRatios([1, 2], [1]));

    [Fact]
    public void A_ratio_over_nothing_is_refused() =>
        Should.Throw<InvalidOperationException>(() => Spread.OfRatios([1], [0]));
}
