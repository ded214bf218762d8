using System.Buffers.Binary;
using System.Text;

namespace FinCode.Standalone.Kafka.Protocol;

/// <summary>
/// Reads the primitive types of Kafka's protocol from one request. Every length is checked against what is there
/// before anything is allocated for it.
/// </summary>
internal sealed class ProtocolReader(Memory<byte> frame)
{
    /// <summary>No array of a sensible request is longer, and a hostile one shall not cost more.</summary>
    private const int MaxArrayElements = 100_000;

    private int _position;

    /// <summary>Whether the version uses compact lengths and tagged fields (KIP-482).</summary>
    public bool Flexible { get; set; }

    private int Remaining => frame.Length - _position;

    public sbyte ReadInt8() => (sbyte)Take(1)[0];

    public bool ReadBoolean() => Take(1)[0] != 0;

    public short ReadInt16() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public string ReadString() =>
        ReadNullableString() ?? throw new MalformedRequestException("a string that may not be null is null");

    public string? ReadNullableString() => Text(Flexible ? CompactLength() : ReadInt16());

    /// <summary>The client id in a request's header keeps its old form in every version.</summary>
    public string? ReadHeaderString() => Text(ReadInt16());

    public Memory<byte> ReadBytes() =>
        ReadNullableBytes() ?? throw new MalformedRequestException("bytes that may not be null are null");

    /// <summary>A window into the request itself, valid as long as the request is.</summary>
    public Memory<byte>? ReadNullableBytes()
    {
        var length = Flexible ? CompactLength() : ReadInt32();
        if (length == -1)
            return null;
        Need(length);
        var bytes = frame.Slice(_position, length);
        _position += length;
        return bytes;
    }

    public T[] ReadArray<T>(Func<ProtocolReader, T> element) => ReadNullableArray(element) ?? [];

    public T[]? ReadNullableArray<T>(Func<ProtocolReader, T> element)
    {
        var count = Flexible ? CompactLength() : ReadInt32();
        if (count == -1)
            return null;
        // An element takes a byte at least, so a count above the remaining bytes is a lie.
        Need(count);
        if (count > MaxArrayElements)
            throw new MalformedRequestException($"an array of {count} elements is too long");
        var elements = new List<T>(Math.Min(count, 64));
        for (var i = 0; i < count; i++)
            elements.Add(element(this));
        return [.. elements];
    }

    public int[] ReadInt32Array() => ReadArray(static r => r.ReadInt32());

    public string[] ReadStringArray() => ReadArray(static r => r.ReadString());

    /// <summary>Skips tagged fields: none of those that clients send changes what this broker does.</summary>
    public void SkipTags()
    {
        if (!Flexible)
            return;
        var count = ReadUnsignedVarint();
        for (var i = 0u; i < count; i++)
        {
            _ = ReadUnsignedVarint();
            var size = ReadUnsignedVarint();
            if (size > (uint)Remaining)
                throw new MalformedRequestException("a tagged field reaches beyond the request");
            _position += (int)size;
        }
    }

    private int CompactLength()
    {
        var length = ReadUnsignedVarint();
        if (length > int.MaxValue)
            throw new MalformedRequestException("a compact length is out of range");
        return (int)length - 1;
    }

    private uint ReadUnsignedVarint()
    {
        var value = 0u;
        for (var shift = 0; shift < 35; shift += 7)
        {
            var next = Take(1)[0];
            value |= (uint)(next & 0x7f) << shift;
            if ((next & 0x80) == 0)
                return value;
        }
        throw new MalformedRequestException("a varint is longer than five bytes");
    }

    private string? Text(int length)
    {
        if (length == -1)
            return null;
        if (length > short.MaxValue)
            throw new MalformedRequestException($"a string of {length} bytes is too long");
        return Encoding.UTF8.GetString(Take(length));
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        Need(count);
        var span = frame.Span.Slice(_position, count);
        _position += count;
        return span;
    }

    private void Need(int count)
    {
        if (count < 0 || count > Remaining)
            throw new MalformedRequestException($"{count} bytes expected where {Remaining} are left");
    }
}
