using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FinCode.Standalone.Servers;

/// <summary>
/// A server program that we own: in a session of its own, so that Ctrl-C does not reach it before us, and told by the
/// kernel to stop when this process dies, however it dies.
/// </summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private static readonly BlockingCollection<Action> Starts = StartLastingThread();

    private readonly Process _process;
    private readonly int _stopSignal;
    private readonly TimeSpan _patience;

    private ServerProcess(Process process, int stopSignal, TimeSpan patience)
    {
        _process = process;
        _stopSignal = stopSignal;
        _patience = patience;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts <paramref name="command"/> with its output appended to a file.</summary>
    /// <param name="stopSignal">What stops it cleanly; also sent by the kernel when this process dies.</param>
    /// <param name="user">Run as this user; only root may ask for one.</param>
    public static async Task<ServerProcess> StartAsync(
        IReadOnlyList<string> command, string logFile, int stopSignal, string? user, TimeSpan patience)
    {
        List<string> wrapped = ["setsid", "setpriv", "--pdeathsig", NameOf(stopSignal)];
        if (user is not null)
            wrapped.AddRange(["--reuid", user, "--regid", user, "--clear-groups"]);
        wrapped.AddRange(command);

        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/", UseShellExecute = false };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" >> \"$log\" 2>&1 < /dev/null");
        start.ArgumentList.Add("sh");
        start.ArgumentList.Add(logFile);
        foreach (var argument in wrapped)
            start.ArgumentList.Add(argument);

        // The kernel's signal is tied to the thread that starts the child, so that thread has to live as long as we do.
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception exception)
                when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                started.SetException(exception);
            }
        });
        return new ServerProcess(await started.Task, stopSignal, patience);
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async Task KillAsync()
    {
        _ = Kill(_process.Id, SigKill);
        await _process.WaitForExitAsync();
    }

    public async Task StopAsync()
    {
        if (_process.HasExited)
            return;
        _ = Kill(_process.Id, _stopSignal);
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _process.Dispose();
    }

    /// <summary>setpriv takes a signal by its name only.</summary>
    private static string NameOf(int signal) => signal switch
    {
        2 => "INT",
        15 => "TERM",
        _ => throw new ArgumentOutOfRangeException(nameof(signal)),
    };

    internal static void Signal(int processId, int signal) => _ = Kill(processId, signal);

    private static BlockingCollection<Action> StartLastingThread()
    {
        var starts = new BlockingCollection<Action>();
        var thread = new Thread(() =>
        {
            foreach (var start in starts.GetConsumingEnumerable())
                start();
        })
        { IsBackground = true, Name = "starts server processes" };
        thread.Start();
        return starts;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}
