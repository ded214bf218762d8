using FinCode.Benches.Harness;

namespace FinCode.Benches.Ledger;

/// <summary>
/// The ledger against the plain way of booking on the same server; what a transfer costs as the book grows; and what
/// reading costs. Ours has all features on: keys, limits, hashes, checks in the database.
/// </summary>
internal static class LedgerBench
{
    private const string DatabaseName = "ledger";
    private const int LargeBookEntries = 1_000_000;
    private const string ReadsName = "reads";
    private const int FillCallers = 256;
    private const int MaxRunSeconds = 600;

    public static async Task RunAsync(BenchRun run, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        run.Say($"Starting the ledger");
        await using var ledger = await LedgerUnderBench.StartAsync(run.Server, DatabaseName, null, cancellationToken);
        var book = new LedgerBook(ledger, TenantId.New());
        await book.OpenAsync(cancellationToken);
        var plain = await PlainBooks.CreateAsync(run.Server, cancellationToken);

        await new ThroughputRounds(run, book, plain).RunAsync(cancellationToken);

        if (run.Options.Only is { } only && only != ReadsName)
            return;

        await FillAsync(run, book, LargeBookEntries, cancellationToken);
        if (run.Options.Only is not null)
        {
            await Reads.RunAsync(run, ledger, book, cancellationToken);
            return;
        }
        var sizes = await BookSizes.PrepareAsync(run, cancellationToken);
        var cost = await sizes.CompareAsync("1m", ledger, book, cancellationToken);
        run.Report.RequireAtMost("cost_at_1m_vs_10k_entries", cost, 1.2);
        await Reads.RunAsync(run, ledger, book, cancellationToken);
        if (run.Options.IsFull)
            await LongRun.RunAsync(run, ledger, book, sizes, cancellationToken);

        await BookCheck.RunAsync(run, ledger, book, cancellationToken);
        var seconds = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        run.Report.Add("run_seconds", seconds, "s");
        if (!run.Options.IsFull)
            run.Report.RequireAtMost("run_seconds", seconds, MaxRunSeconds);
    }

    public static async Task FillAsync(
        BenchRun run, LedgerBook book, long entries, CancellationToken cancellationToken)
    {
        run.Say($"The book has {book.Entries:#,##0} entries; filling up to {entries:#,##0}");
        await book.FillAsync(entries, FillCallers, cancellationToken);
    }
}
