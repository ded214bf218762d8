using System.Buffers;
using System.Globalization;
using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Writes a record as the line that is hashed, by docs/ledger-log.md and nothing else: whoever posts has a writer of
/// its own. The buffer is used again for each record.
/// </summary>
internal sealed class RecordWriter
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const string DateFormat = "yyyy-MM-dd";
    private const int LongestNumber = 20;

    private readonly ArrayBufferWriter<byte> _line = new(1024);

    /// <summary>Valid until the next record is written.</summary>
    public ReadOnlySpan<byte> Write(LogRecord record)
    {
        _line.ResetWrittenCount();
        Raw("{\"v\":1,\"book\":\""u8);
        Ascii(record.Book.ToString());
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
        return _line.WrittenSpan;
    }

    private void Write(LoggedEntry entry)
    {
        Raw("ENTRY\",\"id\":\""u8);
        Ascii(entry.Id.ToString());
        Raw("\",\"key\":"u8);
        Text(entry.Key);
        Raw(",\"contentHash\":\""u8);
        Ascii(Convert.ToHexStringLower(entry.ContentHash));
        Raw("\",\"transaction\":"u8);
        Text(entry.Transaction?.ToString());
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
        for (var i = 0; i < entry.Legs.Count; i++)
        {
            if (i > 0)
                Raw(","u8);
            Write(entry.Legs[i]);
        }
        Raw("]"u8);
    }

    private void Write(LoggedLeg leg)
    {
        Raw("{\"account\":"u8);
        Text(leg.Account);
        Raw(",\"currency\":"u8);
        Text(leg.Currency);
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

    private void Write(LoggedAccount account)
    {
        Raw(account.IsOpening ? "ACCOUNT_OPENED\",\"account\":"u8 : "ACCOUNT_CHANGED\",\"account\":"u8);
        Text(account.Account);
        Raw(",\"currency\":"u8);
        Text(account.Currency);
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
        if (members is null)
        {
            Raw("null"u8);
            return;
        }
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
        if (text is null)
        {
            Raw("null"u8);
            return;
        }
        Raw("\""u8);
        var rest = text.AsSpan();
        for (var next = NextEscape(rest); next >= 0; next = NextEscape(rest))
        {
            Utf8(rest[..next]);
            if (rest[next] is '"' or '\\')
                Ascii($"\\{rest[next]}");
            else
                Ascii("\\u" + ((int)rest[next]).ToString("x4", CultureInfo.InvariantCulture));
            rest = rest[(next + 1)..];
        }
        Utf8(rest);
        Raw("\""u8);
    }

    private static int NextEscape(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '"' or '\\' or < ' ')
                return i;
        }
        return -1;
    }

    private void Number(long? number)
    {
        if (number is null)
        {
            Raw("null"u8);
            return;
        }
        number.Value.TryFormat(
            _line.GetSpan(LongestNumber), out var length, provider: CultureInfo.InvariantCulture);
        _line.Advance(length);
    }

    private void Date(DateOnly date) => Ascii(date.ToString(DateFormat, CultureInfo.InvariantCulture));

    private void Time(DateTime? time)
    {
        if (time is null)
        {
            Raw("null"u8);
            return;
        }
        Raw("\""u8);
        time.Value.TryFormat(_line.GetSpan(32), out var length, TimeFormat, CultureInfo.InvariantCulture);
        _line.Advance(length);
        Raw("\""u8);
    }

    private void Utf8(ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, _line);

    private void Ascii(string text) => Encoding.ASCII.GetBytes(text, _line);

    private void Raw(ReadOnlySpan<byte> bytes) => _line.Write(bytes);
}
