using System.Numerics;

namespace FinCode.Compliance.Screening;

/// <summary>
/// The values of each 64-bit key, immutable. Keys lie ordered by their upper bits in buckets of one or two, so that a
/// look-up reads one place of a directory and a few keys beside each other.
/// </summary>
internal sealed class KeyTable
{
    private readonly int[] _starts;
    private readonly ulong[] _keys;
    private readonly int[] _values;
    private readonly int _shift;

    public KeyTable(ReadOnlySpan<ulong> keys, ReadOnlySpan<int> values)
    {
        var bits = Math.Max(1, BitOperations.Log2((uint)Math.Max(1, keys.Length)));
        _shift = 64 - bits;
        _starts = new int[(1 << bits) + 1];
        foreach (var key in keys)
            _starts[(int)(Spread(key) >> _shift) + 1]++;
        for (var i = 1; i < _starts.Length; i++)
            _starts[i] += _starts[i - 1];
        _keys = new ulong[keys.Length];
        _values = new int[keys.Length];
        var next = _starts.AsSpan().ToArray();
        for (var i = 0; i < keys.Length; i++)
        {
            var place = next[(int)(Spread(keys[i]) >> _shift)]++;
            _keys[place] = keys[i];
            _values[place] = values[i];
        }
    }

    public Matches Of(ulong key)
    {
        var bucket = (int)(Spread(key) >> _shift);
        return new Matches(this, key, _starts[bucket], _starts[bucket + 1]);
    }

    /// <summary>The hashes of short words differ in their lower bits mostly.</summary>
    private static ulong Spread(ulong key) => key * 0x9E3779B97F4A7C15;

    public ref struct Matches(KeyTable table, ulong key, int start, int end)
    {
        private int _next = start;

        public int Current { get; private set; }

        public readonly Matches GetEnumerator() => this;

        public bool MoveNext()
        {
            while (_next < end)
            {
                var place = _next++;
                if (table._keys[place] != key)
                    continue;
                Current = table._values[place];
                return true;
            }
            return false;
        }
    }
}

/// <summary>Keys and values on their way into a <see cref="KeyTable"/>.</summary>
internal sealed class KeyTableBuilder(int capacity)
{
    private readonly List<ulong> _keys = new(capacity);
    private readonly List<int> _values = new(capacity);

    public void Add(ulong key, int value)
    {
        _keys.Add(key);
        _values.Add(value);
    }

    public KeyTable Build() => new(
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_keys),
        System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_values));
}
