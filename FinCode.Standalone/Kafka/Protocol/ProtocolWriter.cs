using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace FinCode.Standalone.Kafka.Protocol;

/// <summary>Writes one response in the primitive types of Kafka's protocol, behind its four bytes of length.</summary>
internal sealed class ProtocolWriter : IDisposable
{
    private const int LengthPrefixBytes = 4;
    private const int InitialBytes = 4 * 1024;
    private const int KeptBytes = 1024 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _length = LengthPrefixBytes;

    /// <summary>Whether the version uses compact lengths and tagged fields (KIP-482).</summary>
    public bool Flexible { get; set; }

    /// <summary>Starts the next response; a buffer that one large response needed goes back to the pool.</summary>
    public void Reset()
    {
        if (_buffer.Length > KeptBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
        }
        _length = LengthPrefixBytes;
        Flexible = false;
    }

    /// <summary>The whole frame as it goes on the wire.</summary>
    public ReadOnlyMemory<byte> Frame()
    {
        BinaryPrimitives.WriteInt32BigEndian(_buffer, _length - LengthPrefixBytes);
        return _buffer.AsMemory(0, _length);
    }

    public void Int8(int value) => Reserve(1)[0] = (byte)(sbyte)value;

    public void Boolean(bool value) => Reserve(1)[0] = value ? (byte)1 : (byte)0;

    public void Int16(int value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(2), (short)value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);

    public void Error(ErrorCode code) => Int16((int)code);

    /// <summary>This broker never throttles; the field is there all the same.</summary>
    public void NoThrottle() => Int32(0);

    public void String(string? value)
    {
        if (value is null)
        {
            if (Flexible)
                UnsignedVarint(0);
            else
                Int16(-1);
            return;
        }
        var bytes = Encoding.UTF8.GetByteCount(value);
        if (bytes > short.MaxValue)
            throw new InvalidOperationException("A string of a response is too long for the protocol.");
        if (Flexible)
            UnsignedVarint((uint)bytes + 1);
        else
            Int16(bytes);
        Encoding.UTF8.GetBytes(value, Reserve(bytes));
    }

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(BytesToFill(value.Length));

    /// <summary>Announces a byte string of this length and gives the place that its content goes to.</summary>
    public Span<byte> BytesToFill(int length)
    {
        if (Flexible)
            UnsignedVarint((uint)length + 1);
        else
            Int32(length);
        return Reserve(length);
    }

    public void ArrayLength(int count)
    {
        if (Flexible)
            UnsignedVarint((uint)count + 1);
        else
            Int32(count);
    }

    public void NullArray()
    {
        if (Flexible)
            UnsignedVarint(0);
        else
            Int32(-1);
    }

    public void Int32Array(params ReadOnlySpan<int> values)
    {
        ArrayLength(values.Length);
        foreach (var value in values)
            Int32(value);
    }

    /// <summary>Ends a structure: no tagged fields.</summary>
    public void NoTags()
    {
        if (Flexible)
            UnsignedVarint(0);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
    }

    private void UnsignedVarint(uint value)
    {
        while (value >= 0x80)
        {
            Reserve(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }
        Reserve(1)[0] = (byte)value;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(_length + count), _buffer.Length * 2));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
        var span = _buffer.AsSpan(_length, count);
        _length += count;
        return span;
    }
}
