using FinCode.Benches.Harness;

namespace FinCode.Benches.Ledger;

/// <summary>
/// The plain way: a transfer is two updates and two inserts in one transaction, with the row locks of PostgreSQL. It
/// has no keys, no limits, no hashes and no checks; the accounts are locked in one order, so that nobody deadlocks, and
/// the hot one as late as that allows.
/// </summary>
internal sealed class PlainBooks(PgBench pgBench)
{
    private const string DatabaseName = "plain";

    private const string Schema = """
        create table accounts (id int primary key, balance bigint not null) with (fillfactor = 70);
        create table legs (
            id         bigint generated always as identity primary key,
            transfer   bigint not null,
            account_id int not null,
            amount     bigint not null,
            booked_at  timestamptz not null default now());
        create index legs_by_account on legs (account_id, id);
        insert into accounts select number, 0 from generate_series(1, 10000) number;
        """;

    private const string Transfer = """
        \set amount random(1, 1000)
        \set transfer random(1, 9223372036854775807)
        begin;
        update accounts set balance = balance - :amount where id = :first;
        update accounts set balance = balance + :amount where id = :second;
        insert into legs (transfer, account_id, amount) values (:transfer, :first, 0 - :amount::bigint);
        insert into legs (transfer, account_id, amount) values (:transfer, :second, :amount);
        commit;
        """;

    private const string Random = """
        \set one random(1, 10000)
        \set other 1 + (:one + random(0, 9998)) % 10000
        \set first least(:one, :other)
        \set second greatest(:one, :other)

        """;

    private const string Hot = """
        \set first random(1, 9999)
        \set second 10000

        """;

    public static async Task<PlainBooks> CreateAsync(BenchServer server, CancellationToken cancellationToken)
    {
        var postgres = server.Postgres;
        await BenchServer.QueryAsync(
            postgres.AdminConnectionString, $"create database {DatabaseName}", cancellationToken);
        var database = postgres.SuperuserConnectionString(DatabaseName);
        await BenchServer.QueryAsync(database, Schema, cancellationToken);
        await BenchServer.QueryAsync(database, "vacuum analyze", cancellationToken);
        return new PlainBooks(PgBench.Find(database, server.Folder));
    }

    public Task<LoadResult> RunAsync(
        AccountChoice choice, int clients, LoadWindow window, CancellationToken cancellationToken) =>
        pgBench.RunAsync(
            (choice == AccountChoice.Hot ? Hot : Random) + Transfer, clients, window, cancellationToken);
}
