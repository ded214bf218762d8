using System.Collections.Concurrent;
using System.Diagnostics;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>What the books answered to a key.</summary>
internal sealed record Answer(string Verdict, string Detail, long Position);

/// <summary>A life of <see cref="PostingProcess"/>; its answers go where all lives' go.</summary>
internal sealed class KilledPosting : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task _reading;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private KilledPosting(Process process, ConcurrentDictionary<string, ConcurrentQueue<Answer>> answers)
    {
        _process = process;
        _reading = ReadAsync(answers);
    }

    public static async Task<KilledPosting> StartAsync(
        CrashablePostgres postgres, TenantId tenant, ConcurrentDictionary<string, ConcurrentQueue<Answer>> answers)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KilledPosting).Assembly.Location])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment[PostingProcess.ConnectionString] = postgres.App;
        start.Environment[PostingProcess.Tenant] = tenant.Value.ToString();
        var posting = new KilledPosting(Process.Start(start)!, answers);
        await posting._ready.Task;
        return posting;
    }

    /// <summary>It may be dead already; then nobody answers.</summary>
    public async Task AskAsync(string line)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(line);
            await _process.StandardInput.FlushAsync();
        }
        catch (IOException)
        {
            // It was killed.
        }
    }

    /// <summary>kill -9; what it had answered before is read to the end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private async Task ReadAsync(ConcurrentDictionary<string, ConcurrentQueue<Answer>> answers)
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == PostingProcess.Ready)
                _ready.SetResult();
            else if (line.EndsWith('.') && line[..^1].Split(' ') is [var key, var verdict, var detail, var position])
                answers.GetOrAdd(key, _ => new()).Enqueue(new Answer(verdict, detail, long.Parse(position)));
        }
        _ready.TrySetException(new InvalidOperationException("The posting process ended before it was ready."));
    }
}
