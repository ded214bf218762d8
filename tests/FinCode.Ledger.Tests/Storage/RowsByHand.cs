using FinCode.Ledger.Model;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Storage;

/// <summary>Writes rows of a book by hand, as somebody with the service's role or the owner's could.</summary>
public abstract class RowsByHand(LedgerFixture ledger)
{
    protected const string ZeroHash = "decode(repeat('00', 32), 'hex')";

    protected LedgerFixture Ledger => ledger;

    protected TenantId Tenant { get; } = TestTenant.New();

    /// <summary>One entry of 1.00 between two accounts; the next record would be at Next.</summary>
    protected async Task<(Guid Psp, Guid Transit, long Next)> BookAsync()
    {
        var amount = Money.Of(100, "GBP");
        var entry = await Ledger.BookAsync(Tenant, new Post(
            new EntryKey("a", null, "test", 1), [Leg.Debit("psp:x", amount), Leg.Credit("transit:a", amount)]));
        var ids = await Ledger.QueryAsync(
            $"select id from accounts where tenant_id = '{Tenant.Value}' order by code", reader => reader.GetGuid(0));
        return (ids[0], ids[1], entry.Position + 1);
    }

    protected Task<long> CountEntriesAsync() =>
        Ledger.CountAsync($"select count(*) from entries where tenant_id = '{Tenant.Value}'");

    protected static string MoveHead(int records) =>
        $"update books set position = position + {records}, booked_at = greatest(booked_at, now()) + interval '1 hour'";

    protected string Entry(
        long position, string kind = "POSTED", (string Column, long Position)? target = null,
        string people = "null, null", string bookedAt = "now()", string key = "by hand") =>
        "insert into entries (tenant_id, position, id, step, number, key, content_hash, kind, value_date, booked_at, "
        + $"booked_by, approved_by, leg_count, leaf_hash, chain_hash{(target is { } one ? ", " + one.Column : "")}) "
        + $"values ('{Tenant.Value}', {position}, '{Guid.CreateVersion7()}', 'test', 1, '{key}', {ZeroHash}, "
        + $"'{kind}', current_date, {bookedAt}, {people}, 2, {ZeroHash}, {ZeroHash}"
        + $"{(target is { } other ? $", {other.Position}" : "")})";

    protected string Event(long position) =>
        "insert into book_events (tenant_id, position, kind, content, booked_at, leaf_hash, chain_hash) "
        + $"values ('{Tenant.Value}', {position}, 'PERIOD_CLOSED', '', '2020-01-01T00:00:00Z', {ZeroHash}, "
        + $"{ZeroHash})";

    protected static string Legs(params string[] rows) =>
        "insert into legs (tenant_id, entry_position, number, account_id, currency, side, amount, previous_balance, "
        + "new_balance, new_available) values " + string.Join(", ", rows);

    protected string LegRow(
        long entry, int number, Guid account, string side, long amount, long balance, string currency = "GBP") =>
        $"('{Tenant.Value}', {entry}, {number}, '{account}', '{currency}', '{side}', {amount}, 0, {balance}, "
        + $"{balance})";

    protected static async Task<PostgresException> ShouldRefuseAsync(Task action) =>
        await Should.ThrowAsync<PostgresException>(() => action);

    protected async Task AsOwnerAsync(string sql)
    {
        await using var command = Ledger.Service.Owner.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>
    /// Runs the statements in one transaction as the service's role; the value of the last one that gives any.
    /// </summary>
    protected async Task<long?> AsServiceAsync(TenantId? tenant, params string[] statements)
    {
        await using var connection = new NpgsqlConnection(Ledger.Service.AppConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        long? result = null;
        if (tenant is not null)
            statements = [$"set local fincode.tenant = '{tenant.Value.Value}'", .. statements];
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection, transaction);
            result = await command.ExecuteScalarAsync() as long? ?? result;
        }
        await transaction.CommitAsync();
        return result;
    }
}
