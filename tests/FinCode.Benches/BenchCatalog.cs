using FinCode.Benches.Harness;
using FinCode.Benches.Ledger;
using FinCode.Benches.Screening;

namespace FinCode.Benches;

/// <summary>A bench, and whether it works on a PostgreSQL of its own.</summary>
internal sealed record Bench(Func<BenchRun, CancellationToken, Task> RunAsync, bool NeedsServer);

/// <summary>Every bench by the name that <c>./fincode bench</c> takes.</summary>
internal static class BenchCatalog
{
    public static readonly IReadOnlyDictionary<string, Bench> All =
        new Dictionary<string, Bench>
        {
            ["ledger"] = new(LedgerBench.RunAsync, NeedsServer: true),
            ["screening"] = new(ScreeningBench.RunAsync, NeedsServer: false),
        };
}
