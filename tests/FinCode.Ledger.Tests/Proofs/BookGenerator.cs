using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>An account of a generated book, with its totals.</summary>
internal sealed class GeneratedAccount
{
    public required Guid Id { get; init; }

    public required string Code { get; init; }

    public required string Currency { get; init; }

    public required bool IsDebitNormal { get; init; }

    public required string Class { get; init; }

    public required DateTime OpenedAt { get; init; }

    public string Status { get; set; } = "ACTIVATED";

    public string? Owner { get; set; }

    /// <summary>JSON.</summary>
    public string? Metadata { get; set; }

    public long? Minimum { get; set; }

    public long? Maximum { get; set; }

    public long Balance { get; set; }

    /// <summary>What pending movements and liens take away.</summary>
    public long Taken { get; set; }

    public long Available => Balance - Taken;
}

internal sealed record GeneratedLeg(GeneratedAccount Account, bool IsDebit, long Amount);

/// <summary>
/// Writes books by hand, as docs/ledger-log.md describes them and without the code that posts: lines by concatenation,
/// rows by COPY as the database's owner. What is written obeys the rules unless a test asks for something else.
/// </summary>
internal sealed class BookGenerator(TenantId tenant)
{
    public static readonly DateTime Start = new(2026, 11, 22, 10, 0, 0, DateTimeKind.Utc);
    public static readonly DateOnly Today = new(2026, 11, 22);

    private readonly Dictionary<long, (string Kind, GeneratedLeg[] Legs)> _entries = [];
    private byte[] _chain = new byte[32];
    private DateOnly? _closedUntil;

    public TenantId Tenant { get; } = tenant;

    public long Position { get; private set; }

    /// <summary>All lines so far: what an export of the book is.</summary>
    public List<string> Lines { get; } = [];

    private GeneratedRows Rows { get; set; } = new();

    public GeneratedAccount Open(
        string code, string currency, bool isDebitNormal, string kind, long? minimum = null, long? maximum = null)
    {
        var account = new GeneratedAccount
        {
            Id = Guid.CreateVersion7(), Code = code, Currency = currency, IsDebitNormal = isDebitNormal, Class = kind,
            Minimum = minimum, Maximum = maximum, OpenedAt = Time(Position + 1),
        };
        Rows.Opened.Add(account);
        Event("ACCOUNT_OPENED", account.Id, Describe("ACCOUNT_OPENED", account), by: null, approvedBy: null);
        return account;
    }

    /// <summary>Records the account as it was changed to.</summary>
    public void Change(GeneratedAccount account, string by, string approvedBy)
    {
        Rows.Changed.Add(account);
        Event("ACCOUNT_CHANGED", account.Id, Describe("ACCOUNT_CHANGED", account), by, approvedBy);
    }

    public void Close(DateOnly until)
    {
        _closedUntil = until;
        Event("PERIOD_CLOSED", null, $"\"type\":\"PERIOD_CLOSED\",\"until\":\"{until:yyyy-MM-dd}\"", "usr_1", "usr_2");
    }

    public long Post(DateOnly valueDate, params GeneratedLeg[] legs) => Entry("POSTED", legs, valueDate: valueDate);

