using Npgsql;
using NpgsqlTypes;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>Rows of a generated book that are not written yet.</summary>
internal sealed class GeneratedRows
{
    private static readonly NpgsqlDbType[] s_entry =
    [
        NpgsqlDbType.Uuid, NpgsqlDbType.Bigint, NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Bytea,
        NpgsqlDbType.Uuid, NpgsqlDbType.Text, NpgsqlDbType.Integer, NpgsqlDbType.Text, NpgsqlDbType.Bigint,
        NpgsqlDbType.Bigint, NpgsqlDbType.Date, NpgsqlDbType.TimestampTz, NpgsqlDbType.TimestampTz, NpgsqlDbType.Text,
        NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Integer,
        NpgsqlDbType.Bytea, NpgsqlDbType.Bytea,
    ];

    private static readonly NpgsqlDbType[] s_event =
    [
        NpgsqlDbType.Uuid, NpgsqlDbType.Bigint, NpgsqlDbType.Text, NpgsqlDbType.Uuid, NpgsqlDbType.Text,
        NpgsqlDbType.TimestampTz, NpgsqlDbType.Text, NpgsqlDbType.Text, NpgsqlDbType.Bytea, NpgsqlDbType.Bytea,
    ];

    private static readonly NpgsqlDbType[] s_leg =
    [
        NpgsqlDbType.Uuid, NpgsqlDbType.Bigint, NpgsqlDbType.Integer, NpgsqlDbType.Uuid, NpgsqlDbType.Text,
        NpgsqlDbType.Text, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint, NpgsqlDbType.Bigint,
    ];

    public List<GeneratedAccount> Opened { get; } = [];

    public List<GeneratedAccount> Changed { get; } = [];

    public List<object?[]> Entries { get; } = [];

    public List<object?[]> Events { get; } = [];

    public List<(long Position, int Number, GeneratedAccount Account, string Side, long Amount, long Previous, long New,
        long Available)> Legs { get; } = [];

    public async Task WriteAsync(
        NpgsqlConnection connection, Guid tenant, long position, byte[] chain, DateTime bookedAt, DateOnly? closedUntil)
    {
        await ExecuteAsync(connection, "insert into books (tenant_id) values ($1) on conflict do nothing", tenant);
        foreach (var account in Opened)
            await ExecuteAsync(
                connection,
                """
                insert into accounts (tenant_id, id, code, currency, normal_side, class, minimum, maximum, opened_at)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                tenant, account.Id, account.Code, account.Currency, account.IsDebitNormal ? "DEBIT" : "CREDIT",
                account.Class, account.Minimum, account.Maximum, account.OpenedAt);
        foreach (var account in Changed)
            await ExecuteAsync(
                connection,
                "update accounts set status = $2, owner = $3, metadata = $4, minimum = $5, maximum = $6 where id = $1",
                account.Id, account.Status, account.Owner, account.Metadata, account.Minimum, account.Maximum);
        await CopyAsync(
            connection,
            "book_events (tenant_id, position, kind, account_id, content, booked_at, booked_by, approved_by, "
            + "leaf_hash, chain_hash)", s_event, Events);
        await CopyAsync(
            connection,
            "entries (tenant_id, position, id, key, content_hash, transaction_id, step, number, kind, resolves, "
            + "reverses, value_date, expires_at, booked_at, booked_by, approved_by, reference, description, metadata, "
            + "leg_count, leaf_hash, chain_hash)", s_entry, Entries);
        await CopyAsync(
            connection,
            "legs (tenant_id, entry_position, number, account_id, currency, side, amount, previous_balance, "
            + "new_balance, new_available)", s_leg,
            Legs.Select(leg => new object?[]
            {
                tenant, leg.Position, leg.Number, leg.Account.Id, leg.Account.Currency, leg.Side, leg.Amount,
                leg.Previous, leg.New, leg.Available,
            }));
        await ExecuteAsync(
            connection,
            "update books set position = $2, chain_hash = $3, booked_at = $4, closed_until = $5 where tenant_id = $1",
            tenant, position, chain, bookedAt, closedUntil);
    }

    private static async Task CopyAsync(
        NpgsqlConnection connection, string target, NpgsqlDbType[] types, IEnumerable<object?[]> rows)
    {
        await using var copy = await connection.BeginBinaryImportAsync($"copy {target} from stdin (format binary)");
        foreach (var row in rows)
        {
            await copy.StartRowAsync();
            for (var i = 0; i < row.Length; i++)
            {
                if (row[i] is { } value)
                    await copy.WriteAsync(value, types[i]);
                else
                    await copy.WriteNullAsync();
            }
        }
        await copy.CompleteAsync();
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, params object?[] arguments)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
        await command.ExecuteNonQueryAsync();
    }
}
