namespace FinCode.Benches.Harness;

/// <summary>
/// Callers that each ask, wait for the answer and ask again at once. A closed loop: a stall delays the next request
/// instead of queueing it, so the percentiles are what these callers saw, not what an arrival rate would have met.
/// </summary>
internal static class ClosedLoop
{
    /// <param name="call">One call, with the caller's number from 0.</param>
    public static async Task<LoadResult> RunAsync(
        int callers, LoadWindow window, Func<int, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        var clock = TimeProvider.System;
        var latencies = new Latencies();
        var adding = new Lock();
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var started = clock.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => LoopAsync(caller))));
        return window.Result(latencies);

        async Task LoopAsync(int caller)
        {
            try
            {
                while (clock.GetElapsedTime(started) is var begun && begun < window.End)
                {
                    await call(caller, ending.Token);
                    var ended = clock.GetElapsedTime(started);
                    if (!window.Counts(ended))
                        continue;
                    lock (adding)
                        latencies.Add(ended - begun);
                }
            }
            catch
            {
                // One that fails ends the others too.
                await ending.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>A number of calls, shared among the callers; how long all of them took.</summary>
    public static async Task<TimeSpan> RunAsync(
        int callers, int calls, Func<int, CancellationToken, Task> call, CancellationToken cancellationToken)
    {
        var left = calls;
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Math.Min(callers, calls)).Select(caller => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
                await call(caller, cancellationToken);
        }, cancellationToken)));
        return TimeProvider.System.GetElapsedTime(started);
    }
}
