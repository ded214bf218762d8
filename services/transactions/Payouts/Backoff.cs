namespace FinCode.Transactions.Payouts;

/// <summary>Exponential pauses with an upper end.</summary>
internal static class Backoff
{
    private const int MaxDoublings = 20;

    /// <summary>The base, twice the base, four times, ... for 0, 1, 2, ... earlier tries; at most
    /// <paramref name="cap"/>.</summary>
    public static TimeSpan After(int earlierTries, TimeSpan first, TimeSpan cap)
    {
        var pause = first * (1L << Math.Clamp(earlierTries, 0, MaxDoublings));
        return pause < cap ? pause : cap;
    }
}
