namespace FinCode.Ledger.Tests.Posting;

/// <summary>Stands still until a test moves it, also back; timers run in real time.</summary>
internal sealed class SteppedClock : TimeProvider
{
    private long _ticks = Start.UtcTicks;

    public static DateTimeOffset Start { get; } = new(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);

    public static DateOnly StartDay { get; } = DateOnly.FromDateTime(Start.UtcDateTime);

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public DateTimeOffset Move(TimeSpan by) => new(Interlocked.Add(ref _ticks, by.Ticks), TimeSpan.Zero);

    public void Set(DateTimeOffset time) => Interlocked.Exchange(ref _ticks, time.UtcTicks);
}

/// <summary>A running ledger whose clock the tests of a class set.</summary>
public sealed class SteppedLedger : LedgerFixture
{
    internal SteppedClock Clock { get; } = new();

    protected override string ExpiryInterval => "1.00:00:00";

    protected override TimeProvider Time => Clock;
}
