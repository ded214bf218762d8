using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// One file of a partition: batches one after another, named by the offset of the first. A sparse index in memory
/// leads to within a few KiB of an offset or a time. Callers lock.
/// </summary>
internal sealed class LogSegment : IDisposable
{
    public const string Extension = ".log";

    private const int IndexIntervalBytes = 4 * 1024;

    private readonly List<IndexEntry> _index = [];
    private int _lastIndexedPosition = -IndexIntervalBytes;

    public LogSegment(string folder, long baseOffset)
    {
        BaseOffset = baseOffset;
        NextOffset = baseOffset;
        Path = System.IO.Path.Combine(folder, baseOffset.ToString("D20", CultureInfo.InvariantCulture) + Extension);
        Handle = File.OpenHandle(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        CreatedAt = File.GetLastWriteTimeUtc(Path);
    }

    public string Path { get; }

    public long BaseOffset { get; }

    public SafeFileHandle Handle { get; }

    /// <summary>Bytes of whole batches.</summary>
    public int Length { get; private set; }

    public long NextOffset { get; private set; }

    public long MaxTimestamp { get; private set; } = -1;

    private DateTime CreatedAt { get; }

    /// <summary>When the youngest message was written, by its own word, else by the file's.</summary>
    public long LastWrittenMilliseconds =>
        MaxTimestamp >= 0 ? MaxTimestamp : new DateTimeOffset(CreatedAt).ToUnixTimeMilliseconds();

    /// <summary>Writes a batch at the end; where that fails, what was written of it is cut off again.</summary>
    public void Append(RecordBatch batch, ReadOnlySpan<byte> bytes, long baseOffset, bool toDisk)
    {
        try
        {
            RandomAccess.Write(Handle, bytes, Length);
            if (toDisk)
                RandomAccess.FlushToDisk(Handle);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(Handle, Length);
            throw;
        }
        Adopt(batch, baseOffset);
    }

    /// <summary>Takes note of a batch that stands in the file at the present end.</summary>
    public void Adopt(RecordBatch batch, long baseOffset)
    {
        MaxTimestamp = Math.Max(MaxTimestamp, batch.MaxTimestamp);
        if (Length - _lastIndexedPosition >= IndexIntervalBytes)
        {
            _index.Add(new IndexEntry(baseOffset, Length));
            _lastIndexedPosition = Length;
        }
        Length += batch.Size;
        NextOffset = baseOffset + batch.LastOffsetDelta + 1;
    }

    /// <summary>The batch that holds this offset, or the next one after it.</summary>
    public (int Position, RecordBatch Batch)? FindOffset(long offset)
    {
        var low = 0;
        var high = _index.Count - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_index[middle].BaseOffset <= offset)
                low = middle;
            else
                high = middle - 1;
        }
        var start = _index.Count == 0 ? 0 : _index[low].Position;
        return First(start, batch => batch.LastOffset >= offset);
    }

    /// <summary>The first batch with a message at this time or later.</summary>
    public (int Position, RecordBatch Batch)? FindTime(long timestamp) =>
        First(0, batch => batch.MaxTimestamp >= timestamp);

    public byte[] Read(int position, int count)
    {
        var bytes = new byte[count];
        ReadExactly(Handle, bytes, position);
        return bytes;
    }

    public static void ReadExactly(SafeFileHandle handle, Span<byte> destination, long position)
    {
        while (!destination.IsEmpty)
        {
            var read = RandomAccess.Read(handle, destination, position);
            if (read == 0)
                throw new EndOfStreamException("A segment is shorter than its index says.");
            destination = destination[read..];
            position += read;
        }
    }

    public void Dispose() => Handle.Dispose();

    private (int Position, RecordBatch Batch)? First(int position, Func<RecordBatch, bool> wanted)
    {
        Span<byte> header = stackalloc byte[RecordBatch.HeaderBytes];
        while (position < Length)
        {
            ReadExactly(Handle, header, position);
            if (!RecordBatch.TryRead(header, out var batch))
                throw new InvalidDataException($"{Path} has no batch at position {position}.");
            if (wanted(batch))
                return (position, batch);
            position += batch.Size;
        }
        return null;
    }

    private readonly record struct IndexEntry(long BaseOffset, int Position);
}
