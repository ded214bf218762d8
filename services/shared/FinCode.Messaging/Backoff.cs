using System.Security.Cryptography;

namespace FinCode.Messaging;

/// <summary>
/// Pauses that double up to a limit, with jitter. They go by the system's clock, as do all waits of the machinery: a
/// test that stops a service's own clock must not stop its messages.
/// </summary>
internal sealed class Backoff(int baseMilliseconds, int capMilliseconds)
{
    private const int MaxDoublings = 20;
    private int _failures;

    public void Reset() => _failures = 0;

    public Task WaitAsync(CancellationToken cancellationToken) =>
        Task.Delay(Pause(++_failures, baseMilliseconds, capMilliseconds), TimeProvider.System, cancellationToken);

    /// <summary>
    /// The pause after the so-many-th failure: between half of it and all of it, so that many do not come back at once.
    /// </summary>
    public static TimeSpan Pause(int failures, int baseMilliseconds, int capMilliseconds)
    {
        var doublings = Math.Clamp(failures - 1, 0, MaxDoublings);
        var full = (int)Math.Min(capMilliseconds, (long)baseMilliseconds << doublings);
        return TimeSpan.FromMilliseconds(full - RandomNumberGenerator.GetInt32((full / 2) + 1));
    }
}
