using System.Runtime.InteropServices;
using FinCode.Benches;
using FinCode.Benches.Harness;

const int Ran = 0;
const int BarMissed = 1;
const int DidNotRun = 2;

var (options, problem) = BenchOptions.Parse(args);
if (options is null || !BenchCatalog.All.TryGetValue(options.Bench, out var bench))
{
    Console.Error.WriteLine(problem ?? $"There is no bench {options!.Bench}: {string.Join(", ", BenchCatalog.All.Keys)}.");
    Console.Error.WriteLine(BenchOptions.Usage);
    return DidNotRun;
}

// A bench that is broken off still stops its servers.
using var ending = new CancellationTokenSource();
void End(PosixSignalContext context)
{
    context.Cancel = true;
    ending.Cancel();
}
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    await using var server = await BenchServer.StartAsync(options.PostgresSettings, ending.Token);
    var machine = await Machine.ReadAsync(server.Version, ending.Token);
    var report = new BenchReport(options.Bench, machine);
    await bench(new BenchRun(options, server, report, Console.Error), ending.Token);
    if (options.IsJson)
        Console.Out.WriteLine(report.ToJson());
    else
        ReportTable.Write(Console.Out, machine, report);
    return options.IsChecked && !report.AllBarsHold ? BarMissed : Ran;
}
catch (OperationCanceledException) when (ending.IsCancellationRequested)
{
    Console.Error.WriteLine("Broken off.");
    return DidNotRun;
}
