using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Reads a record from its line. That the line is written exactly as docs/ledger-log.md says is shown by writing the
/// record again and comparing the bytes.
/// </summary>
internal static class RecordReader
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly JsonDocumentOptions s_strict = new() { MaxDepth = 8 };

    /// <exception cref="FormatException">It is no record; the sentence says what is wrong with it.</exception>
    public static LogRecord Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, s_strict);
            var root = document.RootElement;
            if (root.GetProperty("v").GetInt64() != 1)
                throw new FormatException("The record is of another version than 1.");
            return Text(root, "type") switch
            {
                "ENTRY" => Entry(root),
                "ACCOUNT_OPENED" => Account(root, isOpening: true),
                "ACCOUNT_CHANGED" => Account(root, isOpening: false),
                "PERIOD_CLOSED" => Period(root),
                "ROWS_SEALED" => Seal(root),
                var type => throw new FormatException($"There is no record of the type {type}."),
            };
        }
        catch (KeyNotFoundException exception)
        {
            throw new FormatException("A member of the record is missing.", exception);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException("The record is not JSON of the described form.", exception);
        }
    }

    /// <summary>A JSON object of texts, its names in byte order and each once; null stays null.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>>? Metadata(string? json)
    {
        if (json is null)
            return null;
        try
        {
            using var document = JsonDocument.Parse(json, s_strict);
            return Members(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new FormatException("Metadata is not a JSON object of texts.", exception);
        }
    }

    public static bool IsDebit(string side) => side switch
    {
        "DEBIT" => true,
        "CREDIT" => false,
        _ => throw new FormatException($"A side is DEBIT or CREDIT, not {side}."),
    };

    private static LoggedEntry Entry(JsonElement root) => new()
    {
        Book = Id(root, "book"),
        Position = root.GetProperty("position").GetInt64(),
        BookedAt = Time(root, "bookedAt"),
        BookedBy = OptionalText(root, "bookedBy"),
        ApprovedBy = OptionalText(root, "approvedBy"),
        Id = Id(root, "id"),
        Key = Text(root, "key"),
        ContentHash = Convert.FromHexString(Text(root, "contentHash")),
        Transaction = IsNull(root, "transaction") ? null : Id(root, "transaction"),
        Step = Text(root, "step"),
        Number = root.GetProperty("number").GetInt64(),
        Kind = Text(root, "kind"),
        Resolves = OptionalNumber(root, "resolves"),
        Reverses = OptionalNumber(root, "reverses"),
        ValueDate = Date(root, "valueDate"),
        ExpiresAt = IsNull(root, "expiresAt") ? null : Time(root, "expiresAt"),
        Reference = OptionalText(root, "reference"),
        Description = OptionalText(root, "description"),
        Metadata = Members(root.GetProperty("metadata")),
        Legs = [.. root.GetProperty("legs").EnumerateArray().Select(Leg)],
    };

    private static LoggedLeg Leg(JsonElement leg) => new(
        new LoggedName(Text(leg, "account"), Text(leg, "currency")), IsDebit(Text(leg, "side")),
        leg.GetProperty("amount").GetInt64(), leg.GetProperty("previousBalance").GetInt64(),
        leg.GetProperty("newBalance").GetInt64(), leg.GetProperty("newAvailable").GetInt64());

    private static LoggedAccount Account(JsonElement root, bool isOpening) => new()
    {
        Book = Id(root, "book"),
        Position = root.GetProperty("position").GetInt64(),
        BookedAt = Time(root, "bookedAt"),
        BookedBy = OptionalText(root, "bookedBy"),
        ApprovedBy = OptionalText(root, "approvedBy"),
        IsOpening = isOpening,
        Name = new LoggedName(Text(root, "account"), Text(root, "currency")),
        IsDebitNormal = IsDebit(Text(root, "normalSide")),
        Class = Text(root, "class"),
        Status = Text(root, "status"),
        Owner = OptionalText(root, "owner"),
        Metadata = Members(root.GetProperty("metadata")),
        Minimum = OptionalNumber(root, "minimum"),
        Maximum = OptionalNumber(root, "maximum"),
    };

    private static LoggedPeriod Period(JsonElement root) => new()
    {
        Book = Id(root, "book"),
        Position = root.GetProperty("position").GetInt64(),
        BookedAt = Time(root, "bookedAt"),
        BookedBy = OptionalText(root, "bookedBy"),
        ApprovedBy = OptionalText(root, "approvedBy"),
        Until = Date(root, "until"),
    };

    private static LoggedSeal Seal(JsonElement root) => new()
    {
        Book = Id(root, "book"),
        Position = root.GetProperty("position").GetInt64(),
        BookedAt = Time(root, "bookedAt"),
        BookedBy = OptionalText(root, "bookedBy"),
        ApprovedBy = OptionalText(root, "approvedBy"),
        Count = root.GetProperty("count").GetInt64(),
        Digest = Convert.FromHexString(Text(root, "digest")),
    };

    private static List<KeyValuePair<string, string>>? Members(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Null)
            return null;
        var members = new List<KeyValuePair<string, string>>();
        foreach (var member in element.EnumerateObject())
        {
            var text = member.Value.GetString() ?? throw new FormatException("A value of metadata is not a text.");
            if (members.Count > 0 && InByteOrder(members[^1].Key, member.Name) >= 0)
                throw new FormatException("The names of metadata are not in byte order, each once.");
            members.Add(new KeyValuePair<string, string>(member.Name, text));
        }
        return members;
    }

    private static int InByteOrder(string left, string right) =>
        Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static bool IsNull(JsonElement element, string name) =>
        element.GetProperty(name).ValueKind == JsonValueKind.Null;

    private static string Text(JsonElement element, string name) =>
        OptionalText(element, name) ?? throw new FormatException($"{name} is null.");

    private static string? OptionalText(JsonElement element, string name) => element.GetProperty(name).GetString();

    private static long? OptionalNumber(JsonElement element, string name) =>
        IsNull(element, name) ? null : element.GetProperty(name).GetInt64();

    private static Guid Id(JsonElement element, string name) => Guid.ParseExact(Text(element, name), "D");

    private static DateOnly Date(JsonElement element, string name) =>
        DateOnly.ParseExact(Text(element, name), "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static DateTime Time(JsonElement element, string name) => DateTime.ParseExact(
        Text(element, name), TimeFormat, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
