using FinCode.Benches.Harness;

namespace FinCode.Benches.Tests.Harness;

public sealed class LoadTests
{
    private static readonly LoadWindow s_window = new(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));

    [Theory]
    [InlineData(1.9, false)]
    [InlineData(2.0, false)]
    [InlineData(2.1, true)]
    [InlineData(6.0, true)]
    [InlineData(6.1, false)]
    public void What_completes_within_the_window_counts(double seconds, bool counts) =>
        s_window.Counts(TimeSpan.FromSeconds(seconds)).ShouldBe(counts);

    [Fact]
    public void The_rate_is_what_completed_within_the_window_by_its_length()
    {
        var latencies = new Latencies();
        for (var i = 0; i < 10; i++)
            latencies.Add(5);
        s_window.Result(latencies).PerSecond.ShouldBe(2.5);
    }

    [Fact]
    public void The_log_of_pgbench_is_measured_from_the_beginning_of_its_first_transaction()
    {
        string[] log =
        [
            "0 1 500000 0 1000 900000", // began at 1000.4, ended after 0.5 s: too early
            "1 1 300000 0 1002 400001", // just after the warm-up
            "0 2 100000 0 1006 400000", // at the end of the window
            "1 2 700000 0 1006 400001", // after it
        ];
        var result = PgBench.Read(log, s_window)!;
        result.PerSecond.ShouldBe(0.5);
        result.Latencies.Percentile(100).ShouldBeInRange(300_000, 300_000 + (300_000 / 1_024));
        result.Latencies.Percentile(50).ShouldBeInRange(100_000, 100_000 + (100_000 / 1_024));
    }

    [Fact]
    public void A_log_that_ends_within_the_window_measures_nothing()
    {
        PgBench.Read(["0 1 500000 0 1000 900000", "0 2 100000 0 1005 0"], s_window).ShouldBeNull();
        PgBench.Read([], s_window).ShouldBeNull();
    }

    [Fact]
    public async Task Every_caller_waits_for_its_answer_before_it_asks_again()
    {
        const int callers = 8;
        var underWay = new int[callers];
        var most = 0;
        var calls = 0;
        using var enough = new CancellationTokenSource();
        var load = ClosedLoop.RunAsync(
            callers, new LoadWindow(TimeSpan.Zero, TimeSpan.FromHours(1)),
            async (caller, token) =>
            {
                most = Math.Max(most, Interlocked.Increment(ref underWay[caller]));
                await Task.Yield();
                Interlocked.Decrement(ref underWay[caller]);
                if (Interlocked.Increment(ref calls) == 1_000)
                    await enough.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
            enough.Token);
        await Should.ThrowAsync<OperationCanceledException>(load);
        calls.ShouldBeGreaterThanOrEqualTo(1_000);
        most.ShouldBe(1);
    }

    [Fact]
    public async Task A_number_of_calls_is_made_exactly()
    {
        var calls = 0;
        await ClosedLoop.RunAsync(7, 100, (_, _) =>
        {
            Interlocked.Increment(ref calls);
            return Task.CompletedTask;
        }, CancellationToken.None);
        calls.ShouldBe(100);
    }

    [Fact]
    public async Task A_call_that_fails_ends_the_load()
    {
        var load = ClosedLoop.RunAsync(
            2, new LoadWindow(TimeSpan.Zero, TimeSpan.FromHours(1)),
            (caller, token) => caller == 0
                ? Task.FromException(new InvalidOperationException("refused"))
                : Task.Delay(Timeout.Infinite, token),
            CancellationToken.None);
        (await Should.ThrowAsync<InvalidOperationException>(load)).Message.ShouldBe("refused");
    }
}
