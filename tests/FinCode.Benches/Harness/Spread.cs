namespace FinCode.Benches.Harness;

/// <summary>What several rounds of one measurement gave.</summary>
internal sealed record Spread(double Median, double Low, double High)
{
    public static Spread Of(IEnumerable<double> rounds)
    {
        var sorted = rounds.Order().ToArray();
        if (sorted.Length == 0)
            throw new InvalidOperationException("Nothing was measured.");
        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }

    /// <summary>
    /// How many times the one is the other, round by round: what disturbed a round disturbed both of its sides.
    /// </summary>
    public static Spread OfRatios(IReadOnlyList<double> ones, IReadOnlyList<double> others)
    {
        if (ones.Count != others.Count)
            throw new ArgumentException("Both sides have the same rounds.", nameof(others));
        return Of(ones.Zip(others, (one, other) => other > 0
            ? one / other
            : throw new InvalidOperationException("A ratio needs something to compare with.")));
    }
}
