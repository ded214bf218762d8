using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Tests.Reconciliation.Statements;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Reconciliation.Operations;

public sealed class ImportTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_statement_is_taken_with_its_lines_and_matched_at_once()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(10_200, "REF-A");

        var statement = await bank.ImportAsync(0, "2026-11-19", (10_200, "REF-A"), (-500, "FEE"));

        (statement.Number, statement.Format, statement.Lines, statement.Closing.ToString(), statement.Gap)
            .ShouldBe((1, "MT940", 2, "97.00 GBP", null));
        var lines = await bank.LinesAsync(statement.Id);
        lines.Select(line => (line.Amount.ToAmountString(), line.BankReference, line.MatchId is not null))
            .ShouldBe([("102.00", "REF-A", true), ("-5.00", "FEE", false)]);
        (await bank.BreaksAsync()).ShouldBe(["MISSING_HERE -5.00"]);
    }

    [Fact]
    public async Task The_same_file_again_answers_the_same_and_changes_nothing()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(100, "REF-A");
        var file = bank.Statement(0, "2026-11-19", (100, "REF-A"));

        using var first = await bank.SendAsync(file);
        using var again = await bank.SendAsync(file);

        (first.StatusCode, again.StatusCode).ShouldBe((HttpStatusCode.Created, HttpStatusCode.OK));
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        (await CountAsync("statements"), await CountAsync("statement_lines"), await CountAsync("matches"))
            .ShouldBe((1, 1, 1));
    }

    [Fact]
    public async Task Two_at_once_import_it_once()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(100, "REF-A");
        var file = bank.Statement(0, "2026-11-19", (100, "REF-A"));

        var responses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => bank.SendAsync(file)));

        responses.Count(response => response.StatusCode == HttpStatusCode.Created).ShouldBe(1);
        responses.Count(response => response.StatusCode == HttpStatusCode.OK).ShouldBe(5);
        (await CountAsync("statements")).ShouldBe(1);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_whole_with_line_and_reason()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(100, "REF-A");
        var file = bank.Statement(0, "2026-11-19", (100, "REF-A"), (200, "REF-B"));

        using var response = await bank.SendAsync(file[..^30]);

        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("code").GetString().ShouldBe("STATEMENT_DAMAGED");
        problem.GetProperty("line").GetInt32().ShouldBeGreaterThan(0);
        problem.GetProperty("reason").GetString().ShouldNotBeNullOrEmpty();
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await CountAsync("statement_files")).ShouldBe(0);
        (await CountAsync("breaks")).ShouldBe(0);
    }

    [Fact]
    public async Task A_statement_that_does_not_join_is_refused_or_becomes_a_gap_that_the_missing_one_closes()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(100, "REF-A");
        await bank.ImportAsync(0, "2026-11-19", (100, "REF-A"));
        var missing = bank.Statement(100, "2026-11-20", (50, "REF-B"));
        var next = bank.Statement(150, "2026-11-21", (25, "REF-C"));

        (await (await bank.SendAsync(next)).ProblemAsync()).ShouldBe("409 STATEMENT_GAP");
        using var accepted = await bank.SendAsync(next, query: "&acceptGap=asked%20the%20bank");
        accepted.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await bank.BreaksAsync()).ShouldBe(["MISSING_HERE 0.25", "GAP 0.50"], ignoreOrder: true);

        await bank.ImportAsync(missing);

        (await bank.BreaksAsync()).ShouldBe(["MISSING_HERE 0.25", "MISSING_HERE 0.50"], ignoreOrder: true);
        (await bank.FindAsync("status=RESOLVED&kind=GAP")).ShouldHaveSingleItem().Resolution
            .ShouldBe("LATER_STATEMENT");
    }

    [Fact]
    public async Task Another_account_another_currency_and_a_statement_that_is_known_are_refused()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(100, "REF-A");
        await bank.ImportAsync(0, "2026-11-19", (100, "REF-A"));
        var other = Encoding.ASCII.GetString(bank.Statement(100, "2026-11-20", (1, "R")));

        (await ProblemAsync(other.Replace("ACME-1", "ACME-2"))).ShouldBe("422 STATEMENT_OF_ANOTHER_ACCOUNT");
        (await ProblemAsync(other.Replace("GBP", "EUR"))).ShouldBe("422 STATEMENT_OF_ANOTHER_ACCOUNT");
        (await ProblemAsync(other.Replace(":20:S2", ":20:S1").Replace(":28C:2", ":28C:1").Replace("261120", "261119")))
            .ShouldBe("409 STATEMENT_KNOWN");

        async Task<string> ProblemAsync(string file) =>
            await (await bank.SendAsync(Encoding.ASCII.GetBytes(file))).ProblemAsync();
    }

    [Fact]
    public async Task Only_finance_imports_for_an_account_of_assets_in_a_known_format()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(100, "REF-A");
        var file = bank.Statement(0, "2026-11-19", (100, "REF-A"));

        (await (await bank.SendAsync(file, role: Roles.Manager)).ProblemAsync()).ShouldBe("403 FORBIDDEN");
        (await (await bank.SendAsync(file, "PDF")).ProblemAsync()).ShouldBe("422 VALIDATION_ERROR format");
        (await (await new Bank(ledger, _tenant, "psp:other").SendAsync(file)).ProblemAsync()).ShouldBe("404 NOT_FOUND");
        (await (await new Bank(ledger, TestTenant.New()).SendAsync(file)).ProblemAsync()).ShouldBe("404 NOT_FOUND");
        (await (await new Bank(ledger, _tenant, "suspense").SendAsync(file)).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR account");
        (await (await bank.SendAsync(new byte[17 * 1024 * 1024])).ProblemAsync()).ShouldBe("413 PAYLOAD_TOO_LARGE");
        using var chunked = await bank.SendInChunksAsync(new byte[17 * 1024 * 1024]);
        ((int)chunked.StatusCode).ShouldBe(413);
        (await chunked.Content.ReadAsStringAsync()).ShouldContain("16777216 bytes");
        (await CountAsync("statements")).ShouldBe(0);
    }

    [Fact]
    public async Task A_csv_needs_a_mapping_and_what_the_file_does_not_say()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(100, "REF-A");
        var file = Encoding.UTF8.GetBytes("day,amount,ref\n2026-11-19,1.00,REF-A\n2026-11-19,-0.30,FEE-1\n");
        const string declared = "&opening=0.00&closing=0.70&rows=2";

        (await (await bank.SendAsync(file, "CSV", declared)).ProblemAsync()).ShouldBe("422 VALIDATION_ERROR format");
        var mapping = StatementFiles.Mapping with
        {
            Delimiter = ",",
            DecimalSign = ".",
            GroupSign = null,
            DateFormat = "yyyy-MM-dd",
            ValueDate = "day",
            BookingDate = null,
            Amount = "amount",
            Debit = null,
            Credit = null,
            ServicerReference = "ref",
            Text = null,
        };
        (await bank.RefusedAsync("f", HttpMethod.Put, bank.AccountPath, new { csv = mapping with { Delimiter = "x" } }))
            .ShouldBe("422 VALIDATION_ERROR /csv/delimiter");
        await bank.SendAsync<ConfigureReconciliation.ReconciledAccountView>("f", HttpMethod.Put, bank.AccountPath,
            new { externalAccount = "MERCHANT 1", missingAfterDays = 1, csv = mapping }, HttpStatusCode.OK);

        (await (await bank.SendAsync(file, "CSV")).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR rows opening closing");
        (await (await bank.SendAsync(file, "CSV", "&opening=0.00&closing=0.70&rows=3")).ProblemAsync())
            .ShouldBe("422 STATEMENT_DAMAGED");
        using var response = await bank.SendAsync(file, "CSV", declared);
        response.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await bank.BreaksAsync()).ShouldBe(["MISSING_HERE -0.30"]);
        (await ledger.QueryAsync(
            $"select version from reconciled_account_versions where tenant_id = '{_tenant.Value}' order by 1",
            reader => reader.GetInt32(0))).ShouldBe([1, 2]);
    }

    [Fact]
    public async Task A_camt_053_is_imported_and_listed()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(10_200, "E2E-PAYIN-0001");
        using var response = await bank.SendAsync(StatementFiles.Read(StatementFiles.Camt02), "CAMT053");

        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        using var client = bank.As("reader", Roles.Manager);
        var page = await client.GetJsonAsync<ListBankStatements.ReconciliationStatementPage>(
            $"{bank.AccountPath}/statements");
        page.Items.ShouldHaveSingleItem().PendingIgnored.ShouldBe(1);
        var account = (await client.GetJsonAsync<ListReconciledAccounts.ReconciledAccountList>(
            $"{Bank.Root}/accounts")).Items.ShouldHaveSingleItem();
        (account.ExternalAccount, account.MissingAfterDays).ShouldBe(("GB33BUKB20201555555555", 3));
        (await bank.BreaksAsync()).Count.ShouldBe(5);
        (await response.Content.ReadFromJsonAsync<ImportBankStatement.ImportedStatements>(ContractJson.Options))!
            .Statements[0].Id.ShouldBe(page.Items[0].Id);
    }

    [Fact]
    public async Task A_file_of_many_lines_is_one_import()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(7, "LINE-5000");
        var lines = Enumerable.Range(1, 10_000).Select(n => (n == 5_000 ? 7 : n, $"LINE-{n}")).ToArray();

        await bank.ImportAsync(0, "2026-11-19", lines);

        (await CountAsync("statement_lines"), await CountAsync("breaks"), await CountAsync("matches"))
            .ShouldBe((10_000, 9_999, 1));
        (await bank.RunAsync()).OpenBreaks.ShouldBe(9_999);
    }

    private async Task<long> CountAsync(string table) =>
        await ledger.CountAsync($"select count(*) from {table} where tenant_id = '{_tenant.Value}'");
}
