using CsCheck;
using FinCode.Benches.Harness;

namespace FinCode.Benches.Tests.Harness;

public sealed class LatenciesTests
{
    private static readonly double[] s_percents = [0.1, 1, 25, 50, 75, 90, 99, 99.9, 99.99, 100];

    [Fact]
    public void Percentiles_below_two_milliseconds_are_those_of_the_sorted_values() =>
        Gen.Long[0, 2_047].Array[1, 500].Sample(values =>
        {
            var latencies = Of(values);
            foreach (var percent in s_percents)
                latencies.Percentile(percent).ShouldBe(NearestRank(values, percent));
        });

    [Fact]
    public void Percentiles_are_never_too_low_and_at_most_one_part_in_1024_too_high() =>
        Gen.OneOf(Gen.Long[0, 10_000], Gen.Long[0, 10_000_000], Gen.Long[0, 3_600_000_000]).Array[1, 300]
            .Sample(values =>
            {
                var latencies = Of(values);
                foreach (var percent in s_percents)
                {
                    var exact = NearestRank(values, percent);
                    latencies.Percentile(percent).ShouldBeInRange(exact, exact + (exact / 1_024));
                }
            });

    [Fact]
    public void The_highest_percentile_is_the_slowest_of_all() =>
        Of(7, 123_456_789, 3).Percentile(100).ShouldBe(123_456_789);

    [Fact]
    public void Added_up_they_are_what_one_of_all_would_be() =>
        Gen.Select(Gen.Long[0, 5_000_000].Array[1, 100], Gen.Long[0, 5_000_000].Array[1, 100]).Sample((ones, others) =>
        {
            var sum = Of(ones);
            sum.Add(Of(others));
            var all = Of([.. ones, .. others]);
            sum.Count.ShouldBe(all.Count);
            foreach (var percent in s_percents)
                sum.Percentile(percent).ShouldBe(all.Percentile(percent));
        });

    [Fact]
    public void A_latency_of_a_clock_that_was_set_back_counts_as_zero() => Of(-5, 10).Percentile(50).ShouldBe(0);

    [Fact]
    public void A_latency_beyond_the_last_bucket_counts_as_the_longest()
    {
        var latencies = Of(long.MaxValue);
        latencies.Percentile(50).ShouldBe((1L << 40) - 1);
    }

    [Fact]
    public void Durations_are_taken_in_microseconds_and_given_in_milliseconds()
    {
        var latencies = new Latencies();
        latencies.Add(TimeSpan.FromMilliseconds(1.5));
        latencies.Percentile(50).ShouldBe(1_500);
        latencies.PercentileMilliseconds(50).ShouldBe(1.5);
    }

    [Fact]
    public void Nothing_has_no_percentile() =>
        Should.Throw<InvalidOperationException>(() => new Latencies().Percentile(50));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(100.1)]
    public void A_percentile_is_above_0_and_at_most_100(double percent) =>
        Should.Throw<ArgumentOutOfRangeException>(() => Of(1).Percentile(percent));

    private static Latencies Of(params long[] values)
    {
        var latencies = new Latencies();
        foreach (var value in values)
            latencies.Add(value);
        return latencies;
    }

    private static long NearestRank(long[] values, double percent) =>
        values.Order().ElementAt(Math.Max(1, (int)Math.Ceiling(values.Length * percent / 100)) - 1);
}
