using System.Numerics;

namespace FinCode.Benches.Harness;

/// <summary>
/// Latencies in microseconds, in buckets whose width grows with the value: exact below 2,048, and never more than one
/// part in 1,024 too high above. It takes the same memory however many it holds. Not safe for several threads.
/// </summary>
internal sealed class Latencies
{
    private const int HalfBits = 10;
    private const int Half = 1 << HalfBits;
    private const int MaxBits = 40; // 12 days
    private const long MaxValue = (1L << MaxBits) - 1;

    private readonly long[] _counts = new long[Half * (MaxBits - HalfBits + 1)];
    private long _max;

    public long Count { get; private set; }

    public void Add(TimeSpan latency) => Add((long)latency.TotalMicroseconds);

    /// <param name="microseconds">Negative ones, of a clock that was set back, count as zero.</param>
    public void Add(long microseconds)
    {
        var value = Math.Clamp(microseconds, 0, MaxValue);
        _counts[BucketOf(value)]++;
        _max = Math.Max(_max, value);
        Count++;
    }

    public void Add(Latencies other)
    {
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
        _max = Math.Max(_max, other._max);
        Count += other.Count;
    }

    /// <summary>
    /// The nearest-rank percentile: the smallest latency that at least so many percent do not exceed. In microseconds.
    /// </summary>
    public long Percentile(double percent)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(percent);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        if (Count == 0)
            throw new InvalidOperationException("Nothing was measured.");
        var rank = Math.Max(1, (long)Math.Ceiling(Count * percent / 100));
        long seen = 0;
        for (var i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank)
                return Math.Min(HighestOf(i), _max);
        }
        return _max;
    }

    public double PercentileMilliseconds(double percent) => Percentile(percent) / 1_000.0;

    private static int BucketOf(long value)
    {
        if (value < 2 * Half)
            return (int)value;
        var shift = BitOperations.Log2((ulong)value) - HalfBits;
        return (shift * Half) + (int)(value >> shift);
    }

    private static long HighestOf(int bucket)
    {
        if (bucket < 2 * Half)
            return bucket;
        var shift = (bucket / Half) - 1;
        long lowest = bucket - (shift * Half);
        return ((lowest + 1) << shift) - 1;
    }
}
