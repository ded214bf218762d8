using FinCode.Benches.Harness;

namespace FinCode.Benches.Ledger;

/// <summary>
/// What a transfer costs in a large book against a book of 10,000 entries: by turns, each small one a fresh copy, in a
/// database and a service of its own, so that it is small in every index too.
/// </summary>
internal sealed class BookSizes
{
    private const string TemplateName = "ledger_small";
    private const int SmallEntries = 10_000;
    private const int WarmUpTransfers = 4_000;
    private const int MeasuredTransfers = 5_000;
    private const int Callers = 256;
    private const int MinRounds = 5;

    /// <summary>A service that has just started is still busy joining its consumer group.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(3);

    private readonly BenchRun _run;
    private readonly TenantId _tenant = TenantId.New();
    private long _entries;
    private int _copies;

    private BookSizes(BenchRun run) => _run = run;

    public static async Task<BookSizes> PrepareAsync(BenchRun run, CancellationToken cancellationToken)
    {
        var sizes = new BookSizes(run);
        await using var ledger = await LedgerUnderBench.StartAsync(run.Server, TemplateName, null, cancellationToken);
        var book = new LedgerBook(ledger, sizes._tenant);
        await book.OpenAsync(cancellationToken);

        // The warm-up adds the rest.
        await book.FillAsync(SmallEntries - WarmUpTransfers, Callers, cancellationToken);
        sizes._entries = book.Entries;
        await BenchServer.QueryAsync(ledger.Owner, "analyze", cancellationToken);
        return sizes;
    }

    /// <returns>The median of the large book's cost over the small one's, round by round.</returns>
    public async Task<double> CompareAsync(
        string sizeWord, LedgerUnderBench largeLedger, LedgerBook large, CancellationToken cancellationToken)
    {
        _run.Say($"Cost of a transfer at {large.Entries:#,##0} entries against {SmallEntries:#,##0}");
        await BenchServer.QueryAsync(largeLedger.Owner, "analyze", cancellationToken);
        var smallCosts = new List<double>();
        var largeCosts = new List<double>();
        for (var round = 1; round <= Math.Max(MinRounds, _run.Options.Rounds); round++)
        {
            smallCosts.Add(await OfSmallAsync(cancellationToken));
            largeCosts.Add(await OfAsync(large, cancellationToken));
            _run.Say($"  {smallCosts[^1]:0.0} us in the small book, {largeCosts[^1]:0.0} us in the large one");
        }
        var ratio = Spread.OfRatios(largeCosts, smallCosts);
        _run.Report.Add($"cost_at_10k_entries_beside_{sizeWord}", Spread.Of(smallCosts), "us/transfer");
        _run.Report.Add($"cost_at_{sizeWord}_entries", Spread.Of(largeCosts), "us/transfer");
        _run.Report.Add($"cost_at_{sizeWord}_vs_10k_entries", ratio, "ratio");
        return ratio.Median;
    }

    private async Task<double> OfSmallAsync(CancellationToken cancellationToken)
    {
        await using var ledger = await LedgerUnderBench.StartAsync(
            _run.Server, $"{TemplateName}_{++_copies}", TemplateName, cancellationToken);
        await Task.Delay(s_settling, cancellationToken);
        return await OfAsync(new LedgerBook(ledger, _tenant, _entries), cancellationToken);
    }

    /// <summary>Microseconds per transfer with all callers at work.</summary>
    private static async Task<double> OfAsync(LedgerBook book, CancellationToken cancellationToken)
    {
        await RunAsync(WarmUpTransfers);
        return (await RunAsync(MeasuredTransfers)).TotalMicroseconds / MeasuredTransfers;

        Task<TimeSpan> RunAsync(int transfers) => ClosedLoop.RunAsync(
            Callers, transfers,
            (_, token) => book.TransferAsync(TransferShape.TwoLegs, AccountChoice.Random, token), cancellationToken);
    }
}
