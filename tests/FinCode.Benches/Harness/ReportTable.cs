using System.Globalization;

namespace FinCode.Benches.Harness;

/// <summary>A report for people.</summary>
internal static class ReportTable
{
    public static void Write(TextWriter output, Machine machine, BenchReport report)
    {
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{machine.Cores} cores, {machine.MemoryMib} MiB, load {machine.LoadBefore:0.00} before; {machine.Dotnet}, "
            + $"PostgreSQL {machine.Postgres}; commit {machine.Commit}"));
        output.WriteLine();
        var width = report.Results.Count == 0 ? 0 : report.Results.Max(result => result.Name.Length);
        var names = report.Results.Select(result => result.Name).ToHashSet();
        var values = report.Results.ToDictionary(result => result.Name, result => result.Value);
        foreach (var result in report.Results)
        {
            if (IsSpreadOf(result.Name, names))
                continue;
            var spread = names.Contains(result.Name + "_low")
                ? $"   ({Number(values[result.Name + "_low"])} to {Number(values[result.Name + "_high"])})"
                : "";
            output.WriteLine($"{result.Name.PadRight(width)} {Number(result.Value),14} {result.Unit}{spread}");
        }
        output.WriteLine();
        foreach (var bar in report.Bars)
        {
            var sign = bar.IsAtLeast ? ">=" : "<=";
            var verdict = bar.Holds ? "holds" : "MISSED";
            output.WriteLine($"{bar.Name.PadRight(width)} {Number(bar.Value),14} {sign} {Number(bar.Bar)}  {verdict}");
        }
    }

    private static bool IsSpreadOf(string name, HashSet<string> names) =>
        (name.EndsWith("_low", StringComparison.Ordinal) && names.Contains(name[..^"_low".Length]))
        || (name.EndsWith("_high", StringComparison.Ordinal) && names.Contains(name[..^"_high".Length]));

    private static string Number(double value) => value.ToString(
        Math.Abs(value) >= 1_000 ? "#,##0" : "0.#####", CultureInfo.InvariantCulture);
}
