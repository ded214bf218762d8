namespace FinCode.Benches.Harness;

/// <summary>
/// When a load is measured: what completes within <see cref="Measured"/> after <see cref="WarmUp"/> counts, on both
/// sides of a comparison by the same rule.
/// </summary>
internal sealed record LoadWindow(TimeSpan WarmUp, TimeSpan Measured)
{
    public TimeSpan End => WarmUp + Measured;

    /// <param name="completedAfter">Since the load began.</param>
    public bool Counts(TimeSpan completedAfter) => completedAfter > WarmUp && completedAfter <= End;

    public LoadResult Result(Latencies latencies) =>
        new(latencies.Count / Measured.TotalSeconds, latencies);
}

/// <param name="PerSecond">What completed within the window, by its length.</param>
/// <param name="Latencies">Of the same.</param>
internal sealed record LoadResult(double PerSecond, Latencies Latencies);
