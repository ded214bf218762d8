using FinCode.Benches.Harness;
using FinCode.Benches.Ledger;

namespace FinCode.Benches;

/// <summary>Every bench by the name that <c>./fincode bench</c> takes.</summary>
internal static class BenchCatalog
{
    public static readonly IReadOnlyDictionary<string, Func<BenchRun, CancellationToken, Task>> All =
        new Dictionary<string, Func<BenchRun, CancellationToken, Task>>
        {
            ["ledger"] = LedgerBench.RunAsync,
        };
}
