using System.Globalization;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>Says now and then how far it is, and in the end how fast it was.</summary>
internal sealed class VerificationProgress(TextWriter output, TimeProvider clock)
{
    private const long RecordsBetweenLooks = 10_000;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(2);

    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _lastSaid;

    public long Records { get; private set; }

    public void Count(CancellationToken cancellationToken)
    {
        if (++Records % RecordsBetweenLooks != 0)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        var elapsed = clock.GetElapsedTime(_start);
        if (elapsed - _lastSaid < s_interval)
            return;
        _lastSaid = elapsed;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Records:N0} records so far"));
    }

    /// <summary>"1,000,000 records in 4.1 s, 4.1 s per million".</summary>
    public string Summary()
    {
        var elapsed = clock.GetElapsedTime(_start);
        var tenths = (long)decimal.Round((decimal)elapsed.Ticks / TimeSpan.TicksPerMillisecond / 100);
        var perMillion = Records == 0 ? 0 : tenths * 1_000_000 / Records;
        return string.Create(CultureInfo.InvariantCulture,
            $"{Records:N0} records in {tenths / 10}.{tenths % 10} s, ")
            + string.Create(CultureInfo.InvariantCulture, $"{perMillion / 10}.{perMillion % 10} s per million");
    }
}
