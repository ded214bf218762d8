using System.Data;
using Npgsql;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>An entry as its row has it, without its legs.</summary>
internal sealed record EntryRow(
    Guid Book, long Position, Guid Id, string Key, byte[] ContentHash, Guid? Transaction, string Step, long Number,
    string Kind, long? Resolves, long? Reverses, DateOnly ValueDate, DateTime? ExpiresAt, DateTime BookedAt,
    string? BookedBy, string? ApprovedBy, string? Reference, string? Description, string? Metadata, long LegCount,
    byte[] LeafHash, byte[] ChainHash)
{
    public const string Sql = """
        select tenant_id, position, id, key, content_hash, transaction_id, step, number, kind, resolves, reverses,
            value_date, expires_at, booked_at, booked_by, approved_by, reference, description, metadata, leg_count,
            leaf_hash, chain_hash
        from entries
        """;

    public static EntryRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt64(1), row.GetGuid(2), row.GetString(3), row.GetFieldValue<byte[]>(4),
        row.IsDBNull(5) ? null : row.GetGuid(5), row.GetString(6), row.GetInt32(7), row.GetString(8),
        Rows.Number(row, 9), Rows.Number(row, 10), row.GetFieldValue<DateOnly>(11), Rows.Time(row, 12),
        row.GetDateTime(13), Rows.Text(row, 14), Rows.Text(row, 15), Rows.Text(row, 16), Rows.Text(row, 17),
        Rows.Text(row, 18), row.GetInt32(19), row.GetFieldValue<byte[]>(20), row.GetFieldValue<byte[]>(21));

    /// <exception cref="FormatException">Metadata is not what it has to be.</exception>
    public LoggedEntry With(IReadOnlyList<LoggedLeg> legs) => new()
    {
        Book = Book,
        Position = Position,
        BookedAt = BookedAt,
        BookedBy = BookedBy,
        ApprovedBy = ApprovedBy,
        Id = Id,
        Key = Key,
        ContentHash = ContentHash,
        Transaction = Transaction,
        Step = Step,
        Number = Number,
        Kind = Kind,
        Resolves = Resolves,
        Reverses = Reverses,
        ValueDate = ValueDate,
        ExpiresAt = ExpiresAt,
        Reference = Reference,
        Description = Description,
        Metadata = RecordReader.Metadata(Metadata),
        Legs = legs,
    };
}

internal sealed record LegRow(
    long Position, int Number, Guid AccountId, string Currency, string Side, long Amount, long PreviousBalance,
    long NewBalance, long NewAvailable)
{
    public const string Sql = """
        select entry_position, number, account_id, currency, side, amount, previous_balance, new_balance, new_available
        from legs
        """;

    public static LegRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetInt32(1), row.GetGuid(2), row.GetString(3), row.GetString(4), row.GetInt64(5),
        row.GetInt64(6), row.GetInt64(7), row.GetInt64(8));
}

/// <summary>An event, and what the row of its account is called now.</summary>
internal sealed record EventRow(
    long Position, string Kind, Guid? AccountId, string Content, DateTime BookedAt, string? BookedBy,
    string? ApprovedBy, byte[] LeafHash, byte[] ChainHash, string? AccountCode, string? AccountCurrency)
{
    public const string Sql = """
        select e.position, e.kind, e.account_id, e.content, e.booked_at, e.booked_by, e.approved_by, e.leaf_hash,
            e.chain_hash, a.code, a.currency
        from book_events e left join accounts a on a.id = e.account_id and a.tenant_id = e.tenant_id
        """;

    public static EventRow Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetGuid(2), row.GetString(3),
        row.GetDateTime(4), Rows.Text(row, 5), Rows.Text(row, 6), row.GetFieldValue<byte[]>(7),
        row.GetFieldValue<byte[]>(8), Rows.Text(row, 9), Rows.Text(row, 10));
}

internal sealed record AccountRow(
    Guid Id, string Code, string Currency, string NormalSide, string Class, string Status, string? Owner,
    string? Metadata, long? Minimum, long? Maximum, long PostedDebits, long PostedCredits, long PendingDebits,
    long PendingCredits, long Liens, long Balance, long Available, DateTime OpenedAt)
{
    public const string Sql = """
        select id, code, currency, normal_side, class, status, owner, metadata, minimum, maximum, posted_debits,
            posted_credits, pending_debits, pending_credits, liens, balance, available, opened_at
        from accounts
        """;

    public static AccountRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
        Rows.Text(row, 6), Rows.Text(row, 7), Rows.Number(row, 8), Rows.Number(row, 9), row.GetInt64(10),
        row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14), row.GetInt64(15), row.GetInt64(16),
        row.GetDateTime(17));
}

internal sealed record BookRow(Guid Book, long Position, byte[] ChainHash, DateTime BookedAt, DateOnly? ClosedUntil)
{
    public const string Sql = "select tenant_id, position, chain_hash, booked_at, closed_until from books";

    public static BookRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt64(1), row.GetFieldValue<byte[]>(2), row.GetDateTime(3),
        row.IsDBNull(4) ? null : row.GetFieldValue<DateOnly>(4));
}

internal static class Rows
{
    public static string? Text(IDataRecord row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static long? Number(IDataRecord row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);

    public static DateTime? Time(IDataRecord row, int column) => row.IsDBNull(column) ? null : row.GetDateTime(column);
}
