using System.Globalization;

namespace FinCode.Benches.Harness;

/// <summary>What a bench works with.</summary>
internal sealed class BenchRun(BenchOptions options, BenchServer? server, BenchReport report, TextWriter progress)
{
    private readonly long _started = TimeProvider.System.GetTimestamp();

    public BenchOptions Options => options;

    public BenchServer Server =>
        server ?? throw new InvalidOperationException("This bench did not ask for a server.");

    public BenchReport Report => report;

    /// <summary>A line of progress, with the seconds since the start.</summary>
    public void Say(FormattableString text)
    {
        var seconds = TimeProvider.System.GetElapsedTime(_started).TotalSeconds;
        progress.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{seconds,6:0.0} s  ")
            + text.ToString(CultureInfo.InvariantCulture));
    }
}
