using FinCode.Benches.Harness;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Benches.Ledger;

/// <summary>
/// Reading a balance, and a page of an account's history anywhere in it: each a unit of work of its own, as an
/// operation makes it, one after the other, warm, by turns in rounds, in a service that has caught up: its checkpoints
/// cover what was just filled in, and the tables have been vacuumed.
/// </summary>
internal static class Reads
{
    private const int MinRounds = 5;
    private const int WarmUp = 500;
    private const int Balances = 2_000;
    private const int Pages = 800;
    private const int LinesPerPage = 50;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    public static async Task RunAsync(
        BenchRun run, LedgerUnderBench ledger, LedgerBook book, CancellationToken cancellationToken)
    {
        await CatchUpAsync(run, ledger, book, cancellationToken);
        run.Say($"Reading balances and pages of history");
        var (balances, pages) = (new List<Latencies>(), new List<Latencies>());
        for (var round = 1; round <= Math.Max(MinRounds, run.Options.Rounds); round++)
        {
            balances.Add(await MeasureAsync(Balances, ReadBalanceAsync));
            pages.Add(await MeasureAsync(Pages, ReadPageAsync));
        }
        run.Report.RequireAtMost("balance_read_p99_ms", Report("balance_read", balances), 1);
        run.Report.RequireAtMost("history_page_p99_ms", Report("history_page", pages), 5);

        async Task ReadBalanceAsync(IServiceProvider services)
        {
            var session = services.GetRequiredService<DbSession>();
            await session.BeginReadingAsync(book.Tenant, cancellationToken);
            _ = await services.GetRequiredService<AccountStore>().FindAsync(LedgerBook.AnyWallet(), cancellationToken)
                ?? throw new InvalidOperationException("A wallet is missing.");
        }

        async Task ReadPageAsync(IServiceProvider services)
        {
            var session = services.GetRequiredService<DbSession>();
            await session.BeginReadingAsync(book.Tenant, cancellationToken);
            var hot = await services.GetRequiredService<AccountStore>()
                .FindAsync(LedgerBook.HotName, cancellationToken);
            var before = new HistoryPlace(Random.Shared.NextInt64(book.Entries / 2, book.Entries), int.MaxValue);
            var lines = await services.GetRequiredService<AccountHistory>()
                .ReadAsync(hot!, before, 0, LinesPerPage, cancellationToken);
            if (lines.Count != LinesPerPage)
                throw new InvalidOperationException($"A page has {lines.Count} lines.");
        }

        async Task<Latencies> MeasureAsync(int count, Func<IServiceProvider, Task> read)
        {
            var latencies = new Latencies();
            for (var i = -WarmUp; i < count; i++)
            {
                var started = TimeProvider.System.GetTimestamp();
                await using (var scope = ledger.Services.CreateAsyncScope())
                    await read(scope.ServiceProvider);
                if (i >= 0)
                    latencies.Add(TimeProvider.System.GetElapsedTime(started));
            }
            return latencies;
        }

        // The p99 of the middle round.
        double Report(string name, List<Latencies> rounds)
        {
            var percentiles = new[] { ("p50", 50), ("p99", 99), ("p999", 99.9) }.ToDictionary(
                one => one.Item1,
                one => Spread.Of(rounds.Select(round => round.PercentileMilliseconds(one.Item2))));
            foreach (var (suffix, spread) in percentiles)
                run.Report.Add($"{name}_{suffix}_ms", spread, "ms");
            return percentiles["p99"].Median;
        }
    }

    private static async Task CatchUpAsync(
        BenchRun run, LedgerUnderBench ledger, LedgerBook book, CancellationToken cancellationToken)
    {
        run.Say($"Waiting for checkpoints, and vacuuming");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        while (await BenchServer.QueryAsync(ledger.Owner, $"""
            select exists (select from checkpoints c join books b on b.tenant_id = c.tenant_id and b.position = c.size
                           where b.tenant_id = '{book.Tenant.Value}')
            """, patience.Token) is not true)
            await Task.Delay(s_pause, patience.Token);
        await BenchServer.QueryAsync(ledger.Owner, "vacuum (analyze)", cancellationToken);
        await BenchServer.QueryAsync(run.Server.Postgres.AdminConnectionString, "checkpoint", cancellationToken);
    }
}
