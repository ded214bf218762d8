using System.Text;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>One commit as it stands in the offsets file.</summary>
internal static class OffsetEntry
{
    private const byte CommitKind = 1;

    public static byte[] Encode(string group, TopicPartition partition, CommittedOffset offset)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(CommitKind);
            writer.Write(group);
            writer.Write(partition.Topic);
            writer.Write(partition.Partition);
            writer.Write(offset.Offset);
            writer.Write(offset.LeaderEpoch);
            writer.Write(offset.Metadata is not null);
            if (offset.Metadata is { } metadata)
                writer.Write(metadata);
        }
        return stream.ToArray();
    }

    public static (string Group, TopicPartition Partition, CommittedOffset Offset) Decode(ReadOnlySpan<byte> entry)
    {
        using var stream = new MemoryStream(entry.ToArray(), writable: false);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        var kind = reader.ReadByte();
        if (kind != CommitKind)
            throw new InvalidDataException($"The offsets file holds an entry of the unknown kind {kind}.");
        var group = reader.ReadString();
        var partition = new TopicPartition(reader.ReadString(), reader.ReadInt32());
        var offset = reader.ReadInt64();
        var epoch = reader.ReadInt32();
        var metadata = reader.ReadBoolean() ? reader.ReadString() : null;
        return (group, partition, new CommittedOffset(offset, epoch, metadata));
    }
}
