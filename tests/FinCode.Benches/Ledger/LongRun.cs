using System.Globalization;
using FinCode.Benches.Harness;

namespace FinCode.Benches.Ledger;

/// <summary>
/// Ten million entries and a soak: what a transfer costs, what the process holds and what the database takes, on the
/// way and at the end.
/// </summary>
internal static class LongRun
{
    private const long Million = 1_000_000;
    private const long Entries = 10 * Million;
    private const double MaxCostRatio = 1.2;

    /// <summary>
    /// The resident memory of the one process that is both service and callers: what the collector has not given back
    /// yet counts, so a flat run is not exactly 1.
    /// </summary>
    private const double MaxMemoryRatio = 1.5;
    private const int SoakMinutes = 10;
    private const int SoakCallers = 32;

    public static async Task RunAsync(
        BenchRun run, LedgerUnderBench ledger, LedgerBook book, BookSizes sizes, CancellationToken cancellationToken)
    {
        var atStart = await MemoryAsync(run, ledger, "at_1m_entries", cancellationToken);
        var memory = atStart;
        for (var target = (book.Entries / Million * Million) + Million; target <= Entries; target += Million)
        {
            var before = book.Entries;
            var started = TimeProvider.System.GetTimestamp();
            await LedgerBench.FillAsync(run, book, target, cancellationToken);
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            var name = string.Create(CultureInfo.InvariantCulture, $"at_{target / Million}m_entries");
            run.Report.Add($"filling_cost_{name}", elapsed.TotalMicroseconds / (book.Entries - before), "us/transfer");
            memory = await MemoryAsync(run, ledger, name, cancellationToken);
        }
        run.Report.RequireAtMost("process_memory_at_10m_vs_1m", (double)memory / atStart, MaxMemoryRatio);
        run.Report.RequireAtMost("cost_at_10m_vs_10k_entries",
            await sizes.CompareAsync("10m", ledger, book, cancellationToken), MaxCostRatio);

        for (var minute = 1; minute <= SoakMinutes; minute++)
        {
            var result = await ClosedLoop.RunAsync(
                SoakCallers, new LoadWindow(TimeSpan.Zero, TimeSpan.FromMinutes(1)),
                (_, token) => book.TransferAsync(TransferShape.TwoLegs, AccountChoice.Random, token),
                cancellationToken);
            run.Report.Add($"soak_minute_{minute}_per_second", result.PerSecond, "transfers/s");
            run.Report.Add($"soak_minute_{minute}_p99_ms", result.Latencies.PercentileMilliseconds(99), "ms");
            run.Report.Add($"soak_minute_{minute}_p999_ms", result.Latencies.PercentileMilliseconds(99.9), "ms");
            run.Say($"Soak, minute {minute} of {SoakMinutes}: {result.PerSecond:0} /s");
            await MemoryAsync(run, ledger, $"in_soak_minute_{minute}", cancellationToken);
        }
    }

    private static async Task<long> MemoryAsync(
        BenchRun run, LedgerUnderBench ledger, string name, CancellationToken cancellationToken)
    {
        var database = (long)(await BenchServer.QueryAsync(
            ledger.Owner, "select pg_database_size(current_database()) / 1048576", cancellationToken))!;
        var resident = Machine.ResidentMib();
        run.Report.Add($"process_memory_{name}", resident, "MiB");
        run.Report.Add($"database_size_{name}", database, "MiB");
        run.Say($"  process {resident} MiB, database {database} MiB");
        return resident;
    }
}
