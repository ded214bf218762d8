namespace FinCode.Standalone.Kafka.Storage;

/// <summary>Walks over the records inside an uncompressed batch, as far as the broker looks into them.</summary>
internal ref struct RecordWalker(ReadOnlySpan<byte> records)
{
    private ReadOnlySpan<byte> _rest = records;

    public long TimestampDelta { get; private set; }

    public int OffsetDelta { get; private set; }

    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>
    /// Whether the records are as many as the header says, numbered without a gap, and nothing follows.
    /// </summary>
    public static bool IsWellFormed(RecordBatch batch, ReadOnlySpan<byte> bytes)
    {
        var walker = new RecordWalker(bytes[RecordBatch.HeaderBytes..]);
        for (var i = 0; i < batch.RecordCount; i++)
        {
            if (!walker.Next() || walker.OffsetDelta != i)
                return false;
        }
        return walker.AtEnd;
    }

    /// <summary>Moves over the next record; false where its bytes are not one.</summary>
    public bool Next()
    {
        if (!TryVarint(ref _rest, out var length) || length < 0 || length > _rest.Length)
            return false;
        var record = _rest[..(int)length];
        _rest = _rest[(int)length..];
        if (record.IsEmpty)
            return false;
        record = record[1..];
        if (!TryVarint(ref record, out var timestampDelta) || !TryVarint(ref record, out var offsetDelta)
            || !TrySkip(ref record) || !TrySkip(ref record) || !TrySkipHeaders(ref record))
            return false;
        TimestampDelta = timestampDelta;
        OffsetDelta = (int)offsetDelta;
        return record.IsEmpty;
    }

    private static bool TrySkipHeaders(ref ReadOnlySpan<byte> record)
    {
        if (!TryVarint(ref record, out var count) || count < 0 || count > record.Length)
            return false;
        for (var i = 0L; i < count; i++)
        {
            if (!TrySkip(ref record) || !TrySkip(ref record))
                return false;
        }
        return true;
    }

    /// <summary>Skips a byte string; -1 is the length of null.</summary>
    private static bool TrySkip(ref ReadOnlySpan<byte> bytes)
    {
        if (!TryVarint(ref bytes, out var length) || length < -1 || length > bytes.Length)
            return false;
        if (length > 0)
            bytes = bytes[(int)length..];
        return true;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out long value)
    {
        var raw = 0UL;
        for (var i = 0; i < bytes.Length && i < 10; i++)
        {
            raw |= (ulong)(bytes[i] & 0x7f) << (7 * i);
            if ((bytes[i] & 0x80) != 0)
                continue;
            bytes = bytes[(i + 1)..];
            value = (long)(raw >> 1) ^ -(long)(raw & 1);
            return true;
        }
        value = 0;
        return false;
    }
}
