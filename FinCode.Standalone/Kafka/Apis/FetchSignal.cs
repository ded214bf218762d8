namespace FinCode.Standalone.Kafka.Apis;

/// <summary>What a waiting fetch sleeps on: an append wakes it, its time runs out, or the broker stops.</summary>
internal sealed class FetchSignal : IDisposable
{
    private readonly SemaphoreSlim _wakeups = new(0);
    private readonly ITimer _timer;
    private readonly CancellationToken _cancellation;
    private volatile bool _timeIsUp;

    public FetchSignal(TimeProvider time, TimeSpan wait, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _timer = time.CreateTimer(_ => EndOfTime(), null, wait, Timeout.InfiniteTimeSpan);
    }

    public void Wake() => _wakeups.Release();

    /// <summary>True after an append, false when the time is up.</summary>
    public async Task<bool> WaitAsync()
    {
        await _wakeups.WaitAsync(_cancellation);
        return !_timeIsUp;
    }

    // The semaphore holds no handle as long as nobody asks for one, and a late append or timer may still touch it.
    public void Dispose() => _timer.Dispose();

    private void EndOfTime()
    {
        _timeIsUp = true;
        _wakeups.Release();
    }
}
