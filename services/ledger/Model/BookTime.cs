namespace FinCode.Ledger.Model;

/// <summary>Times as the books keep them.</summary>
internal static class BookTime
{
    /// <summary>In UTC and whole microseconds, which is what the database and the log hold.</summary>
    public static DateTimeOffset Of(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    /// <summary>What is read is then what was written.</summary>
    public static DateTimeOffset Now(this TimeProvider clock) => Of(clock.GetUtcNow());
}
