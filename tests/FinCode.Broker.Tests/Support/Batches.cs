using System.Buffers.Binary;
using System.Text;
using FinCode.Standalone.Kafka.Protocol;
using FinCode.Standalone.Kafka.Storage;

namespace FinCode.Broker.Tests.Support;

/// <summary>Record batches made by hand, good ones and others, and the requests that bring and ask for them.</summary>
internal static class Batches
{
    public static byte[] Of(
        string[] values, long producerId = -1, short epoch = -1, int sequence = -1, long? at = null,
        short attributes = 0)
    {
        var timestamp = at ?? TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        using var records = new MemoryStream();
        for (var i = 0; i < values.Length; i++)
            WriteRecord(records, i, values[i]);
        var batch = new byte[RecordBatch.HeaderBytes + records.Length];
        records.ToArray().CopyTo(batch, RecordBatch.HeaderBytes);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), batch.Length - 12);
        batch[16] = 2;
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(21), attributes);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(23), values.Length - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(27), timestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(35), timestamp + values.Length - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch.AsSpan(43), producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch.AsSpan(51), epoch);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(53), sequence);
        BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(57), values.Length);
        return Sealed(batch);
    }

    /// <summary>Writes the checksum, as a producer does after its last change.</summary>
    public static byte[] Sealed(byte[] batch)
    {
        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(17), Crc32C.Of(batch.AsSpan(21)));
        return batch;
    }

    /// <summary>Sends one batch to partition 0 and gives error and base offset.</summary>
    public static async Task<(ErrorCode Error, long Offset)> ProduceAsync(
        this RawClient client, string topic, byte[] batch, short acks = -1)
    {
        var reader = await client.CallAsync(ApiKey.Produce, 3, w => WriteProduce(w, topic, batch, acks));
        var answers = reader.ReadArray(t =>
        {
            t.ReadString();
            return t.ReadArray(p =>
            {
                p.ReadInt32();
                var answer = ((ErrorCode)p.ReadInt16(), p.ReadInt64());
                p.ReadInt64();
                return answer;
            });
        });
        return answers[0][0];
    }

    public static void WriteProduce(ProtocolWriter writer, string topic, byte[] batch, short acks)
    {
        writer.String(null);
        writer.Int16(acks);
        writer.Int32(1_000);
        writer.ArrayLength(1);
        writer.String(topic);
        writer.ArrayLength(1);
        writer.Int32(0);
        writer.Bytes(batch);
    }

    public static void WriteFetch(
        ProtocolWriter writer, string topic, long offset, int maxWait, int minBytes, int maxBytes = 1_000_000)
    {
        writer.Int32(-1);
        writer.Int32(maxWait);
        writer.Int32(minBytes);
        writer.Int32(maxBytes);
        writer.Int8(0);
        writer.ArrayLength(1);
        writer.String(topic);
        writer.ArrayLength(1);
        writer.Int32(0);
        writer.Int64(offset);
        writer.Int32(maxBytes);
    }

    /// <summary>Error, high watermark and bytes of the one partition in the answer to a fetch of version 4.</summary>
    public static (ErrorCode Error, long End, int Bytes) ReadFetch(ProtocolReader reader)
    {
        reader.ReadInt32();
        return reader.ReadArray(t =>
        {
            t.ReadString();
            return t.ReadArray(p =>
            {
                p.ReadInt32();
                var error = (ErrorCode)p.ReadInt16();
                var end = p.ReadInt64();
                p.ReadInt64();
                p.ReadInt32();
                return (error, end, p.ReadBytes().Length);
            });
        })[0][0];
    }

    public static Task CreateTopicAsync(this RawClient client, string topic) =>
        client.CallAsync(ApiKey.Metadata, 4, w =>
        {
            w.ArrayLength(1);
            w.String(topic);
            w.Boolean(true);
        });

    private static void WriteRecord(MemoryStream target, int offsetDelta, string value)
    {
        using var record = new MemoryStream();
        record.WriteByte(0);
        WriteVarint(record, offsetDelta);
        WriteVarint(record, offsetDelta);
        WriteVarint(record, -1);
        var bytes = Encoding.UTF8.GetBytes(value);
        WriteVarint(record, bytes.Length);
        record.Write(bytes);
        WriteVarint(record, 0);
        WriteVarint(target, record.Length);
        record.WriteTo(target);
    }

    private static void WriteVarint(MemoryStream target, long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        for (; raw >= 0x80; raw >>= 7)
            target.WriteByte((byte)(raw | 0x80));
        target.WriteByte((byte)raw);
    }
}
