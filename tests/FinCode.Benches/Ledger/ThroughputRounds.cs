using FinCode.Benches.Harness;

namespace FinCode.Benches.Ledger;

/// <summary>
/// All loads once per round, ours and the plain way by turns, so that whatever disturbs the machine disturbs both.
/// </summary>
internal sealed class ThroughputRounds(BenchRun run, LedgerBook book, PlainBooks plain)
{
    private const int BarCallers = 256;

    /// <summary>What the bars compare is measured in so many at least: one busy minute is not all of it.</summary>
    private const int MinBarRounds = 5;

    /// <summary>What the bars compare is measured longer.</summary>
    private static readonly LoadWindow s_ours = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(4));
    private static readonly LoadWindow s_oursShort = new(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2.5));

    /// <summary>Connections that are opened for a run need a moment until they know the tables.</summary>
    private static readonly LoadWindow s_plain = new(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(4));

    private readonly Dictionary<string, List<LoadResult>> _results = [];

    private sealed record Load(string Name, bool IsForBars, Func<CancellationToken, Task<LoadResult>> RunAsync);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        run.Say($"Warming up");
        foreach (var shape in Enum.GetValues<TransferShape>())
            await OursAsync(shape, AccountChoice.Random, BarCallers, s_oursShort, cancellationToken);
        Load[] loads =
        [
            .. new[] { BarCallers, 32 }.SelectMany(callers => new[]
            {
                Plain(AccountChoice.Random, callers),
                Ours("", TransferShape.TwoLegs, AccountChoice.Random, callers),
                Plain(AccountChoice.Hot, callers),
                Ours("", TransferShape.TwoLegs, AccountChoice.Hot, callers),
            }),
            .. new[] { 1, 1_024 }.SelectMany(callers => new[]
            {
                Ours("", TransferShape.TwoLegs, AccountChoice.Random, callers),
                Ours("", TransferShape.TwoLegs, AccountChoice.Hot, callers),
            }),
            Ours("_five_legs", TransferShape.FiveLegs, AccountChoice.Random, BarCallers),
            Ours("_five_legs", TransferShape.FiveLegs, AccountChoice.Hot, BarCallers),
            Ours("_pending_and_post", TransferShape.PendingAndPost, AccountChoice.Random, BarCallers),
            Ours("_pending_and_post", TransferShape.PendingAndPost, AccountChoice.Hot, BarCallers),
        ];
        if (run.Options.Only is { } only)
            loads = [.. loads.Where(load => load.Name.Contains(only, StringComparison.Ordinal))];
        var rounds = run.Options.Only is null ? Math.Max(MinBarRounds, run.Options.Rounds) : run.Options.Rounds;
        for (var round = 1; round <= rounds; round++)
        {
            run.Say($"Round {round} of {rounds}");
            foreach (var load in loads.Where(load => load.IsForBars || round <= run.Options.Rounds))
            {
                var result = await load.RunAsync(cancellationToken);
                if (!_results.TryGetValue(load.Name, out var results))
                    _results.Add(load.Name, results = []);
                results.Add(result);
                var (p50, p99, p999) = (
                    Milliseconds(result, 50), Milliseconds(result, 99), Milliseconds(result, 99.9));
                run.Say($"  {load.Name,-34} {result.PerSecond,7:0} /s, ms: {p50:0.00} {p99:0.00} {p999:0.00}");
            }
        }
        Report(loads);
    }

    private void Report(Load[] loads)
    {
        var report = run.Report;
        foreach (var name in loads.Select(load => load.Name))
        {
            report.Add($"{name}_per_second", Spread.Of(_results[name].Select(one => one.PerSecond)), "transfers/s");
            foreach (var (suffix, percent) in ((string, double)[])[("p50", 50), ("p99", 99), ("p999", 99.9)])
                report.Add($"{name}_{suffix}_ms", OfRounds(name, percent), "ms");
        }
        if (run.Options.Only is not null)
            return;
        RequireRatio("hot_vs_plain_hot", "ours_hot_256", "plain_hot_256", 10);
        RequireRatio("random_vs_plain_random", "ours_random_256", "plain_random_256", 3);
        RequireRatio("hot_vs_random", "ours_hot_256", "ours_random_256", 0.8);
        var worst = Math.Max(OfRounds("ours_random_256", 99).Median, OfRounds("ours_hot_256", 99).Median);
        report.RequireAtMost("p99_ms_256_callers", worst, 100);
    }

    private void RequireRatio(string name, string one, string other, double bar)
    {
        var ratios = Spread.OfRatios(
            [.. _results[one].Select(round => round.PerSecond)],
            [.. _results[other].Select(round => round.PerSecond)]);
        run.Report.Add(name, ratios, "ratio");
        run.Report.RequireAtLeast(name, ratios.Median, bar);
    }

    private Spread OfRounds(string name, double percent) =>
        Spread.Of(_results[name].Select(round => Milliseconds(round, percent)));

    private Load Plain(AccountChoice choice, int clients) => new(
        $"plain_{Word(choice)}_{clients}", clients == BarCallers,
        token => plain.RunAsync(choice, clients, s_plain, token));

    private Load Ours(string shapeWord, TransferShape shape, AccountChoice choice, int callers)
    {
        var isForBars = shape == TransferShape.TwoLegs && callers == BarCallers;
        return new Load($"ours_{Word(choice)}{shapeWord}_{callers}", isForBars,
            token => OursAsync(shape, choice, callers, isForBars ? s_ours : s_oursShort, token));
    }

    private Task<LoadResult> OursAsync(
        TransferShape shape, AccountChoice choice, int callers, LoadWindow window,
        CancellationToken cancellationToken) => ClosedLoop.RunAsync(
            callers, window, (_, token) => book.TransferAsync(shape, choice, token), cancellationToken);

    private static string Word(AccountChoice choice) => choice == AccountChoice.Hot ? "hot" : "random";

    private static double Milliseconds(LoadResult result, double percent) =>
        result.Latencies.PercentileMilliseconds(percent);
}
