using System.Collections.Concurrent;

namespace FinCode.Standalone.Demo;

/// <summary>What the demo proved, and what did not hold. Safe from any thread.</summary>
internal sealed class Checks
{
    private readonly ConcurrentQueue<string> _failures = new();
    private int _passed;

    public int Passed => _passed;

    public IReadOnlyCollection<string> Failures => _failures;

    /// <param name="what">A sentence that says what should hold.</param>
    /// <param name="otherwise">What was seen instead.</param>
    public void That(bool holds, string what, string otherwise)
    {
        if (holds)
            Interlocked.Increment(ref _passed);
        else
            _failures.Enqueue($"{what}; but {otherwise}");
    }

    public void Equal<T>(T actual, T expected, string what) =>
        That(EqualityComparer<T>.Default.Equals(actual, expected), $"{what} is {expected}", $"it is {actual}");
}
