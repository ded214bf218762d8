using FinCode.Ledger.Proofs;
using FinCode.Ledger.Tests.Posting;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>A database from before rows left hashes gets one for each row that it has.</summary>
public sealed class RowHashMigrationTests(SteppedLedger ledger) : IClassFixture<SteppedLedger>
{
    private const string Before = """
        drop function hash_rows, check_seal cascade;
        drop function take_row_hashes, hashed_tables, row_text;
        drop table new_row_hashes, row_hashes;
        """;

    [Fact]
    public async Task What_is_there_is_hashed_and_what_is_being_written_meanwhile_too()
    {
        var tenant = TestTenant.New();
        await ledger.TopUpAsync(tenant, "acme", Samples.Payout);
        await ExecuteAsync(Before);

        // Somebody writes while the migration runs: it waits, and sees what was written.
        await using var writer = new NpgsqlConnection(ledger.Service.AppConnectionString + ";Pooling=false");
        await writer.OpenAsync();
        await using var writing = await writer.BeginTransactionAsync();
        await using var write = new NpgsqlCommand($"""
            select set_config('fincode.tenant', '{tenant.Value}', true);
            insert into proposals (tenant_id, id, request_key, kind, content, reason, proposed_by, proposed_at)
            values ('{tenant.Value}', gen_random_uuid(), 'late', 'TEST', '[]', 'late', 'anna', now());
            update proposals set status = 'WITHDRAWN', decided_by = proposed_by, decided_at = now()
            where request_key = 'late'
            """, writer, writing);
        await write.ExecuteNonQueryAsync();
        var migrating = ExecuteAsync(Script());
        await Eventually.TrueAsync(
            async () => await ledger.CountAsync(
                "select count(*) from pg_locks where not granted and relation = 'proposals'::regclass") == 1,
            "the migration to wait for who writes");
        await writing.CommitAsync();
        await migrating;

        Verify().ShouldStartWith("Fine: ");
        await ProofsFixture.SignAsync(ledger.Service);
        (await ledger.CountAsync("select count(*) from row_hashes where table_name = 'proposals'")).ShouldBe(2);
        Verify().ShouldStartWith("Fine: ");
    }

    private string Script()
    {
        using var reader = new StreamReader(typeof(LedgerApp).Assembly.GetManifestResourceStream(
            "FinCode.Ledger.Storage.Migrations.0013_row_hashes.sql")!);
        return reader.ReadToEnd().Replace("$app_role$",
            new NpgsqlConnectionStringBuilder(ledger.Service.AppConnectionString).Username, StringComparison.Ordinal);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await ledger.Service.Owner.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand(sql, connection, transaction);
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
    }

    private string Verify()
    {
        using var output = new StringWriter();
        LedgerVerification.Run(
            new LedgerVerificationRequest { Connection = ledger.Service.AppConnectionString }, output, TextWriter.Null,
            CancellationToken.None);
        return output.ToString();
    }
}
