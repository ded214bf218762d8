using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Writes values as docs/ledger-log.md says ("Records"), into a buffer that is used again for each line.
/// </summary>
internal abstract class LineWriter
{
    private const int FirstBufferBytes = 1024;
    private const int LongestNumber = 20;
    private const int LongestEscape = 6;
    private const int LongestCharacter = 3;
    private const int IdLength = 36;
    private const int DateLength = 10;

    private static readonly SearchValues<char> s_escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    private byte[] _line = new byte[FirstBufferBytes];
    private int _end;

    /// <summary>What is hashed of the record that was written: the byte 0 and the line (RFC 6962, 2.1).</summary>
    public ReadOnlySpan<byte> Leaf => _line.AsSpan(0, _end);

    protected void Begin() => _end = 1;

    protected void Text(string? text)
    {
        if (IsNull(text))
            return;
        Room(2 + ((LongestEscape + LongestCharacter) * text.Length));
        _line[_end++] = (byte)'"';
        var rest = text.AsSpan();
        for (var next = rest.IndexOfAny(s_escaped); next >= 0; next = rest.IndexOfAny(s_escaped))
        {
            _end += Encoding.UTF8.GetBytes(rest[..next], _line.AsSpan(_end));
            _line[_end++] = (byte)'\\';
            if (rest[next] is '"' or '\\')
                _line[_end++] = (byte)rest[next];
            else
                Escape(rest[next]);
            rest = rest[(next + 1)..];
        }
        _end += Encoding.UTF8.GetBytes(rest, _line.AsSpan(_end));
        _line[_end++] = (byte)'"';
    }

    private void Escape(char control)
    {
        Raw("u00"u8);
        Hex([(byte)control]);
    }

    protected void OptionalId(Guid? id)
    {
        if (id is null)
        {
            Raw("null"u8);
            return;
        }
        Raw("\""u8);
        Id(id.Value);
        Raw("\""u8);
    }

    protected void Id(Guid id)
    {
        Room(IdLength);
        id.TryFormat(_line.AsSpan(_end), out var length);
        _end += length;
    }

    protected void Hex(ReadOnlySpan<byte> bytes)
    {
        Room(2 * bytes.Length);
        foreach (var one in bytes)
        {
            _line[_end++] = "0123456789abcdef"u8[one >> 4];
            _line[_end++] = "0123456789abcdef"u8[one & 0xf];
        }
    }

    protected void Number(long? number)
    {
        if (number is null)
        {
            Raw("null"u8);
            return;
        }
        Room(LongestNumber);
        System.Buffers.Text.Utf8Formatter.TryFormat(number.Value, _line.AsSpan(_end), out var length);
        _end += length;
    }

    protected void Date(DateOnly date)
    {
        Room(DateLength);
        var (year, month, day) = date;
        Digits(year, 4);
        _line[_end++] = (byte)'-';
        Digits(month, 2);
        _line[_end++] = (byte)'-';
        Digits(day, 2);
    }

    protected void Time(DateTime? time)
    {
        if (time is null)
        {
            Raw("null"u8);
            return;
        }
        Raw("\""u8);
        Date(DateOnly.FromDateTime(time.Value));
        Raw("T"u8);
        Room(2 * DateLength);
        var microseconds = time.Value.TimeOfDay.Ticks / TimeSpan.TicksPerMicrosecond;
        var seconds = microseconds / 1_000_000;
        Digits(seconds / 3600, 2);
        _line[_end++] = (byte)':';
        Digits(seconds / 60 % 60, 2);
        _line[_end++] = (byte)':';
        Digits(seconds % 60, 2);
        _line[_end++] = (byte)'.';
        Digits(microseconds % 1_000_000, 6);
        Raw("Z\""u8);
    }

    private void Digits(long number, int count)
    {
        for (var i = count - 1; i >= 0; i--)
        {
            _line[_end + i] = (byte)('0' + (number % 10));
            number /= 10;
        }
        _end += count;
    }

    /// <summary>Nothing is written as null.</summary>
    protected bool IsNull([NotNullWhen(false)] object? value)
    {
        if (value is null)
            Raw("null"u8);
        return value is null;
    }

    protected void Raw(ReadOnlySpan<byte> bytes)
    {
        Room(bytes.Length);
        bytes.CopyTo(_line.AsSpan(_end));
        _end += bytes.Length;
    }

    private void Room(int bytes)
    {
        if (_line.Length - _end < bytes)
            Array.Resize(ref _line, Math.Max(2 * _line.Length, checked(_end + bytes)));
    }
}
