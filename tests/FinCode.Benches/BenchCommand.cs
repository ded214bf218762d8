using System.Runtime.InteropServices;
using FinCode.Benches.Harness;

namespace FinCode.Benches;

/// <summary>Runs one bench on a server of its own, prints what it found and stops everything.</summary>
internal static class BenchCommand
{
    private const int Ran = 0;
    private const int BarMissed = 1;
    private const int DidNotRun = 2;

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var (options, problem) = BenchOptions.Parse(arguments);
        if (options is null || !BenchCatalog.All.TryGetValue(options.Bench, out var bench))
        {
            await Console.Error.WriteLineAsync(
                problem ?? $"There is no bench {options!.Bench}: {string.Join(", ", BenchCatalog.All.Keys)}.");
            await Console.Error.WriteLineAsync(BenchOptions.Usage);
            return DidNotRun;
        }

        // A bench that is broken off still stops its servers.
        using var ending = new CancellationTokenSource();
        using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        try
        {
            return await RunAsync(options, bench, ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Broken off.");
            return DidNotRun;
        }
        catch (BenchNeedsException missing)
        {
            await Console.Error.WriteLineAsync(missing.Message);
            return DidNotRun;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync($"The bench did not run to its end: {exception}");
            return DidNotRun;
        }

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ending.Cancel();
        }
    }

    private static async Task<int> RunAsync(
        BenchOptions options, Bench bench, CancellationToken cancellationToken)
    {
        await using var server = bench.NeedsServer
            ? await BenchServer.StartAsync(options.PostgresSettings, cancellationToken)
            : null;
        var machine = await Machine.ReadAsync(server?.Version ?? "not used", cancellationToken);
        var report = new BenchReport(options.Bench, machine);
        await bench.RunAsync(new BenchRun(options, server, report, Console.Error), cancellationToken);
        if (options.IsJson)
            await Console.Out.WriteLineAsync(report.ToJson());
        else
            ReportTable.Write(Console.Out, machine, report);
        return options.IsChecked && !report.AllBarsHold ? BarMissed : Ran;
    }
}
