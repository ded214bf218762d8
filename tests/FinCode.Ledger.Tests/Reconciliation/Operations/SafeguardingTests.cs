using FinCode.Contracts;
using FinCode.Ledger.Jobs;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Tests.Posting;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Ledger.Tests.Reconciliation.Operations;

public sealed class SafeguardingTests(SteppedLedger ledger) : IClassFixture<SteppedLedger>
{
    private static readonly DateOnly Yesterday = SteppedClock.StartDay.AddDays(-1);

    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task What_customers_are_owed_is_required_and_only_the_bank_holds()
    {
        var bank = new Bank(ledger, _tenant, "safeguarding:GBP");
        await bank.BookAsync(10_000, null, "2026-03-09", contra: "transit:a");
        await bank.BookAsync(500, null, "2026-03-09", contra: "suspense");
        await new Bank(ledger, _tenant, "psp:acme").BookAsync(2_000, null, "2026-03-09", contra: "transit:b");
        await bank.BookAsync(300, null, "2026-03-09", contra: "commission:agent");
        await bank.BookAsync(7_000, null, "2026-03-10", contra: "transit:c");
        using var client = ledger.Finance(_tenant);
        await client.PostJsonAsync<LedgerAccount>("/v1/ledger/accounts",
            new { code = "deposits:vip", currency = "GBP", normalSide = "CREDIT", @class = "LIABILITY" });
        await new Bank(ledger, _tenant, "own:GBP").BookAsync(4_000, null, "2026-03-09", contra: "deposits:vip");

        var report = (await ReportAsync("2026-03-09")).ShouldHaveSingleItem();

        (report.Currency, report.Required.ToAmountString(), report.Held.ToAmountString(), report.HeldBy)
            .ShouldBe(("GBP", "125.00", "108.00", "BOOK"));
        (report.Shortfall.ToAmountString(), report.Receivable.ToAmountString()).ShouldBe(("17.00", "20.00"));
        report.Liabilities.Select(one => $"{one.Family} {one.Amount.ToAmountString()}").ShouldBe(
            ["transit 120.00", "payable 0.00", "wallet 0.00", "frozen 0.00", "suspense 5.00"]);
        report.OtherLiabilities.Select(one => $"{one.Family} {one.Amount.ToAmountString()}").ShouldBe(
            ["commission 3.00", "deposits 40.00"]);
        (await ReportAsync("2026-03-10"))[0].Required.ToAmountString().ShouldBe("195.00");
    }

