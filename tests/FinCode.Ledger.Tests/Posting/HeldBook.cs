using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Posting;

/// <summary>
/// Holds the head of a book from outside, as another replica's batch would, so that a test decides what comes into
/// which batch of ours.
/// </summary>
internal sealed class HeldBook : IAsyncDisposable
{
    private readonly NpgsqlDataSource _service;
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlTransaction _transaction;

    private HeldBook(LedgerFixture ledger, NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        _service = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(ledger.Service.AppConnectionString)
        {
            ApplicationName = "watches a book",
        });
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
        return new HeldBook(ledger, connection, transaction);
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
        return new HeldBook(ledger, connection, transaction);
    }

    /// <summary>Until a batch wants the book: what comes after that is in a later one.</summary>
    public Task IsWantedAsync(int by = 1) => Eventually.TrueAsync(
        async () => await CountAsync(
            "wait_event_type = 'Lock' and (query like '%books%' or query like '%legs%')") >= by,
        "a batch waits for the book");

    /// <summary>Until the next batch is inserted, while the one before it is booked.</summary>
    /// <param name="since">More of it than there was at that time of the database, as <see cref="NowAsync"/>.</param>
    /// <param name="batches">How many are, one behind the other.</param>
    public Task IsWrittenAheadAsync(string since = "-infinity", int batches = 1) => IsIdleAsync(
        $"query like '%insert into legs%' and query_start > '{since}'", "the next batch is inserted", batches);

    public async Task<string> NowAsync()
    {
        await using var now = _service.CreateCommand("select clock_timestamp()::text");
        return (string)(await now.ExecuteScalarAsync())!;
    }

    /// <summary>Until the next batch has been looked up; for one that has nothing to insert.</summary>
    public Task IsPlannedAheadAsync() => IsIdleAsync(
        "(query like '%with found as%' or query like '%as v(code, currency)%')", "the next batch is planned");

    public async Task LetGoAsync() => await _transaction.RollbackAsync();

    public async ValueTask DisposeAsync()
    {
        await _transaction.DisposeAsync();
        await _connection.DisposeAsync();
        await _service.DisposeAsync();
    }

    private Task IsIdleAsync(string condition, string what, int count = 1) => Eventually.TrueAsync(
        async () => await CountAsync($"state = 'idle in transaction' and {condition}") >= count, what);

    /// <summary>In the service's role, which sees what it does itself; not from its pool.</summary>
    private async Task<long> CountAsync(string condition)
    {
        await using var count = _service.CreateCommand($"""
            select count(*) from pg_stat_activity
            where datname = current_database() and usename = current_user and pid <> pg_backend_pid() and {condition}
            """);
        return (long)(await count.ExecuteScalarAsync())!;
    }
}
