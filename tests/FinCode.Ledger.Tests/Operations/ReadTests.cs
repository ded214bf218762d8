using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Accounts;
using FinCode.Ledger.Operations.Reports;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Operations;

public sealed class ReadTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();
    private readonly TransactionId _transaction = TransactionId.New();

    [Fact]
    public async Task The_trial_balance_shows_each_currency_and_the_accounts_that_hold_something()
    {
        await BookAsync();
        using var client = ledger.Service.Client(_tenant, Roles.Manager);

        var balance = await client.GetJsonAsync<GetTrialBalance.TrialBalance>("/v1/ledger/trial-balance");

        var pounds = balance.Currencies.ShouldHaveSingleItem();
        (pounds.Debits.ToString(), pounds.Credits.ToString(), pounds.Difference.ToString())
            .ShouldBe(("6.00 GBP", "6.00 GBP", "0.00 GBP"));
        balance.Accounts.Select(account =>
            $"{account.Code} {account.Debit.ToAmountString()} {account.Credit.ToAmountString()}")
            .ShouldBe([
                "psp:x 6.00 0.00", "transit:a 0.00 1.00", "transit:b 0.00 2.00",
                $"transit:{_transaction} 0.00 3.00",
            ]);
    }

    [Fact]
    public async Task Lists_are_paged_without_gaps_or_repetition()
    {
        await BookAsync();
        using var client = ledger.Finance(_tenant);

        var codes = new List<string>();
        string? after = null;
        do
        {
            var page = await client.GetJsonAsync<ListAccounts.LedgerAccountPage>(
                "/v1/ledger/accounts?limit=2" + (after is null ? "" : $"&after={Uri.EscapeDataString(after)}"));
            page.Items.Count.ShouldBeLessThanOrEqualTo(2);
            codes.AddRange(page.Items.Select(account => account.Code));
            after = page.Next;
        }
        while (after is not null);

        codes.ShouldBe(["psp:x", "transit:a", "transit:b", $"transit:{_transaction}"]);
        var trial = await client.GetJsonAsync<GetTrialBalance.TrialBalance>("/v1/ledger/trial-balance?limit=1");
        trial.Accounts.ShouldHaveSingleItem();
        trial.Next.ShouldNotBeNull();
        trial.Currencies[0].Debits.ToAmountString().ShouldBe("6.00");
    }

    [Fact]
    public async Task Accounts_are_found_by_their_code_and_by_what_stands_above_it()
    {
        await BookAsync();
        using var client = ledger.Finance(_tenant);

        (await CodesAsync("transit")).Count.ShouldBe(3);
        (await CodesAsync("transit:a")).ShouldBe(["transit:a"]);
        (await CodesAsync("trans")).ShouldBeEmpty();
        (await CodesAsync("%")).ShouldBeEmpty();

        async Task<IReadOnlyList<string>> CodesAsync(string code) =>
            [.. (await client.GetJsonAsync<ListAccounts.LedgerAccountPage>(
                $"/v1/ledger/accounts?code={Uri.EscapeDataString(code)}")).Items.Select(account => account.Code)];
    }

    [Fact]
    public async Task An_accounts_history_runs_from_the_newest_with_balances_that_join()
    {
        await BookAsync();
        using var client = ledger.Finance(_tenant);

        var newest = await client.GetJsonAsync<ListAccountEntries.LedgerAccountHistory>(
            "/v1/ledger/accounts/psp:x/GBP/entries?limit=2");
        var oldest = await client.GetJsonAsync<ListAccountEntries.LedgerAccountHistory>(
            $"/v1/ledger/accounts/psp:x/GBP/entries?limit=2&before={newest.Next}");

        newest.Items.Concat(oldest.Items).Select(line => line.Leg.NewBalance.ToAmountString())
            .ShouldBe(["6.00", "3.00", "1.00"]);
        newest.Items[1].Leg.PreviousBalance.ShouldBe(oldest.Items[0].Leg.NewBalance);
        newest.Items[0].TransactionId.ShouldBe(_transaction);
        oldest.Next.ShouldBeNull();
    }

    [Fact]
    public async Task A_transfers_entries_are_shown_in_order_of_booking()
    {
        await BookAsync();
        using var client = ledger.Finance(_tenant);

        var list = await client.GetJsonAsync<LedgerEntries>(
            $"/v1/ledger/transactions/{_transaction}/entries");

        var entry = list.Items.ShouldHaveSingleItem();
        (entry.Step, entry.Number, entry.Form, entry.IsReversed).ShouldBe(("payin", 1, "POSTED", false));
        entry.Legs.Select(leg => $"{leg.Account} {leg.Side} {leg.Amount}")
            .ShouldBe(["psp:x DEBIT 3.00 GBP", $"transit:{_transaction} CREDIT 3.00 GBP"]);
    }

    [Fact]
    public async Task What_belongs_to_another_tenant_is_not_there()
    {
        await BookAsync();
        using var stranger = ledger.Finance(TestTenant.New());

        (await ProblemOfAsync(stranger, "/v1/ledger/accounts/psp:x/GBP")).ShouldBe("404 NOT_FOUND");
        (await ProblemOfAsync(stranger, "/v1/ledger/accounts/psp:x/GBP/entries")).ShouldBe("404 NOT_FOUND");
        (await ProblemOfAsync(stranger, $"/v1/ledger/transactions/{_transaction}/entries")).ShouldBe("404 NOT_FOUND");
        (await stranger.GetJsonAsync<ListAccounts.LedgerAccountPage>("/v1/ledger/accounts")).Items.ShouldBeEmpty();
        (await stranger.GetJsonAsync<GetTrialBalance.TrialBalance>("/v1/ledger/trial-balance"))
            .Currencies.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/v1/ledger/accounts/psp:x/XXX", "422 VALIDATION_ERROR currency")]
    [InlineData("/v1/ledger/accounts/psp:x/EUR", "404 NOT_FOUND")]
    [InlineData("/v1/ledger/accounts/psp:x/XXX/entries", "422 VALIDATION_ERROR currency")]
    [InlineData("/v1/ledger/accounts/psp:x/GBP/entries?before=abc", "422 VALIDATION_ERROR before")]
    [InlineData("/v1/ledger/accounts/psp:x/GBP/entries?before=-1", "422 VALIDATION_ERROR before")]
    [InlineData("/v1/ledger/accounts?limit=0", "422 VALIDATION_ERROR limit")]
    [InlineData("/v1/ledger/accounts?limit=201", "422 VALIDATION_ERROR limit")]
    [InlineData("/v1/ledger/accounts?limit=many", "422 VALIDATION_ERROR limit")]
    [InlineData("/v1/ledger/accounts?after=%00/GBP", "422 VALIDATION_ERROR after")]
    [InlineData("/v1/ledger/accounts?after=nonsense", "422 VALIDATION_ERROR after")]
    [InlineData("/v1/ledger/trial-balance?limit=-1", "422 VALIDATION_ERROR limit")]
    [InlineData("/v1/ledger/transactions/txn_1/entries", "422 VALIDATION_ERROR transactionId")]
    [InlineData("/v1/ledger/transactions/txn_01985a3c1d2e7f4aa1b2c3d4e5f60718/entries", "404 NOT_FOUND")]
    public async Task Bad_parameters_are_named(string path, string expected)
    {
        using var client = ledger.Finance(_tenant);

        (await ProblemOfAsync(client, path)).ShouldBe(expected);
    }

    [Theory]
    [InlineData("/v1/ledger/accounts")]
    [InlineData("/v1/ledger/accounts/psp:x/GBP")]
    [InlineData("/v1/ledger/accounts/psp:x/GBP/entries")]
    [InlineData("/v1/ledger/trial-balance")]
    [InlineData("/v1/ledger/transactions/txn_01985a3c1d2e7f4aa1b2c3d4e5f60718/entries")]
    public async Task The_books_are_for_finance_and_managers(string path)
    {
        using var partner = ledger.Service.Client(_tenant, Roles.Partner, Scopes.TransactionsRead);
        using var cashier = ledger.Service.Client(_tenant, Roles.Cashier);
        using var anonymous = ledger.Service.AnonymousClient();

        (await ProblemOfAsync(partner, path)).ShouldBe("403 FORBIDDEN");
        (await ProblemOfAsync(cashier, path)).ShouldBe("403 FORBIDDEN");
        (await ProblemOfAsync(anonymous, path)).ShouldBe("401 AUTH_REQUIRED");
    }

    [Fact]
    public async Task The_openapi_document_names_and_explains_every_operation()
    {
        using var client = ledger.Service.AnonymousClient();

        var document = JsonDocument.Parse(await client.GetStringAsync("/openapi/v1.json")).RootElement;

        var operations = document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value).ToArray();
        operations.Length.ShouldBeGreaterThan(20);
        operations.ShouldAllBe(operation => operation.GetProperty("summary").GetString()!.Length > 0);
        operations.Select(operation => operation.GetProperty("operationId").GetString()).ShouldBeUnique();
    }

    private static async Task<string> ProblemOfAsync(HttpClient client, string path) =>
        await (await client.GetAsync(path)).ProblemAsync();

    /// <summary>Three pay-ins, of 1.00, 2.00 and 3.00 GBP; the last one is of a transfer.</summary>
    private async Task BookAsync()
    {
        await PayInAsync(new EntryKey("a", null, "test", 1), "transit:a", 100);
        await PayInAsync(new EntryKey("b", null, "test", 1), "transit:b", 200);
        await PayInAsync(EntryKey.Of(_transaction, LedgerSteps.PayIn, 1), $"transit:{_transaction}", 300);
    }

    private Task<BookedEntry> PayInAsync(EntryKey key, string transit, long minorUnits) => ledger.BookAsync(_tenant,
    new Post(key,
            [Leg.Debit("psp:x", Money.Of(minorUnits, "GBP")), Leg.Credit(transit, Money.Of(minorUnits, "GBP"))]));
}
