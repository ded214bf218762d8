using System.ComponentModel;
using System.Diagnostics;

namespace FinCode.Broker.Tests.Support;

/// <summary>Runs a judge from outside. One that is not installed is a failure that says what to install.</summary>
internal static class Tool
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(4);

    public static async Task<string> RunAsync(
        string name, string package, IEnumerable<string> arguments, string? input = null, string? folder = null)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        using var process = Start(start, name, package);
        using var limit = new CancellationTokenSource(s_limit);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var errors = process.StandardError.ReadToEndAsync(limit.Token);
            if (input is not null)
                await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            process.ExitCode.ShouldBe(0, $"{name}: {await errors} {await output}");
            return await output;
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static Process Start(ProcessStartInfo start, string name, string package)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException(
                $"This test needs {name}, which is not installed: apt-get install {package}");
        }
    }
}
