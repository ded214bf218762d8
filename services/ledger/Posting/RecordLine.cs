using System.Globalization;
using System.Text;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;

namespace FinCode.Ledger.Posting;

/// <summary>
/// A record as the line that is hashed and exported: docs/ledger-log.md says what it looks like, byte by byte.
/// </summary>
internal static class RecordLine
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";
    private const string DateFormat = "yyyy-MM-dd";

    public static string Of(TenantId book, BookRecord record)
    {
        var line = new StringBuilder(512);
        line.Append("{\"v\":1,\"book\":\"").Append(book.Value).Append("\",\"position\":").Append(record.Position);
        switch (record)
        {
            case EntryRecord(var entry):
                Add(line, entry);
                break;
            case AccountEvent opened:
                Add(line, opened);
                break;
            case PeriodClosed closed:
                Text(line, "type", "PERIOD_CLOSED");
                Text(line, "until", Date(closed.Until));
                AddProvenance(line, closed.BookedAt, closed.BookedBy, closed.ApprovedBy);
                break;
            case RowsSealed seal:
                Text(line, "type", "ROWS_SEALED");
                Number(line, "count", seal.Count);
                Text(line, "digest", Convert.ToHexStringLower(seal.Digest.Span));
                AddProvenance(line, seal.BookedAt, seal.BookedBy, seal.ApprovedBy);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(record));
        }
        return line.Append('}').ToString();
    }

    private static void Add(StringBuilder line, BookedEntry entry)
    {
        Text(line, "type", "ENTRY");
        Text(line, "id", entry.Id.Value.ToString());
        Text(line, "key", entry.Key.Text);
        Text(line, "contentHash", Convert.ToHexStringLower(entry.ContentHash.Span));
        Text(line, "transaction", entry.Key.Transaction?.Value.ToString());
        Text(line, "step", entry.Key.Step);
        Number(line, "number", entry.Key.Number);
        Text(line, "kind", SqlNames.Of(entry.Form));
        Number(line, "resolves", entry.Resolves?.Position);
        Number(line, "reverses", entry.Reverses?.Position);
        Text(line, "valueDate", Date(entry.Details.ValueDate!.Value));
        Text(line, "expiresAt", entry.ExpiresAt is { } expiry ? Time(expiry) : null);
        AddProvenance(line, entry.BookedAt, entry.BookedBy, entry.ApprovedBy);
        Text(line, "reference", entry.Details.Reference);
        Text(line, "description", entry.Details.Description);
        Raw(line, "metadata", entry.Details.Metadata);
        line.Append(",\"legs\":[");
        foreach (var booked in entry.Legs)
        {
            if (line[^1] == '}')
                line.Append(',');
            line.Append("{\"account\":\"").Append(booked.Leg.Code)
                .Append("\",\"currency\":\"").Append(booked.Leg.Amount.Currency.Code)
                .Append("\",\"side\":\"").Append(booked.Leg.Side == Side.Debit ? "DEBIT" : "CREDIT")
                .Append("\",\"amount\":").Append(booked.Leg.Amount.MinorUnits)
                .Append(",\"previousBalance\":").Append(booked.PreviousBalance)
                .Append(",\"newBalance\":").Append(booked.NewBalance)
                .Append(",\"newAvailable\":").Append(booked.NewAvailable).Append('}');
        }
        line.Append(']');
    }

    private static void Add(StringBuilder line, AccountEvent happened)
    {
        var account = happened.Account;
        Text(line, "type", happened.IsOpening ? "ACCOUNT_OPENED" : "ACCOUNT_CHANGED");
        Text(line, "account", account.Name.Code);
        Text(line, "currency", account.Name.Currency.Code);
        Text(line, "normalSide", SqlNames.Of(account.NormalSide));
        Text(line, "class", SqlNames.Of(account.Class));
        Text(line, "status", SqlNames.Of(account.Status));
        Text(line, "owner", account.Owner);
        Raw(line, "metadata", account.Metadata);
        Number(line, "minimum", account.Minimum);
        Number(line, "maximum", account.Maximum);
        AddProvenance(line, happened.BookedAt, happened.BookedBy, happened.ApprovedBy);
    }

    private static void AddProvenance(StringBuilder line, DateTimeOffset at, string? by, string? approvedBy)
    {
        Text(line, "bookedAt", Time(at));
        Text(line, "bookedBy", by);
        Text(line, "approvedBy", approvedBy);
    }

    private static void Text(StringBuilder line, string name, string? value)
    {
        line.Append(",\"").Append(name).Append("\":");
        if (value is null)
        {
            line.Append("null");
            return;
        }
        LogText.Quote(line, value);
    }

    private static void Number(StringBuilder line, string name, long? value)
    {
        line.Append(",\"").Append(name).Append("\":");
        if (value is { } number)
            line.Append(number);
        else
            line.Append("null");
    }

    private static void Raw(StringBuilder line, string name, string? json) =>
        line.Append(",\"").Append(name).Append("\":").Append(json ?? "null");

    private static string Date(DateOnly date) => date.ToString(DateFormat, CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
}
