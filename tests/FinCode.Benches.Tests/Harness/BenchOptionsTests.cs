using FinCode.Benches.Harness;

namespace FinCode.Benches.Tests.Harness;

public sealed class BenchOptionsTests
{
    [Fact]
    public void A_bench_alone_runs_three_rounds_and_prints_a_table()
    {
        var (options, problem) = BenchOptions.Parse(["ledger"]);
        problem.ShouldBeNull();
        options.ShouldNotBeNull();
        (options.Bench, options.IsJson, options.IsChecked, options.IsFull, options.Rounds)
            .ShouldBe(("ledger", false, false, false, 3));
        options.PostgresSettings.ShouldBeEmpty();
    }

    [Fact]
    public void Every_option_is_taken()
    {
        var (options, _) = BenchOptions.Parse(
            ["ledger", "--json", "--check", "--full", "--rounds", "5", "--only", "hot",
                "--postgres", "jit=off", "--postgres", "a=b", "--seed", "42", "--lists", "/lists"]);
        options.ShouldNotBeNull();
        (options.IsJson, options.IsChecked, options.IsFull, options.Rounds).ShouldBe((true, true, true, 5));
        options.PostgresSettings.ShouldBe(["jit=off", "a=b"]);
        (options.Seed, options.ListsFolder).ShouldBe((42, "/lists"));
    }

    [Theory]
    [InlineData]
    [InlineData("--json")]
    [InlineData("ledger", "--fast")]
    [InlineData("ledger", "--rounds")]
    [InlineData("ledger", "--rounds", "0")]
    [InlineData("ledger", "--rounds", "21")]
    [InlineData("ledger", "--rounds", "many")]
    [InlineData("ledger", "--postgres", "jit")]
    [InlineData("ledger", "--postgres")]
    [InlineData("ledger", "--only")]
    [InlineData("screening", "--seed")]
    [InlineData("screening", "--seed", "many")]
    [InlineData("screening", "--lists")]
    public void What_it_does_not_understand_it_says(params string[] arguments)
    {
        var (options, problem) = BenchOptions.Parse(arguments);
        options.ShouldBeNull();
        problem.ShouldNotBeNullOrEmpty();
    }
}
