using System.Text.Json;
using FinCode.Benches.Harness;

namespace FinCode.Benches.Tests.Harness;

public sealed class BenchReportTests
{
    private static readonly Machine s_machine = new(2, 4_096, ".NET 10.0.1", "15.18", "abc1234", 0.25);

    [Fact]
    public void The_JSON_has_the_shape_that_every_bench_prints()
    {
        var report = new BenchReport("ledger", s_machine);
        report.Add("ours_hot_256_per_second", new Spread(2_000.12345, 1_900, 2_100), "transfers/s");
        report.RequireAtLeast("hot_vs_plain_hot", 12.34, 10);
        report.RequireAtMost("balance_read_p99_ms", 1.5, 1);

        using var json = JsonDocument.Parse(report.ToJson());
        var root = json.RootElement;
        Names(root).ShouldBe(["bench", "machine", "results", "bars"]);
        root.GetProperty("bench").GetString().ShouldBe("ledger");
        Names(root.GetProperty("machine"))
            .ShouldBe(["cores", "memory_mib", "dotnet", "postgres", "commit", "load_before"]);
        var results = root.GetProperty("results").EnumerateArray().ToArray();
        results.ShouldAllBe(result => Names(result).SequenceEqual(new[] { "name", "value", "unit" }));
        results.Select(result => (result.GetProperty("name").GetString(), result.GetProperty("value").GetDouble()))
            .ShouldBe([("ours_hot_256_per_second", 2_000.123), ("ours_hot_256_per_second_low", 1_900),
                ("ours_hot_256_per_second_high", 2_100)]);
        var bars = root.GetProperty("bars").EnumerateArray().ToArray();
        bars.ShouldAllBe(bar => Names(bar).SequenceEqual(new[] { "name", "value", "bar", "holds" }));
        bars.Select(bar => (bar.GetProperty("name").GetString(), bar.GetProperty("value").GetDouble(),
            bar.GetProperty("bar").GetDouble(), bar.GetProperty("holds").GetBoolean()))
            .ShouldBe([("hot_vs_plain_hot", 12.34, 10, true), ("balance_read_p99_ms", 1.5, 1, false)]);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(2.9999, false)]
    public void A_bar_that_asks_for_at_least_so_much_is_judged_before_rounding(double value, bool holds)
    {
        var report = new BenchReport("ledger", s_machine);
        report.RequireAtLeast("random_vs_plain_random", value, 3);
        report.AllBarsHold.ShouldBe(holds);
    }

    [Theory]
    [InlineData(1.2, true)]
    [InlineData(1.2001, false)]
    public void A_bar_that_asks_for_at_most_so_much_is_judged_before_rounding(double value, bool holds)
    {
        var report = new BenchReport("ledger", s_machine);
        report.RequireAtMost("cost_at_1m_vs_10k_entries", value, 1.2);
        report.AllBarsHold.ShouldBe(holds);
    }

    [Fact]
    public void The_table_shows_the_spread_beside_the_median_and_says_which_bar_is_missed()
    {
        var report = new BenchReport("ledger", s_machine);
        report.Add("ours_hot_256_per_second", new Spread(2_000, 1_900, 2_100), "transfers/s");
        report.RequireAtLeast("hot_vs_plain_hot", 9, 10);
        report.RequireAtMost("balance_read_p99_ms", 0.5, 1);
        using var output = new StringWriter();
        ReportTable.Write(output, s_machine, report);
        var lines = output.ToString().Split('\n');
        lines.ShouldContain(line => line.StartsWith("ours_hot_256_per_second", StringComparison.Ordinal)
            && line.EndsWith("2,000 transfers/s   (1,900 to 2,100)", StringComparison.Ordinal));
        lines.ShouldNotContain(line => line.StartsWith("ours_hot_256_per_second_low", StringComparison.Ordinal));
        lines.ShouldContain(line => line.EndsWith("9 >= 10  MISSED", StringComparison.Ordinal));
        lines.ShouldContain(line => line.EndsWith("0.5 <= 1  holds", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(JsonElement element) =>
        element.EnumerateObject().Select(property => property.Name);
}
