using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Jobs;
using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Proofs;
using FinCode.Ledger.Proofs.Verification;
using FinCode.Ledger.Tests.Posting;
using FinCode.Ledger.Tests.Reconciliation.Operations;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>
/// A ledger in which people have worked: rows in every table beside the log. They are tampered with, verified, and put
/// back as they were.
/// </summary>
public sealed class WorkedBook : IAsyncLifetime
{
    internal SteppedLedger Ledger { get; } = new();

    internal TenantId Tenant { get; } = TestTenant.New();

    public async Task InitializeAsync()
    {
        await Ledger.InitializeAsync();
        await WorkAsync();
        await ProofsFixture.SignAsync(Ledger.Service);
        foreach (var table in HashedTable.All.Select(table => table.Name).Append("row_hashes"))
        {
            (await Ledger.CountAsync($"select count(*) from {table}")).ShouldBePositive(table);
            await ByHandAsync(table, Unchecked(table));
        }
    }

    public Task DisposeAsync() => Ledger.DisposeAsync();

    /// <summary>Exit code and everything that was said, after rows of a table were changed by hand.</summary>
    public async Task<(int Code, string Said)> VerifyAfterAsync(string table, string sql)
    {
        await ByHandAsync(table, $"create table saved as table {table}; {sql}");
        try
        {
            return Verify();
        }
        finally
        {
            var columns = string.Join(", ", (await ColumnsAsync(table)).Select(column => column.Name));
            await ByHandAsync(table, $"delete from {table}; insert into {table} ({columns}) "
                + $"select {columns} from saved; drop table saved");
        }
    }

    public (int Code, string Said) Verify()
    {
        using var output = new StringWriter();
        var code = LedgerVerification.Run(
            new LedgerVerificationRequest { Connection = Ledger.Service.AppConnectionString }, output,
            TextWriter.Null, CancellationToken.None);
        return (code, output.ToString());
    }

    /// <summary>Those that are written: generated ones are made of others.</summary>
    internal async Task<IReadOnlyList<(string Name, string Type)>> ColumnsAsync(string table) =>
        await Ledger.QueryAsync(
            "select attname::text, format_type(atttypid, null) from pg_attribute "
            + $"where attrelid = '{table}'::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
            row => (row.GetString(0), row.GetString(1)));

    private Task<int> ByHandAsync(string table, string sql) => Ledger.Service.ByHandAsync([table], sql);

    /// <summary>Who owns the tables may take every constraint off them that could refuse a change.</summary>
    private static string Unchecked(string table) => $"""
        do $$
        declare
            of_table record;
        begin
            for of_table in select conname from pg_constraint
                where conrelid = '{table}'::regclass and contype in ('c', 'f', 'u') loop
                execute format('alter table {table} drop constraint %I', of_table.conname);
            end loop;
            for of_table in select indexrelid::regclass as name from pg_index
                where indrelid = '{table}'::regclass and indisunique and not indisprimary loop
                execute format('drop index %s', of_table.name);
            end loop;
        end
        $$
        """;

    private async Task WorkAsync()
    {
        using var client = Ledger.Finance(Tenant);
        var transaction = TransactionId.New();
        await Ledger.Service.PublishAsync(Tenant, Samples.Funded(transaction));
        await Ledger.Service.PublishAsync(Tenant, Samples.Cleared(transaction));
        await Ledger.Service.Events.WaitForAsync<ReservationRejected>(one => one.TransactionId == transaction);
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        var monitor = await client.PostJsonAsync<ManageMonitors.LedgerMonitor>("/v1/ledger/monitors",
            new { account = "prefund:acme:NGN", threshold = Money.Of(7, "NGN") });
        using (var removed = await client.DeleteAsync($"/v1/ledger/monitors/{monitor.Id}"))
            removed.EnsureSuccessStatusCode();
        await ReconcileAsync();
        await new Bank(Ledger, Tenant, "safeguarding:GBP").BookAsync(100, null, "2026-03-09", contra: "transit:a");
        await using var scope = Ledger.Service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ReportReconciliation>().RunOnceAsync(CancellationToken.None);
    }

    /// <summary>A match by a rule, one by hand whose end is proposed, and breaks.</summary>
    private async Task ReconcileAsync()
    {
        var bank = new Bank(Ledger, Tenant);
        await bank.BookAsync(1_000, "REF-A", "2026-03-09");
        var entry = await bank.BookAsync(500, null, "2026-03-09", contra: "transit:b");
        var statement = await bank.ImportAsync(0, "2026-03-09", (1_000, "REF-A"), (500, "X"), (70, "OTHER"));
        var line = (await bank.LinesAsync(statement.Id)).Single(one => one.Amount.MinorUnits == 500);
        using var made = await bank.MatchAsync("anna", [line.Id], [entry.Id]);
        var match = (await Ledger.ApproveAsync(Tenant, await made.ProposalAsync())).Result!.Value
            .Deserialize<ReconciliationMatch>(ContractJson.Options)!;
        await bank.SendAsync<ReconciliationMatch>("anna", HttpMethod.Post, $"{Bank.Root}/matches/{match.Id}/end",
            new { reason = "Wrong" }, System.Net.HttpStatusCode.Accepted);
    }
}
