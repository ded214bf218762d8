using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// Holds the head of a book from outside, as another replica's batch would, so that a test decides what comes into
/// which batch of ours.
/// </summary>
internal sealed class HeldBook : IAsyncDisposable
{
    private readonly NpgsqlDataSource _owner;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldBook(NpgsqlDataSource owner, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _owner = owner;
        _connection = connection;
        _transaction = transaction;
    }

    /// <summary>The book has to have an entry.</summary>
    public static async Task<HeldBook> HoldAsync(LedgerFixture ledger, TenantId tenant)
    {
        var connection = await ledger.Service.Owner.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand(
            $"select position from books where tenant_id = '{tenant.Value}' for update", connection, transaction);
        (await hold.ExecuteScalarAsync()).ShouldNotBeNull();
        return new HeldBook(ledger.Service.Owner, connection, transaction);
    }

    /// <summary>
    /// Holds an account instead: a batch that moves it holds the book, and cannot be written until the account is let
    /// go.
    /// </summary>
    public static async Task<HeldBook> HoldAccountAsync(LedgerFixture ledger, TenantId tenant, string code)
    {
        var connection = await ledger.Service.Owner.OpenConnectionAsync();
        var transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand(
            $"select id from accounts where tenant_id = '{tenant.Value}' and code = '{code}' for update",
            connection, transaction);
        (await hold.ExecuteScalarAsync()).ShouldNotBeNull();
        return new HeldBook(ledger.Service.Owner, connection, transaction);
    }

    /// <summary>Until a batch wants the book: what comes after that is in a later one.</summary>
    public Task IsWantedAsync(int by = 1) => Eventually.TrueAsync(async () =>
    {
        await using var waiting = _owner.CreateCommand("""
            select count(*) from pg_locks l join pg_database d on d.oid = l.database
            where not l.granted and d.datname = current_database()
            """);
        await using var transactions = _owner.CreateCommand("""
            select count(*) from pg_locks where not granted and locktype = 'transactionid'
            """);
        return (long)(await waiting.ExecuteScalarAsync())! + (long)(await transactions.ExecuteScalarAsync())! >= by;
    }, "a batch waits for the book");

    public async Task LetGoAsync() => await _transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
