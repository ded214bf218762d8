using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Writes a record as the line that is hashed, by docs/ledger-log.md and nothing else: whoever posts has a writer of
/// its own. The buffer is used again for each record.
/// </summary>
internal sealed class RecordWriter
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

    /// <summary>Valid until the next record is written.</summary>
    public ReadOnlySpan<byte> Write(LogRecord record)
    {
        _end = 1;
        Raw("{\"v\":1,\"book\":\""u8);
        Id(record.Book);
        Raw("\",\"position\":"u8);
        Number(record.Position);
        Raw(",\"type\":\""u8);
        switch (record)
        {
            case LoggedEntry entry:
                Write(entry);
                break;
            case LoggedAccount account:
                Write(account);
                break;
            case LoggedPeriod period:
                Raw("PERIOD_CLOSED\",\"until\":\""u8);
                Date(period.Until);
                Raw("\""u8);
                Provenance(period);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record));
        }
        Raw("}"u8);
        return _line.AsSpan(1, _end - 1);
    }

    private void Write(LoggedEntry entry)
    {
        Raw("ENTRY\",\"id\":\""u8);
        Id(entry.Id);
        Raw("\",\"key\":"u8);
        Text(entry.Key);
        Raw(",\"contentHash\":\""u8);
        Hex(entry.ContentHash);
        Raw("\",\"transaction\":"u8);
        OptionalId(entry.Transaction);
        Raw(",\"step\":"u8);
        Text(entry.Step);
        Raw(",\"number\":"u8);
        Number(entry.Number);
        Raw(",\"kind\":"u8);
        Text(entry.Kind);
        Raw(",\"resolves\":"u8);
        Number(entry.Resolves);
        Raw(",\"reverses\":"u8);
        Number(entry.Reverses);
        Raw(",\"valueDate\":\""u8);
        Date(entry.ValueDate);
        Raw("\",\"expiresAt\":"u8);
        Time(entry.ExpiresAt);
        Provenance(entry);
        Raw(",\"reference\":"u8);
        Text(entry.Reference);
        Raw(",\"description\":"u8);
        Text(entry.Description);
        Raw(",\"metadata\":"u8);
        Metadata(entry.Metadata);
        Raw(",\"legs\":["u8);
        for (var i = 0; i < entry.Legs.Length; i++)
        {
            if (i > 0)
                Raw(","u8);
            Write(entry.Legs[i]);
        }
        Raw("]"u8);
    }

    private void Write(in LoggedLeg leg)
    {
        Raw("{"u8);
        Write(leg.Account);
        Raw(leg.IsDebit ? ",\"side\":\"DEBIT\",\"amount\":"u8 : ",\"side\":\"CREDIT\",\"amount\":"u8);
        Number(leg.Amount);
        Raw(",\"previousBalance\":"u8);
        Number(leg.PreviousBalance);
        Raw(",\"newBalance\":"u8);
        Number(leg.NewBalance);
        Raw(",\"newAvailable\":"u8);
        Number(leg.NewAvailable);
        Raw("}"u8);
    }

    private void Write(LoggedName name)
    {
        if (name.Written is { } written)
        {
            Raw(written);
            return;
        }
        var start = _end;
        Raw("\"account\":"u8);
        Text(name.Code);
        Raw(",\"currency\":"u8);
        Text(name.Currency);
        name.Written = _line[start.._end];
    }

    private void Write(LoggedAccount account)
    {
        Raw(account.IsOpening ? "ACCOUNT_OPENED\","u8 : "ACCOUNT_CHANGED\","u8);
        Write(account.Name);
        Raw(account.IsDebitNormal
            ? ",\"normalSide\":\"DEBIT\",\"class\":"u8
            : ",\"normalSide\":\"CREDIT\",\"class\":"u8);
        Text(account.Class);
        Raw(",\"status\":"u8);
        Text(account.Status);
        Raw(",\"owner\":"u8);
        Text(account.Owner);
        Raw(",\"metadata\":"u8);
        Metadata(account.Metadata);
        Raw(",\"minimum\":"u8);
        Number(account.Minimum);
        Raw(",\"maximum\":"u8);
        Number(account.Maximum);
        Provenance(account);
    }

    private void Provenance(LogRecord record)
    {
        Raw(",\"bookedAt\":"u8);
        Time(record.BookedAt);
        Raw(",\"bookedBy\":"u8);
        Text(record.BookedBy);
        Raw(",\"approvedBy\":"u8);
        Text(record.ApprovedBy);
    }

    private void Metadata(IReadOnlyList<KeyValuePair<string, string>>? members)
    {
        if (IsNull(members))
            return;
        for (var i = 0; i < members.Count; i++)
        {
            Raw(i == 0 ? "{"u8 : ","u8);
            Text(members[i].Key);
            Raw(":"u8);
            Text(members[i].Value);
        }
        Raw(members.Count == 0 ? "{}"u8 : "}"u8);
    }

    private void Text(string? text)
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

    private void OptionalId(Guid? id)
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

    private void Id(Guid id)
    {
        Room(IdLength);
        id.TryFormat(_line.AsSpan(_end), out var length);
        _end += length;
    }

    private void Hex(ReadOnlySpan<byte> bytes)
    {
        Room(2 * bytes.Length);
        foreach (var one in bytes)
        {
            _line[_end++] = "0123456789abcdef"u8[one >> 4];
            _line[_end++] = "0123456789abcdef"u8[one & 0xf];
        }
    }

    private void Number(long? number)
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

    private void Date(DateOnly date)
    {
        Room(DateLength);
        var (year, month, day) = date;
        Digits(year, 4);
        _line[_end++] = (byte)'-';
        Digits(month, 2);
        _line[_end++] = (byte)'-';
        Digits(day, 2);
    }

    private void Time(DateTime? time)
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
    private bool IsNull([NotNullWhen(false)] object? value)
    {
        if (value is null)
            Raw("null"u8);
        return value is null;
    }

    private void Raw(ReadOnlySpan<byte> bytes)
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
