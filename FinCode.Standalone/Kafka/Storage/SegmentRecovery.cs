using System.Buffers;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// Reads a segment from its start, checks every batch, and cuts what an interrupted write left at its end.
/// </summary>
internal static class SegmentRecovery
{
    private const int ReadAheadBytes = 1024 * 1024;

    /// <summary>Makes the segment know its batches; each is handed to <paramref name="found"/>.</summary>
    /// <returns>The bytes that were cut off.</returns>
    /// <exception cref="InvalidDataException">
    /// A batch is damaged and whole ones follow it. Cutting there would silently lose acknowledged messages, so the
    /// broker does not start.
    /// </exception>
    public static long Recover(LogSegment segment, bool isLast, Action<RecordBatch> found)
    {
        var fileLength = RandomAccess.GetLength(segment.Handle);
        var reader = new BatchReader(segment, fileLength);
        try
        {
            while (reader.TryRead(segment.Length, segment.NextOffset, out var batch))
            {
                segment.Adopt(batch, batch.BaseOffset);
                found(batch);
            }
            var cut = fileLength - segment.Length;
            if (cut == 0)
                return 0;
            if (!isLast || reader.IsFollowedByWholeBatch(segment.Length, segment.NextOffset))
            {
                throw new InvalidDataException(
                    $"{segment.Path} is damaged at position {segment.Length}, and messages follow the damage. "
                    + "Restore the file, or remove it if its messages may be lost.");
            }
            RandomAccess.SetLength(segment.Handle, segment.Length);
            return cut;
        }
        finally
        {
            reader.Dispose();
        }
    }

    private sealed class BatchReader(LogSegment segment, long fileLength) : IDisposable
    {
        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(ReadAheadBytes);
        private long _bufferedFrom;
        private int _buffered;

        public bool TryRead(long position, long smallestOffset, out RecordBatch batch)
        {
            if (!RecordBatch.TryRead(Window(position, RecordBatch.HeaderBytes), out batch))
                return false;
            return batch.Size <= fileLength - position
                && batch.BaseOffset >= smallestOffset
                && batch.IsIntact(Window(position, batch.Size));
        }

        public bool IsFollowedByWholeBatch(long position, long smallestOffset) =>
            RecordBatch.TryRead(Window(position, RecordBatch.HeaderBytes), out var damaged)
            && damaged.Size < fileLength - position
            && TryRead(position + damaged.Size, smallestOffset, out _);

        public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

        /// <summary>These bytes of the file, or as many as there are.</summary>
        private ReadOnlySpan<byte> Window(long position, int count)
        {
            count = (int)Math.Min(count, fileLength - position);
            if (position < _bufferedFrom || position + count > _bufferedFrom + _buffered)
                Fill(position, count);
            return _buffer.AsSpan((int)(position - _bufferedFrom), count);
        }

        private void Fill(long position, int count)
        {
            if (count > _buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = ArrayPool<byte>.Shared.Rent(count);
            }
            _bufferedFrom = position;
            _buffered = (int)Math.Min(_buffer.Length, fileLength - position);
            LogSegment.ReadExactly(segment.Handle, _buffer.AsSpan(0, _buffered), position);
        }
    }
}
