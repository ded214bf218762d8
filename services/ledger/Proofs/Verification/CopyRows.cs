using System.Buffers.Binary;
using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Rows of a binary COPY (PostgreSQL's documentation of COPY, "Binary Format"), read field by field, each in its turn,
/// from a buffer that is used again: a row costs no objects but those that a caller makes of it.
/// </summary>
internal sealed class CopyRows(Stream stream)
{
    private const int FirstBufferBytes = 256 * 1024;
    private const int SignatureBytes = 11;
    private const long MicrosecondsPerDay = 86_400_000_000;

    private static readonly DateTime s_timestampZero = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);
    private static readonly int s_dateZero = new DateOnly(2000, 1, 1).DayNumber;

    private readonly RepeatedTexts _texts = new();
    private byte[] _buffer = new byte[FirstBufferBytes];
    private int _start;
    private int _end;
    private bool _hasBegun;

    /// <summary>Goes to the next row; false after the last one.</summary>
    public bool Next()
    {
        if (!_hasBegun)
        {
            _hasBegun = true;
            Take(SignatureBytes + sizeof(int));
            Take(BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int))));
        }
        if (BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short))) >= 0)
            return true;
        while (stream.Read(_buffer, 0, _buffer.Length) > 0)
        {
            // The answer is read to its end, so that the connection can be used again.
        }
        return false;
    }

    /// <exception cref="InvalidCastException">There is nothing.</exception>
    public long Long() => BinaryPrimitives.ReadInt64BigEndian(Required());

    public int Int() => BinaryPrimitives.ReadInt32BigEndian(Required());

    public Guid Id() => new(Required(), bigEndian: true);

    public byte[] Bytes() => Required().ToArray();

    public string Text() => Encoding.UTF8.GetString(Required());

    /// <summary>A text of which there are few: the same one again is the same object.</summary>
    public string RepeatedText() => _texts.Of(Required());

    /// <summary>UTC.</summary>
    public DateTime Time() => Time(BinaryPrimitives.ReadInt64BigEndian(Required()));

    public DateOnly Date() => BinaryPrimitives.ReadInt32BigEndian(Required()) switch
    {
        int.MaxValue => DateOnly.MaxValue,
        int.MinValue => DateOnly.MinValue,
        var days => DateOnly.FromDayNumber(checked(s_dateZero + days)),
    };

    public long? OptionalLong() => Field(out var value) ? BinaryPrimitives.ReadInt64BigEndian(value) : null;

    public Guid? OptionalId() => Field(out var value) ? new Guid(value, bigEndian: true) : null;

    public string? OptionalText() => Field(out var value) ? Encoding.UTF8.GetString(value) : null;

    public string? OptionalRepeatedText() => Field(out var value) ? _texts.Of(value) : null;

    public DateTime? OptionalTime() =>
        Field(out var value) ? Time(BinaryPrimitives.ReadInt64BigEndian(value)) : null;

    private static DateTime Time(long microseconds) => microseconds switch
    {
        long.MaxValue => DateTime.MaxValue,
        long.MinValue => DateTime.MinValue,
        _ => s_timestampZero.AddDays(microseconds / MicrosecondsPerDay)
            .AddTicks(microseconds % MicrosecondsPerDay * TimeSpan.TicksPerMicrosecond),
    };

    private ReadOnlySpan<byte> Required() =>
        Field(out var value) ? value : throw new InvalidCastException("A column that has to have a value has none.");

    /// <summary>Valid until the next field is asked for.</summary>
    private bool Field(out ReadOnlySpan<byte> value)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));
        value = length < 0 ? default : Take(length);
        return length >= 0;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_end - _start < length)
            Fill(length);
        var taken = _buffer.AsSpan(_start, length);
        _start += length;
        return taken;
    }

    private void Fill(int length)
    {
        if (_buffer.Length - _start < length)
        {
            var rest = _buffer.AsSpan(_start, _end - _start);
            if (length > _buffer.Length)
            {
                var larger = new byte[Math.Max(length, checked(2 * _buffer.Length))];
                rest.CopyTo(larger);
                _buffer = larger;
            }
            else
                rest.CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }
        while (_end - _start < length)
        {
            var read = stream.Read(_buffer, _end, _buffer.Length - _end);
            if (read == 0)
                throw new IOException("The database's answer ends within a row.");
            _end += read;
        }
    }
}

/// <summary>Texts that come again and again, kept as long as no other takes the place.</summary>
internal sealed class RepeatedTexts
{
    private const int Places = 1024;
    private const int LongestKept = 64;

    private readonly (byte[] Bytes, string Text)[] _places = new (byte[], string)[Places];

    public string Of(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > LongestKept)
            return Encoding.UTF8.GetString(utf8);
        var hash = (uint)utf8.Length;
        foreach (var one in utf8)
            hash = (hash * 31) + one;
        ref var place = ref _places[hash % Places];
        if (place.Bytes is null || !utf8.SequenceEqual(place.Bytes))
            place = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return place.Text;
    }
}
