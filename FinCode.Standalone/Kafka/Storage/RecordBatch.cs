using System.Buffers.Binary;

namespace FinCode.Standalone.Kafka.Storage;

/// <summary>
/// The header of a record batch, format v2: what a producer sends, what a segment holds and what a consumer gets are
/// the same bytes, but for the base offset, which the broker fills in and which the checksum leaves out.
/// </summary>
internal readonly record struct RecordBatch
{
    public const int HeaderBytes = 61;
    public const int NoSequence = -1;

    /// <summary>The length field counts what follows it: the base offset and itself are these many bytes.</summary>
    private const int LengthOverhead = 12;
    private const int ChecksummedFrom = 21;

    public long BaseOffset { get; private init; }

    /// <summary>Bytes of the whole batch.</summary>
    public int Size { get; private init; }

    public byte Magic { get; private init; }

    public short Attributes { get; private init; }

    public int LastOffsetDelta { get; private init; }

    public long BaseTimestamp { get; private init; }

    public long MaxTimestamp { get; private init; }

    public long ProducerId { get; private init; }

    public short ProducerEpoch { get; private init; }

    public int BaseSequence { get; private init; }

    public int RecordCount { get; private init; }

    private uint Checksum { get; init; }

    public long LastOffset => BaseOffset + LastOffsetDelta;

    public int Compression => Attributes & 0x07;

    public bool IsTransactional => (Attributes & 0x10) != 0;

    public bool IsControl => (Attributes & 0x20) != 0;

    public bool IsIdempotent => ProducerId >= 0;

    /// <summary>The sequence of the last record; sequences go round after the largest positive integer.</summary>
    public int LastSequence => (int)(((long)BaseSequence + LastOffsetDelta) & int.MaxValue);

    /// <summary>Reads a header; false where there is too little of it or its length cannot be.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out RecordBatch batch)
    {
        batch = default;
        if (bytes.Length < HeaderBytes)
            return false;
        var length = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        if (length < HeaderBytes - LengthOverhead || length > int.MaxValue - LengthOverhead)
            return false;
        batch = new RecordBatch
        {
            BaseOffset = BinaryPrimitives.ReadInt64BigEndian(bytes),
            Size = length + LengthOverhead,
            Magic = bytes[16],
            Checksum = BinaryPrimitives.ReadUInt32BigEndian(bytes[17..]),
            Attributes = BinaryPrimitives.ReadInt16BigEndian(bytes[21..]),
            LastOffsetDelta = BinaryPrimitives.ReadInt32BigEndian(bytes[23..]),
            BaseTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[27..]),
            MaxTimestamp = BinaryPrimitives.ReadInt64BigEndian(bytes[35..]),
            ProducerId = BinaryPrimitives.ReadInt64BigEndian(bytes[43..]),
            ProducerEpoch = BinaryPrimitives.ReadInt16BigEndian(bytes[51..]),
            BaseSequence = BinaryPrimitives.ReadInt32BigEndian(bytes[53..]),
            RecordCount = BinaryPrimitives.ReadInt32BigEndian(bytes[57..]),
        };
        return true;
    }

    /// <summary>Whether the content of this whole batch is what its producer checksummed.</summary>
    public bool IsIntact(ReadOnlySpan<byte> bytes) =>
        Magic == 2 && bytes.Length == Size && LastOffsetDelta >= 0
        && Crc32C.Of(bytes[ChecksummedFrom..]) == Checksum;

    /// <summary>Gives the batch its place in the log; the leader epoch of a single node is always 0.</summary>
    public static void Place(Span<byte> bytes, long baseOffset)
    {
        BinaryPrimitives.WriteInt64BigEndian(bytes, baseOffset);
        BinaryPrimitives.WriteInt32BigEndian(bytes[LengthOverhead..], 0);
    }
}
