using System.Data;
using Npgsql;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>An entry as its row has it: legs and metadata are still to come.</summary>
internal readonly record struct EntryRow(
    LoggedEntry Entry, string? Metadata, int LegCount, byte[] LeafHash, byte[] ChainHash)
{
    /// <summary>To be completed with the id of the book.</summary>
    public const string Sql = """
        select tenant_id, position, id, key, content_hash, transaction_id, step, number, kind, resolves, reverses,
            value_date, expires_at, booked_at, booked_by, approved_by, reference, description, leg_count,
            metadata, leaf_hash, chain_hash
        from entries where tenant_id = '{0}' order by tenant_id, position
        """;

    public long Position => Entry.Position;

    public static EntryRow Read(CopyRows row)
    {
        var entry = new LoggedEntry
        {
            Book = row.Id(),
            Position = row.Long(),
            Id = row.Id(),
            Key = row.Text(),
            ContentHash = row.Bytes(),
            Transaction = row.OptionalId(),
            Step = row.RepeatedText(),
            Number = row.Int(),
            Kind = row.RepeatedText(),
            Resolves = row.OptionalLong(),
            Reverses = row.OptionalLong(),
            ValueDate = row.Date(),
            ExpiresAt = row.OptionalTime(),
            BookedAt = row.Time(),
            BookedBy = row.OptionalRepeatedText(),
            ApprovedBy = row.OptionalRepeatedText(),
            Reference = row.OptionalText(),
            Description = row.OptionalText(),
        };
        var legs = row.Int();
        return new EntryRow(entry, row.OptionalText(), legs, row.Bytes(), row.Bytes());
    }
}

internal readonly record struct LegRow(
    long Position, int Number, Guid AccountId, string Currency, string Side, long Amount, long PreviousBalance,
    long NewBalance, long NewAvailable)
{
    /// <summary>To be completed with the id of the book.</summary>
    public const string Sql = """
        select entry_position, number, account_id, currency, side, amount, previous_balance, new_balance, new_available
        from legs where tenant_id = '{0}' order by tenant_id, entry_position, number
        """;

    public static LegRow Read(CopyRows row) => new(
        row.Long(), row.Int(), row.Id(), row.RepeatedText(), row.RepeatedText(), row.Long(), row.Long(), row.Long(),
        row.Long());
}

/// <summary>What was held on an account after a record.</summary>
internal readonly record struct HoldRow(
    long Position, Guid Account, long PendingDebits, long PendingCredits, long Liens)
{
    /// <summary>To be completed with the id of the book.</summary>
    public const string Sql = """
        select position, account_id, pending_debits, pending_credits, liens
        from account_holds where tenant_id = '{0}' order by position, account_id
        """;

    public static HoldRow Read(CopyRows row) => new(row.Long(), row.Id(), row.Long(), row.Long(), row.Long());
}

/// <summary>An event, and what the row of its account is called now.</summary>
internal sealed record EventRow(
    long Position, string Kind, Guid? AccountId, byte[] Content, DateTime BookedAt, string? BookedBy,
    string? ApprovedBy, byte[] LeafHash, byte[] ChainHash, string? AccountCode, string? AccountCurrency)
{
    /// <summary>To be completed with the id of the book.</summary>
    public const string Sql = """
        select e.position, e.kind, e.account_id, e.content, e.booked_at, e.booked_by, e.approved_by, e.leaf_hash,
            e.chain_hash, a.code, a.currency
        from book_events e left join accounts a on a.id = e.account_id and a.tenant_id = e.tenant_id
        where e.tenant_id = '{0}' order by e.tenant_id, e.position
        """;

    public static EventRow Read(CopyRows row) => new(
        row.Long(), row.RepeatedText(), row.OptionalId(), row.Bytes(), row.Time(), row.OptionalRepeatedText(),
        row.OptionalRepeatedText(), row.Bytes(), row.Bytes(), row.OptionalText(), row.OptionalRepeatedText());
}

internal sealed record AccountRow(
    Guid Id, string Code, string Currency, string NormalSide, string Class, string Status, string? Owner,
    string? Metadata, long? Minimum, long? Maximum, long PostedDebits, long PostedCredits, long PendingDebits,
    long PendingCredits, long Liens, long Balance, long Available, DateTime OpenedAt, bool IsMonitored,
    bool HasMonitor)
{
    public const string Sql = """
        select id, code, currency, normal_side, class, status, owner, metadata, minimum, maximum, posted_debits,
            posted_credits, pending_debits, pending_credits, liens, balance, available, opened_at, monitored,
            exists (select from monitors m where m.tenant_id = accounts.tenant_id and m.account_id = accounts.id)
        from accounts
        """;

    public static AccountRow Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5),
        Rows.Text(row, 6), Rows.Text(row, 7), Rows.Number(row, 8), Rows.Number(row, 9), row.GetInt64(10),
        row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14), row.GetInt64(15), row.GetInt64(16),
        row.GetDateTime(17), row.GetBoolean(18), row.GetBoolean(19));
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
}