    [Fact]
    public async Task A_payout_from_prefunding_requires_what_was_paid_in_until_it_is_paid()
    {
        var bank = new Bank(ledger, _tenant, "safeguarding:GBP");
        await bank.PostAsync(Prefunding.TopUp(
            EntryKey.OfRequest("top-up", "k"), "acme", Naira(90_000_000), Money.Of(45_000, "GBP")), null, null);
        var (paid, open, free) = (TransactionId.New(), TransactionId.New(), TransactionId.New());
        foreach (var transaction in new[] { paid, open, free })
        {
            await bank.BookAsync(10_200, null, "2026-03-10", contra: AccountCodes.Transit(transaction));
            await bank.PostAsync(Cleared(transaction), null, null);
        }
        var reservation = await bank.PostAsync(Reserved(paid, 20_000_000), null, null);
        (await ReportAsync("2026-03-10")).Select(Figures).ShouldBe(["GBP 300.00 306.00 -6.00"]);

        await bank.PostAsync(new Commit(EntryKey.Of(paid, LedgerSteps.Paid, 1), reservation.Id), null, null);
        await bank.PostAsync(new Post(EntryKey.Of(open, "part", 1), Reserved(open, 6_666_667).Legs), null, null);

        var report = await ReportAsync("2026-03-10");
        report.Select(Figures).ShouldBe(["GBP 166.67 306.00 -139.33"]);
        report[0].Liabilities.Single(one => one.Family == "payable").Amount.ToAmountString().ShouldBe("166.67");
        (await ReportAsync("2026-03-09")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_paid_out_in_the_currency_that_came_in_is_required_as_it_stands()
    {
        var bank = new Bank(ledger, _tenant, "safeguarding:GBP");
        await bank.BookAsync(10_200, null, "2026-03-10", contra: "transit:a");
        await bank.PostAsync(new Post(new EntryKey("home", null, "cleared", 1),
            [
                Leg.Debit("transit:a", Money.Of(10_200, "GBP")), Leg.Credit("payable:a", Money.Of(10_000, "GBP")),
                Leg.Credit(AccountCodes.IncomeFees, Money.Of(200, "GBP")),
            ]), null, null);

        (await ReportAsync("2026-03-10")).Select(Figures).ShouldBe(["GBP 100.00 102.00 -2.00"]);
    }

    [Theory]
    [InlineData("0001-01-01")]
    [InlineData("1999-12-31")]
    [InlineData("9999-01-01")]
    [InlineData("9999-12-31")]
    public async Task A_day_that_no_report_can_be_of_is_refused(string day)
    {
        await new Bank(ledger, _tenant).BookAsync(100, null, "2026-03-09");
        using var client = ledger.Finance(_tenant);
        foreach (var path in new[]
        {
            "/v1/ledger/safeguarding", $"{Bank.Root}/settlement", $"{Bank.Root}/accounts/psp:acme/GBP/settlement",
        })
            (await (await client.GetAsync($"{path}?day={day}")).ProblemAsync())
                .ShouldBe("422 VALIDATION_ERROR day", path);
        foreach (var (path, status) in new[] { ("/v1/ledger/safeguarding", 200), ($"{Bank.Root}/settlement", 200) })
            foreach (var edge in new[] { "2000-01-01", "9998-12-31" })
                ((int)(await client.GetAsync($"{path}?day={edge}")).StatusCode).ShouldBe(status, path);
    }

    [Fact]
    public async Task The_banks_word_goes_before_the_books()
    {
        var bank = new Bank(ledger, _tenant, "safeguarding:GBP");
        await bank.BookAsync(10_000, "A", "2026-03-09", contra: "transit:a");
        await bank.ImportAsync(0, "2026-03-09", (9_000, "A"));

        var report = (await ReportAsync("2026-03-09")).ShouldHaveSingleItem();

        (report.HeldBy, report.Held.ToAmountString(), report.Shortfall.ToAmountString())
            .ShouldBe(("STATEMENT", "90.00", "10.00"));
        (await ReportAsync("2026-03-10"))[0].HeldBy.ShouldBe("BOOK");
    }

    [Fact]
    public async Task A_shortfall_raises_one_alarm_that_a_top_up_of_two_people_ends()
    {
        var bank = new Bank(ledger, _tenant, "safeguarding:GBP");
        await bank.BookAsync(10_000, null, "2026-03-09", contra: "transit:a");
        await bank.BookAsync(-2_500, null, "2026-03-09", contra: "own:GBP");

        await RunAsync(Yesterday);
        await RunAsync(Yesterday);

        var alarm = (await AlarmsAsync()).ShouldHaveSingleItem();
        (alarm.Currency, alarm.Day, alarm.Shortfall.ToString()).ShouldBe(("GBP", Yesterday, "25.00 GBP"));
        var raised = await ledger.Service.Events.WaitForAsync<SafeguardingShortfall>(
            one => one.ReportId == alarm.ReportId);
        (raised.Required.ToString(), raised.Held.ToString(), raised.Shortfall.ToString())
            .ShouldBe(("100.00 GBP", "75.00 GBP", "25.00 GBP"));
        ledger.Service.Events.All<SafeguardingShortfall>(_tenant).Count.ShouldBe(1);

        using var client = ledger.Finance(_tenant);
        var proposal = await client.PostJsonAsync<LedgerProposal>("/v1/ledger/safeguarding/top-ups",
            new { amount = Money.Of(2_500, "GBP"), reason = "Shortfall of yesterday" });
        (await AlarmsAsync()).Count.ShouldBe(1, "nothing is booked before a second person approves");
        await ledger.ApproveAsync(_tenant, proposal);
        await RunAsync(SteppedClock.StartDay);

        (await AlarmsAsync()).ShouldBeEmpty();
        await ledger.Service.Events.WaitForAsync<SafeguardingRestored>(one => one.ReportId == alarm.ReportId);
        (await ledger.AvailableAsync(_tenant, "safeguarding:GBP", "GBP")).ShouldBe("100.00");
        (await ledger.AvailableAsync(_tenant, "own:GBP", "GBP")).ShouldBe("0.00");
        (await ReportedAsync()).ShouldBe([(Yesterday, 1), (SteppedClock.StartDay, 1)]);
    }

    [Fact]
    public async Task A_statement_that_comes_late_and_days_without_the_job_are_reported_too()
    {
        var bank = new Bank(ledger, _tenant, "safeguarding:GBP");
        await bank.BookAsync(10_000, "A", "2026-02-20", contra: "transit:a");
        await RunAsync(new DateOnly(2026, 2, 20));
        await RunAsync(Yesterday);
        (await ReportedAsync()).ShouldBe(Enumerable.Range(0, 18).Select(i => (new DateOnly(2026, 2, 20).AddDays(i), 1)),
            "also of the days since the last report on which nothing ran");

        await bank.ImportAsync(0, "2026-03-05", (9_000, "A"));
        await RunAsync(Yesterday);

        (await ReportedAsync()).Where(one => one.Number == 2).ShouldBe([(new DateOnly(2026, 3, 5), 2)]);
        (await AlarmsAsync()).Select(one => one.Day).ShouldBe([new DateOnly(2026, 3, 5)]);
    }

    [Fact]
    public async Task A_tenant_that_cannot_be_reported_on_does_not_hold_up_the_others()
    {
        TenantId[] tenants = [.. new[] { TestTenant.New(), TestTenant.New() }.OrderBy(one => one.Value)];
        const long most = 9_000_000_000_000_000_000;
        await new Bank(ledger, tenants[0], "psp:a").BookAsync(most, null, "2026-03-09", contra: "transit:a");
        await new Bank(ledger, tenants[0], "psp:b").BookAsync(most, null, "2026-03-09", contra: "suspense");
        await new Bank(ledger, tenants[1], "psp:a").BookAsync(100, null, "2026-03-09", contra: "transit:a");

        await using (var scope = ledger.Service.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<ReportReconciliation>().RunOnceAsync(CancellationToken.None);

        (await ReportedAsync(tenants[0])).ShouldBeEmpty();
        (await ReportedAsync(tenants[1])).ShouldBe([(Yesterday, 1)]);
    }

    [Fact]
    public async Task The_daily_job_ages_legs_and_keeps_a_further_settlement_when_something_changed()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(1_000, "A", "2026-03-09");
        await bank.ImportAsync(0, "2026-03-09", (1_000, "A"));

        await using (var scope = ledger.Service.Services.CreateAsyncScope())
            (await scope.ServiceProvider.GetRequiredService<ReportReconciliation>()
                .RunOnceAsync(CancellationToken.None))
                .ShouldBeFalse();
        await RunAsync(Yesterday);
        await bank.BookAsync(1, "B", "2026-03-09");
        await RunAsync(Yesterday);

        (await ledger.QueryAsync($"""
            select number, content::json->>'ties' from settlement_reports
            where tenant_id = '{_tenant.Value}' order by number
            """, reader => (reader.GetInt32(0), reader.GetString(1)))).ShouldBe([(1, "true"), (2, "true")]);
    }

    [Fact]
    public async Task A_break_is_settled_by_a_proposal_that_a_second_person_approves()
    {
        var bank = new Bank(ledger, _tenant);
        await bank.BookAsync(1, null, "2026-03-09");
        await bank.ImportAsync(0, "2026-03-09", (-500, "FEE"), (700, "UNKNOWN"));
        var open = await bank.OpenAsync();
        var fee = open.Single(one => one.Amount.MinorUnits == -500);
        using var client = ledger.Finance(_tenant);
        var proposal = await client.PostJsonAsync<LedgerProposal>(
            $"{Bank.Root}/breaks/{fee.Id}/proposals", new { contra = "expense:psp", reason = "The provider's fee" });
        (await bank.OpenAsync()).Count.ShouldBe(2);

        await ledger.ApproveAsync(_tenant, proposal);

        (await bank.OpenAsync()).ShouldHaveSingleItem().Amount.ToAmountString().ShouldBe("7.00");
        (await bank.FindAsync("status=RESOLVED")).ShouldHaveSingleItem().Resolution.ShouldBe("ENTRY");
        (await ledger.AvailableAsync(_tenant, "expense:psp", "GBP")).ShouldBe("5.00");
        var late = await client.PostJsonAsync<LedgerProposal>(
            $"{Bank.Root}/breaks/{fee.Id}/proposals", new { contra = "expense:psp", reason = "Once more" });
        (await (await ledger.DecideAsync(_tenant, late.Id, "approve", "second")).ProblemAsync())
            .ShouldBe("409 INVALID_TRANSITION");
        (await ledger.AvailableAsync(_tenant, "expense:psp", "GBP")).ShouldBe("5.00");
    }

    private async Task<IReadOnlyList<(DateOnly Day, int Number)>> ReportedAsync(TenantId? tenant = null) =>
        await ledger.QueryAsync($"""
            select day, number from safeguarding_reports where tenant_id = '{(tenant ?? _tenant).Value}' order by 1, 2
            """, reader => (reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1)));

    private async Task<IReadOnlyList<SafeguardingReport>> ReportAsync(string day)
    {
        using var client = ledger.Service.Client(_tenant, Roles.Manager);
        return (await client.GetJsonAsync<SafeguardingReports>($"/v1/ledger/safeguarding?day={day}")).Items;
    }

    private async Task<IReadOnlyList<SafeguardingAlarm>> AlarmsAsync()
    {
        using var client = ledger.Service.Client(_tenant, Roles.Manager);
        return (await client.GetJsonAsync<SafeguardingAlarms>("/v1/ledger/safeguarding/alarms")).Items;
    }

    private static string Figures(SafeguardingReport report) => $"{report.Currency} "
        + $"{report.Required.ToAmountString()} {report.Held.ToAmountString()} {report.Shortfall.ToAmountString()}";

    private static Money Naira(long minorUnits) => Money.Of(minorUnits, "NGN");

    /// <summary>102.00 paid in: 98.50 at the middle rate, 1.50 of margin, 2.00 of fee.</summary>
    private static Post Cleared(TransactionId transaction) => new(EntryKey.Of(transaction, LedgerSteps.Cleared, 1),
        [
            Leg.Debit(AccountCodes.Transit(transaction), Money.Of(10_200, "GBP")),
            Leg.Credit("fx:GBP", Money.Of(9_850, "GBP")), Leg.Credit(AccountCodes.IncomeFx, Money.Of(150, "GBP")),
            Leg.Credit(AccountCodes.IncomeFees, Money.Of(200, "GBP")),
            Leg.Debit("fx:NGN", Naira(20_000_000)), Leg.Credit(AccountCodes.Payable(transaction), Naira(20_000_000)),
        ]);

    private static Hold Reserved(TransactionId transaction, long minorUnits) =>
        TransferBooks.Reserve(transaction, "acme", Naira(minorUnits), 1);

    private async Task RunAsync(DateOnly day)
    {
        await using var scope = ledger.Service.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<DailyReports>().RunAsync(_tenant, day, CancellationToken.None);
    }
}
