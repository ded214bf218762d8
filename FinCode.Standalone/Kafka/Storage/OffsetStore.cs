using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace FinCode.Standalone.Kafka.Storage;

internal readonly record struct TopicPartition(string Topic, int Partition);

internal readonly record struct CommittedOffset(long Offset, int LeaderEpoch, string? Metadata);

/// <summary>
/// The committed offsets of all groups: every commit is appended to one file, which is written anew with the last
/// commit of each partition at start and whenever most of it is outdated.
/// </summary>
internal sealed class OffsetStore : IDisposable
{
    private const int EntryHeaderBytes = 8;
    private const int MaxEntryBytes = 256 * 1024;
    private const int CompactAfterEntries = 100_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<TopicPartition, CommittedOffset>> _groups = [];
    private readonly string _path;
    private readonly bool _toDisk;
    private SafeFileHandle _handle;
    private long _length;
    private int _entries;

    private OffsetStore(string path, bool toDisk)
    {
        _path = path;
        _toDisk = toDisk;
        _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
    }

    public static OffsetStore Open(string path, bool toDisk)
    {
        var store = new OffsetStore(path, toDisk);
        store.Load();
        store.Compact();
        return store;
    }

    public IReadOnlyCollection<string> Groups()
    {
        lock (_gate)
            return [.. _groups.Keys];
    }

    public IReadOnlyDictionary<TopicPartition, CommittedOffset> Of(string group)
    {
        lock (_gate)
        {
            return _groups.TryGetValue(group, out var offsets)
                ? new Dictionary<TopicPartition, CommittedOffset>(offsets)
                : [];
        }
    }

    /// <summary>Keeps the offsets; they are in the file when this returns.</summary>
    /// <exception cref="IOException">They could not be written, and none of them counts.</exception>
    public void Commit(string group, IReadOnlyCollection<KeyValuePair<TopicPartition, CommittedOffset>> offsets)
    {
        lock (_gate)
        {
            Append(offsets.Select(o => OffsetEntry.Encode(group, o.Key, o.Value)));
            foreach (var (partition, offset) in offsets)
                Apply(group, partition, offset);
            if (_entries > CompactAfterEntries && _entries > 4 * _groups.Values.Sum(g => g.Count))
                Compact();
        }
    }

    /// <summary>A deleted topic's offsets go with it: a new topic of that name begins at 0.</summary>
    public void ForgetTopic(string topic)
    {
        lock (_gate)
        {
            foreach (var offsets in _groups.Values)
            {
                foreach (var partition in offsets.Keys.Where(p => p.Topic == topic).ToList())
                    offsets.Remove(partition);
            }
            Compact();
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _handle.Dispose();
    }

    private void Apply(string group, TopicPartition partition, CommittedOffset offset)
    {
        if (!_groups.TryGetValue(group, out var offsets))
            _groups[group] = offsets = [];
        offsets[partition] = offset;
    }

    private void Load()
    {
        var bytes = File.ReadAllBytes(_path).AsSpan();
        while (bytes.Length >= EntryHeaderBytes)
        {
            var size = BinaryPrimitives.ReadInt32BigEndian(bytes);
            if (size is <= 0 or > MaxEntryBytes || size > bytes.Length - EntryHeaderBytes)
                break;
            var entry = bytes.Slice(EntryHeaderBytes, size);
            if (Crc32C.Of(entry) != BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]))
                break;
            var (group, partition, offset) = OffsetEntry.Decode(entry);
            Apply(group, partition, offset);
            bytes = bytes[(EntryHeaderBytes + size)..];
        }
        // What is left is a write that was interrupted and never acknowledged; compaction leaves it behind.
    }

    private void Append(IEnumerable<byte[]> entries)
    {
        using var block = new MemoryStream();
        var added = 0;
        foreach (var entry in entries)
        {
            WriteEntry(block, entry);
            added++;
        }
        try
        {
            RandomAccess.Write(_handle, block.GetBuffer().AsSpan(0, (int)block.Length), _length);
            if (_toDisk)
                RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException)
        {
            RandomAccess.SetLength(_handle, _length);
            throw;
        }
        _length += block.Length;
        _entries += added;
    }

    private void Compact()
    {
        using var all = new MemoryStream();
        _entries = 0;
        foreach (var (group, offsets) in _groups)
        {
            foreach (var (partition, offset) in offsets)
            {
                WriteEntry(all, OffsetEntry.Encode(group, partition, offset));
                _entries++;
            }
        }
        AtomicFile.Write(_path, all.GetBuffer().AsSpan(0, (int)all.Length), _toDisk);
        _handle.Dispose();
        _handle = File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        _length = all.Length;
    }

    private static void WriteEntry(MemoryStream target, byte[] entry)
    {
        Span<byte> header = stackalloc byte[EntryHeaderBytes];
        BinaryPrimitives.WriteInt32BigEndian(header, entry.Length);
        BinaryPrimitives.WriteUInt32BigEndian(header[4..], Crc32C.Of(entry));
        target.Write(header);
        target.Write(entry);
    }
}
