using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace FinCode.Benches.Harness;

/// <summary>Where and on what a bench ran.</summary>
/// <param name="MemoryMib">Of the machine, or of what confines the process.</param>
/// <param name="LoadBefore">The load average of the minute before: above zero, others worked too.</param>
/// <param name="Commit">Abbreviated, with a plus when files differ from it.</param>
internal sealed record Machine(
    int Cores, long MemoryMib, string Dotnet, string Postgres, string Commit, double LoadBefore)
{
    private const long Mebibyte = 1024 * 1024;

    public static async Task<Machine> ReadAsync(string postgres, CancellationToken cancellationToken)
    {
        var commit = await GitAsync(["rev-parse", "--short", "HEAD"], cancellationToken);
        var changes = await GitAsync(["status", "--porcelain", "--untracked-files=no"], cancellationToken);
        return new Machine(
            Environment.ProcessorCount,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Mebibyte,
            RuntimeInformation.FrameworkDescription,
            postgres,
            commit is null ? "unknown" : commit + (string.IsNullOrEmpty(changes) ? "" : "+"),
            ReadLoad());
    }

    /// <summary>What this process holds in memory.</summary>
    public static long ResidentMib()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64 / Mebibyte;
    }

    private static double ReadLoad()
    {
        const string file = "/proc/loadavg";
        return File.Exists(file)
            ? double.Parse(File.ReadAllText(file).Split(' ')[0], CultureInfo.InvariantCulture)
            : 0;
    }

    private static async Task<string?> GitAsync(string[] arguments, CancellationToken cancellationToken)
    {
        try
        {
            var run = await Programs.RunAsync(
                "git", arguments, AppContext.BaseDirectory, new Dictionary<string, string>(), cancellationToken);
            return run.ExitCode == 0 ? run.Output.Trim() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // There is no git here.
        }
    }
}
