namespace FinCode.Ledger.Model;

internal static class BookTime
{
    /// <summary>Now in whole microseconds, as the database keeps it: what is read is what was written.</summary>
    public static DateTimeOffset Now(this TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
    }
}
