using System.Globalization;
using FinCode.Standalone.Kafka.Protocol;
using Microsoft.Win32.SafeHandles;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>Where a batch ended up, or why it was not taken.</summary>
internal readonly record struct AppendResult(ErrorCode Error, long BaseOffset, long StartOffset);

/// <summary>
/// A stretch of a segment to send to a consumer; its handle stays open for a while after retention took it.
/// </summary>
internal readonly record struct LogSlice(ErrorCode Error, SafeFileHandle? Handle, long Position, int Length)
{
    public static LogSlice Empty(ErrorCode error) => new(error, null, 0, 0);
}

/// <summary>
/// One partition: an ordered list of segments, of which the last one grows. Files are made by the first append, so a
/// partition that nobody wrote to costs nothing.
/// </summary>
internal sealed class PartitionLog(string folder, KafkaBrokerOptions options, TopicSettings settings, TimeProvider time)
    : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<LogSegment> _segments = [];
    private readonly List<LogSegment> _retired = [];
    private readonly ProducerStates _producers = new();
    private readonly List<Action> _watchers = [];
    private bool _closed;

    public long StartOffset { get { lock (_gate) return Start; } }

    /// <summary>The offset that the next message gets; with one node this is the high watermark as well.</summary>
    public long EndOffset { get { lock (_gate) return End; } }

    private long Start => _segments.Count == 0 ? 0 : _segments[0].BaseOffset;

    private long End => _segments.Count == 0 ? 0 : _segments[^1].NextOffset;

    /// <summary>Reads what an earlier run left; returns how many bytes of an unfinished write were cut off.</summary>
    public long Recover()
    {
        lock (_gate)
        {
            if (!Directory.Exists(folder))
                return 0;
            var offsets = Directory.EnumerateFiles(folder, "*" + LogSegment.Extension)
                .Select(path => long.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture))
                .Order().ToList();
            var cut = 0L;
            foreach (var offset in offsets)
            {
                var segment = new LogSegment(folder, offset);
                _segments.Add(segment);
                cut += SegmentRecovery.Recover(segment, offset == offsets[^1],
                    batch => _producers.Record(batch, batch.BaseOffset, batch.MaxTimestamp));
            }
            return cut;
        }
    }

    /// <summary>
    /// Takes a checked batch; a repeat of an idempotent producer's batch is answered, not written again.
    /// </summary>
    public AppendResult Append(RecordBatch batch, Span<byte> bytes)
    {
        lock (_gate)
        {
            if (_closed)
                return new AppendResult(ErrorCode.UnknownTopicOrPartition, -1, -1);
            var error = _producers.Check(batch, out var duplicateOf);
            if (error != ErrorCode.None || duplicateOf is not null)
                return new AppendResult(error, duplicateOf ?? -1, Start);
            var baseOffset = End;
            try
            {
                RecordBatch.Place(bytes, baseOffset);
                ActiveFor(bytes.Length).Append(batch, bytes, baseOffset, options.Fsync);
            }
            catch (IOException)
            {
                return new AppendResult(ErrorCode.StorageError, -1, Start);
            }
            _producers.Record(batch, baseOffset, Now());
            foreach (var watcher in _watchers)
                watcher();
            return new AppendResult(ErrorCode.None, baseOffset, Start);
        }
    }

    /// <summary>
    /// Up to <paramref name="maxBytes"/> from the batch that holds the offset on. With
    /// <paramref name="wholeBatch"/> the first batch comes complete even where it is larger.
    /// </summary>
    public LogSlice Locate(long offset, int maxBytes, bool wholeBatch)
    {
        lock (_gate)
        {
            if (_closed)
                return LogSlice.Empty(ErrorCode.UnknownTopicOrPartition);
            if (offset < Start || offset > End)
                return LogSlice.Empty(ErrorCode.OffsetOutOfRange);
            if (offset == End)
                return LogSlice.Empty(ErrorCode.None);
            var segment = _segments[SegmentOf(offset)];
            if (segment.FindOffset(offset) is not { } found)
                return LogSlice.Empty(ErrorCode.None);
            var length = Math.Min(maxBytes, segment.Length - found.Position);
            if (length < found.Batch.Size)
                length = wholeBatch ? found.Batch.Size : 0;
            return new LogSlice(ErrorCode.None, segment.Handle, found.Position, length);
        }
    }

    /// <summary>The first message at this time (Unix milliseconds) or later; null where there is none.</summary>
    public (long Offset, long Timestamp)? FindTime(long timestamp)
    {
        lock (_gate)
        {
            foreach (var segment in _segments.Where(s => s.MaxTimestamp >= timestamp))
            {
                if (segment.FindTime(timestamp) is not { } found)
                    continue;
                return FirstRecordAt(found.Batch, segment.Read(found.Position, found.Batch.Size), timestamp);
            }
            return null;
        }
    }

    /// <summary>The message with the largest timestamp, the first of several; null in an empty partition.</summary>
    public (long Offset, long Timestamp)? FindLargestTime()
    {
        lock (_gate)
        {
            var largest = _segments.Count == 0 ? -1 : _segments.Max(s => s.MaxTimestamp);
            return largest < 0 ? null : FindTime(largest);
        }
    }

    /// <summary>Has the action called at every append until the result is disposed. It must not block.</summary>
    public IDisposable Watch(Action appended)
    {
        lock (_gate)
            _watchers.Add(appended);
        return new Watching(this, appended);
    }

    /// <summary>Removes segments that are too old or too many; files taken last time are closed only now.</summary>
    public int EnforceRetention()
    {
        lock (_gate)
        {
            if (_closed || _segments.Count == 0)
                return 0;
            _retired.ForEach(s => s.Dispose());
            _retired.Clear();
            var now = Now();
            _producers.ForgetSeenBefore(now - (long)options.ProducerStateLifetime.TotalMilliseconds);
            if (settings.RetentionMilliseconds(options) is { } age)
                RetireOlderThan(now - age);
            if (settings.RetentionBytes(options) is { } limit)
            {
                var size = _segments.Sum(s => (long)s.Length);
                while (_segments.Count > 1 && size - _segments[0].Length >= limit)
                {
                    size -= _segments[0].Length;
                    RetireFirst();
                }
            }
            return _retired.Count;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var segment in _segments.Concat(_retired))
                segment.Dispose();
            foreach (var watcher in _watchers)
                watcher();
        }
    }

    private static (long Offset, long Timestamp) FirstRecordAt(RecordBatch batch, byte[] bytes, long timestamp)
    {
        if (batch.Compression == 0)
        {
            var walker = new RecordWalker(bytes.AsSpan(RecordBatch.HeaderBytes));
            while (!walker.AtEnd && walker.Next())
            {
                if (batch.BaseTimestamp + walker.TimestampDelta >= timestamp)
                    return (batch.BaseOffset + walker.OffsetDelta, batch.BaseTimestamp + walker.TimestampDelta);
            }
        }
        // Inside a compressed batch the broker does not look: its start is at or before the message asked for.
        return (batch.BaseOffset, batch.BaseTimestamp);
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private LogSegment ActiveFor(int size)
    {
        if (_segments.Count == 0)
            Directory.CreateDirectory(folder);
        else if (_segments[^1].Length == 0 || _segments[^1].Length <= settings.SegmentBytes(options) - size)
            return _segments[^1];
        _segments.Add(new LogSegment(folder, End));
        return _segments[^1];
    }

    /// <summary>
    /// When even the last segment is too old an empty one takes its place, whose name keeps the offset.
    /// </summary>
    private void RetireOlderThan(long milliseconds)
    {
        if (_segments[^1].Length > 0 && _segments[^1].LastWrittenMilliseconds < milliseconds)
            _segments.Add(new LogSegment(folder, End));
        while (_segments.Count > 1 && _segments[0].LastWrittenMilliseconds < milliseconds)
            RetireFirst();
    }

    private void RetireFirst()
    {
        File.Delete(_segments[0].Path);
        _retired.Add(_segments[0]);
        _segments.RemoveAt(0);
    }

    private int SegmentOf(long offset)
    {
        var index = _segments.Count - 1;
        while (_segments[index].BaseOffset > offset)
            index--;
        return index;
    }

    private sealed class Watching(PartitionLog log, Action appended) : IDisposable
    {
        public void Dispose()
        {
            lock (log._gate)
                log._watchers.Remove(appended);
        }
    }
}