    public long Entry(
        string kind, GeneratedLeg[] legs, long? resolves = null, long? reverses = null, DateOnly? valueDate = null,
        DateTime? expiresAt = null, string? text = null, string? metadata = null, Guid? transaction = null)
    {
        var position = ++Position;
        var id = Guid.CreateVersion7();
        var content = SHA256.HashData(Encoding.UTF8.GetBytes($"content of {position}"));
        var key = $"{transaction?.ToString() ?? "manual"}:step:{position}";
        var value = valueDate ?? Today;
        var expiry = expiresAt is { } time ? $"\"{time:yyyy-MM-ddTHH:mm:ss.ffffffZ}\"" : "null";
        if (resolves is { } target)
        {
            foreach (var held in _entries[target].Legs)
                held.Account.Taken -= Takes(_entries[target].Kind, held);
        }
        var written = new StringBuilder();
        for (var i = 0; i < legs.Length; i++)
        {
            var (account, before) = (legs[i].Account, legs[i].Account.Balance);
            if (kind == "POSTED")
                account.Balance += legs[i].IsDebit == account.IsDebitNormal ? legs[i].Amount : -legs[i].Amount;
            else if (kind != "VOIDED")
                account.Taken += Takes(kind, legs[i]);
            written.Append(i == 0 ? "" : ",").Append(CultureInfo.InvariantCulture,
                $"{{\"account\":\"{account.Code}\",\"currency\":\"{account.Currency}\",\"side\":\"{Side(legs[i])}\",")
                .Append(CultureInfo.InvariantCulture,
                $"\"amount\":{legs[i].Amount},\"previousBalance\":{before},\"newBalance\":{account.Balance},")
                .Append(CultureInfo.InvariantCulture, $"\"newAvailable\":{account.Available}}}");
            Rows.Legs.Add((position, i + 1, account, Side(legs[i]), legs[i].Amount, before, account.Balance,
                account.Available));
        }
        var (leaf, chain) = Add(
            $"\"type\":\"ENTRY\",\"id\":\"{id}\",\"key\":\"{key}\",\"contentHash\":\"{Hex(content)}\","
            + $"\"transaction\":{Text(transaction?.ToString())},\"step\":\"step\",\"number\":{position},"
            + $"\"kind\":\"{kind}\",\"resolves\":{Number(resolves)},\"reverses\":{Number(reverses)},"
            + $"\"valueDate\":\"{value:yyyy-MM-dd}\",\"expiresAt\":{expiry},\"bookedAt\":\"{Stamp(position)}\","
            + $"\"bookedBy\":\"usr_1\",\"approvedBy\":null,\"reference\":{Text(text)},\"description\":{Text(text)},"
            + $"\"metadata\":{metadata ?? "null"},\"legs\":[{written}]");
        Rows.Entries.Add([
            Tenant.Value, position, id, key, content, transaction, "step", (int)position, kind, resolves, reverses,
            value, expiresAt, Time(position), "usr_1", null, text, text, metadata, legs.Length, leaf, chain]);
        _entries.Add(position, (kind, legs));
        return position;
    }

    /// <summary>Writes what is new, in one transaction, as the triggers want it.</summary>
    public async Task WriteAsync(NpgsqlDataSource owner)
    {
        await using var connection = await owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await Rows.WriteAsync(connection, Tenant.Value, Position, _chain, Time(Position), _closedUntil);
        await transaction.CommitAsync();
        Rows = new GeneratedRows();
    }

    public static DateTime Time(long position) => Start.AddMicroseconds(position);

    private static long Takes(string kind, GeneratedLeg leg) =>
        kind == "LIEN" || leg.IsDebit != leg.Account.IsDebitNormal ? leg.Amount : 0;

    private void Event(string kind, Guid? account, string described, string? by, string? approvedBy)
    {
        var position = ++Position;
        var (leaf, chain) = Add(
            $"{described},\"bookedAt\":\"{Stamp(position)}\","
            + $"\"bookedBy\":{Text(by)},\"approvedBy\":{Text(approvedBy)}");
        Rows.Events.Add([
            Tenant.Value, position, kind, account, Lines[^1], Time(position), by, approvedBy, leaf, chain]);
    }

    private static string Describe(string type, GeneratedAccount account) =>
        $"\"type\":\"{type}\",\"account\":\"{account.Code}\",\"currency\":\"{account.Currency}\","
        + $"\"normalSide\":\"{(account.IsDebitNormal ? "DEBIT" : "CREDIT")}\",\"class\":\"{account.Class}\","
        + $"\"status\":\"{account.Status}\",\"owner\":{Text(account.Owner)},\"metadata\":{account.Metadata ?? "null"},"
        + $"\"minimum\":{Number(account.Minimum)},\"maximum\":{Number(account.Maximum)}";

    private (byte[] Leaf, byte[] Chain) Add(string members)
    {
        var line = $"{{\"v\":1,\"book\":\"{Tenant.Value}\",\"position\":{Position},{members}}}";
        Lines.Add(line);
        var leaf = SHA256.HashData([0, .. Encoding.UTF8.GetBytes(line)]);
        _chain = SHA256.HashData([.. _chain, .. leaf]);
        return (leaf, _chain);
    }

    private static string Side(GeneratedLeg leg) => leg.IsDebit ? "DEBIT" : "CREDIT";

    private static string Stamp(long position) =>
        Time(position).ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture);

    private static string Number(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "null";

    private static string Text(string? text) => text is null ? "null" : "\"" + text
        .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\u000a", StringComparison.Ordinal).Replace("\u001f", "\\u001f", StringComparison.Ordinal)
        + "\"";

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);
}
