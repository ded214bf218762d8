using System.Buffers.Text;
using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Reads a record from its line when that is written exactly as docs/ledger-log.md says and has no escapes: nearly all
/// are, and it is much quicker than reading JSON. Whatever else a line is, <see cref="RecordReader"/> says.
/// </summary>
internal ref struct LineReader
{
    private const int IdLength = 36;
    private const int DateLength = 10;
    private const int TimeLength = 27;

    private readonly RepeatedTexts _texts;
    private ReadOnlySpan<byte> _rest;
    private bool _isOther;

    private LineReader(ReadOnlySpan<byte> line, RepeatedTexts texts)
    {
        _rest = line;
        _texts = texts;
    }

    /// <returns>Null when the line has to be read in another way.</returns>
    public static LogRecord? Read(ReadOnlySpan<byte> line, RepeatedTexts texts)
    {
        var reader = new LineReader(line, texts);
        reader.Skip("{\"v\":1,\"book\":\""u8);
        var book = reader.Id();
        reader.Skip("\",\"position\":"u8);
        var position = reader.Number();
        reader.Skip(",\"type\":\""u8);
        LogRecord? record = reader.Is("ENTRY"u8) ? reader.Entry(book, position)
            : reader.Is("ACCOUNT_OPENED"u8) ? reader.Account(book, position, isOpening: true)
            : reader.Is("ACCOUNT_CHANGED"u8) ? reader.Account(book, position, isOpening: false)
            : null;
        return reader._isOther || !reader._rest.IsEmpty ? null : record;
    }

    private LoggedEntry? Entry(Guid book, long position)
    {
        Skip("\",\"id\":\""u8);
        var id = Id();
        Skip("\",\"key\":"u8);
        var key = Text();
        Skip(",\"contentHash\":\""u8);
        var contentHash = Hash();
        Skip("\",\"transaction\":"u8);
        var transaction = OptionalId();
        Skip(",\"step\":"u8);
        var step = RepeatedText();
        Skip(",\"number\":"u8);
        var number = Number();
        Skip(",\"kind\":"u8);
        var kind = RepeatedText();
        Skip(",\"resolves\":"u8);
        var resolves = OptionalNumber();
        Skip(",\"reverses\":"u8);
        var reverses = OptionalNumber();
        Skip(",\"valueDate\":\""u8);
        var valueDate = Date();
        Skip("\",\"expiresAt\":"u8);
        var expiresAt = OptionalTime();
        var (bookedAt, bookedBy, approvedBy) = Provenance();
        Skip(",\"reference\":"u8);
        var reference = Text();
        Skip(",\"description\":"u8);
        var description = Text();
        Skip(",\"metadata\":"u8);
        var metadata = Metadata();
        Skip(",\"legs\":["u8);
        var legs = Legs();
        Skip("]}"u8);
        return _isOther || key is null || step is null || kind is null ? null : new LoggedEntry
        {
            Book = book, Position = position, Id = id, Key = key, ContentHash = contentHash, Transaction = transaction,
            Step = step, Number = number, Kind = kind, Resolves = resolves, Reverses = reverses, ValueDate = valueDate,
            ExpiresAt = expiresAt, BookedAt = bookedAt, BookedBy = bookedBy, ApprovedBy = approvedBy,
            Reference = reference, Description = description, Metadata = metadata, Legs = legs,
        };
    }

    private LoggedLeg[] Legs()
    {
        var legs = new List<LoggedLeg>();
        do
        {
            Skip("{"u8);
            var name = Name();
            Skip(",\"side\":\""u8);
            var isDebit = Side();
            Skip("\",\"amount\":"u8);
            var amount = Number();
            Skip(",\"previousBalance\":"u8);
            var previous = Number();
            Skip(",\"newBalance\":"u8);
            var balance = Number();
            Skip(",\"newAvailable\":"u8);
            legs.Add(new LoggedLeg(name, isDebit, amount, previous, balance, Number()));
            Skip("}"u8);
        }
        while (!_isOther && Is(","u8));
        return [.. legs];
    }

    private LoggedAccount? Account(Guid book, long position, bool isOpening)
    {
        Skip("\","u8);
        var name = Name();
        Skip(",\"normalSide\":\""u8);
        var isDebitNormal = Side();
        Skip("\",\"class\":"u8);
        var kind = RepeatedText();
        Skip(",\"status\":"u8);
        var status = RepeatedText();
        Skip(",\"owner\":"u8);
        var owner = Text();
        Skip(",\"metadata\":"u8);
        var metadata = Metadata();
        Skip(",\"minimum\":"u8);
        var minimum = OptionalNumber();
        Skip(",\"maximum\":"u8);
        var maximum = OptionalNumber();
        var (bookedAt, bookedBy, approvedBy) = Provenance();
        Skip("}"u8);
        return _isOther || kind is null || status is null ? null : new LoggedAccount
        {
            Book = book, Position = position, BookedAt = bookedAt, BookedBy = bookedBy, ApprovedBy = approvedBy,
            IsOpening = isOpening, Name = name, IsDebitNormal = isDebitNormal, Class = kind, Status = status,
            Owner = owner, Metadata = metadata, Minimum = minimum, Maximum = maximum,
        };
    }

    private LoggedName Name()
    {
        Skip("\"account\":"u8);
        var code = RepeatedText();
        Skip(",\"currency\":"u8);
        var currency = RepeatedText();
        _isOther |= code is null || currency is null;
        return new LoggedName(code ?? "", currency ?? "");
    }

    private (DateTime BookedAt, string? BookedBy, string? ApprovedBy) Provenance()
    {
        Skip(",\"bookedAt\":"u8);
        var bookedAt = OptionalTime();
        _isOther |= bookedAt is null;
        Skip(",\"bookedBy\":"u8);
        var bookedBy = RepeatedText();
        Skip(",\"approvedBy\":"u8);
        return (bookedAt ?? default, bookedBy, RepeatedText());
    }

    /// <summary>Objects are rare enough to be read in the other way.</summary>
    private List<KeyValuePair<string, string>>? Metadata()
    {
        Skip("null"u8);
        return null;
    }

    private bool Side()
    {
        if (Is("DEBIT"u8))
            return true;
        Skip("CREDIT"u8);
        return false;
    }

    private string? Text()
    {
        if (Is("null"u8))
            return null;
        return Encoding.UTF8.GetString(Quoted());
    }

    private string? RepeatedText() => Is("null"u8) ? null : _texts.Of(Quoted());

    private ReadOnlySpan<byte> Quoted()
    {
        Skip("\""u8);
        var length = _rest.IndexOfAny((byte)'"', (byte)'\\');
        var text = Take(length < 0 || _rest[length] != '"' ? -1 : length);
        Skip("\""u8);
        return text;
    }

    private Guid Id()
    {
        _isOther |= !Utf8Parser.TryParse(Take(IdLength), out Guid id, out var used) || used != IdLength;
        return id;
    }

    private Guid? OptionalId()
    {
        if (Is("null"u8))
            return null;
        Skip("\""u8);
        var id = Id();
        Skip("\""u8);
        return id;
    }

    private byte[] Hash()
    {
        var hash = new byte[MerkleTree.HashBytes];
        _isOther |= Convert.FromHexString(Take(2 * hash.Length), hash, out _, out var count)
            != System.Buffers.OperationStatus.Done || count != hash.Length;
        return hash;
    }

    private long Number()
    {
        if (_isOther || !Utf8Parser.TryParse(_rest, out long number, out var used))
        {
            _isOther = true;
            return 0;
        }
        _rest = _rest[used..];
        return number;
    }

    private long? OptionalNumber() => Is("null"u8) ? null : Number();

    private DateOnly Date()
    {
        var day = Take(DateLength);
        if (_isOther || day[4] != '-' || day[7] != '-')
        {
            _isOther = true;
            return default;
        }
        var (year, month, number) = (Digits(day[..4]), Digits(day[5..7]), Digits(day[8..]));
        _isOther |= year is < 1 or > 9999 || month is < 1 or > 12 || number < 1
            || number > DateTime.DaysInMonth(year, month);
        return _isOther ? default : new DateOnly(year, month, number);
    }

    private DateTime? OptionalTime()
    {
        if (Is("null"u8))
            return null;
        Skip("\""u8);
        var whole = _rest.Length < TimeLength ? default : _rest[..TimeLength];
        var date = Date();
        var time = Take(TimeLength - DateLength);
        Skip("\""u8);
        if (_isOther || whole[10] != 'T' || whole[13] != ':' || whole[16] != ':' || whole[19] != '.'
            || whole[26] != 'Z')
        {
            _isOther = true;
            return null;
        }
        var (hour, minute, second) = (Digits(time[1..3]), Digits(time[4..6]), Digits(time[7..9]));
        var microsecond = Digits(time[10..16]);
        _isOther |= hour > 23 || minute > 59 || second > 59;
        return date.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc)
            .AddTicks((((((hour * 60L) + minute) * 60L) + second) * TimeSpan.TicksPerSecond)
                + (microsecond * TimeSpan.TicksPerMicrosecond));
    }

    private int Digits(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            _isOther |= !char.IsAsciiDigit((char)digit);
            number = (number * 10) + (digit - '0');
        }
        return number;
    }

    private bool Is(ReadOnlySpan<byte> text)
    {
        if (!_rest.StartsWith(text))
            return false;
        _rest = _rest[text.Length..];
        return true;
    }

    private void Skip(ReadOnlySpan<byte> text) => _isOther |= !Is(text);

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_isOther || length < 0 || length > _rest.Length)
        {
            _isOther = true;
            return default;
        }
        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }
}
