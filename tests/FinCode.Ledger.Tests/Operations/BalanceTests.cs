using System.Net;
using System.Xml.Linq;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Accounts;
using FinCode.Ledger.Operations.Monitors;
using FinCode.Ledger.Operations.Reports;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Operations;

/// <summary>Balances as they were, statements, reports, and thresholds.</summary>
public sealed class BalanceTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private static readonly DateOnly s_today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_balance_is_told_as_of_any_booking_time_and_any_value_date()
    {
        var first = await BookAsync("a", 500, s_today.AddDays(-3));
        var second = await BookAsync("b", 300, s_today);
        var third = await BookAsync("c", 200, s_today.AddDays(-2));
        using var client = ledger.Finance(_tenant);

        (await ByBookingAsync(client, first.BookedAt.AddMicroseconds(-1))).ShouldBe("0.00");
        (await ByBookingAsync(client, first.BookedAt)).ShouldBe("5.00");
        (await ByBookingAsync(client, second.BookedAt)).ShouldBe("8.00");
        (await ByBookingAsync(client, second.BookedAt.ToOffset(TimeSpan.FromHours(5)))).ShouldBe("8.00");
        (await ByBookingAsync(client, third.BookedAt.AddDays(1))).ShouldBe("10.00");
        (await ByValueAsync(client, -4)).ShouldBe("0.00");
        (await ByValueAsync(client, -3)).ShouldBe("5.00");
        (await ByValueAsync(client, -2)).ShouldBe("7.00");
        (await ByValueAsync(client, 0)).ShouldBe("10.00");
    }

    [Fact]
    public async Task What_was_pending_and_blocked_is_told_as_of_any_booking_time()
    {
        var booked = await BookAsync("a", 500, s_today);
        var held = await ledger.BookAsync(_tenant, new Hold(Key("held"), Out(200)));
        var coming = await ledger.BookAsync(_tenant, new Hold(Key("coming"), Legs(40)));
        var blocked = await ledger.BookAsync(_tenant, new Block(Key("blocked"), [Leg.Credit("psp:x", Pounds(25))]));
        var part = await ledger.BookAsync(_tenant, new Commit(Key("part"), held.Id, Out(150)));
        var free = await ledger.BookAsync(_tenant, new Release(Key("free"), blocked.Id));
        using var client = ledger.Finance(_tenant);

        (await PastAsync(client, booked.BookedAt)).ShouldBe("5.00 in 0.00 out 0.00 liens 0.00 available 5.00");
        (await PastAsync(client, held.BookedAt)).ShouldBe("5.00 in 0.00 out 2.00 liens 0.00 available 3.00");
        (await PastAsync(client, coming.BookedAt)).ShouldBe("5.00 in 0.40 out 2.00 liens 0.00 available 3.00");
        (await PastAsync(client, blocked.BookedAt)).ShouldBe("5.00 in 0.40 out 2.00 liens 0.25 available 2.75");
        (await PastAsync(client, part.BookedAt)).ShouldBe("3.50 in 0.40 out 0.00 liens 0.25 available 3.25");
        (await PastAsync(client, free.BookedAt)).ShouldBe("3.50 in 0.40 out 0.00 liens 0.00 available 3.50");

        static Leg[] Out(long pence) => [Leg.Debit("suspense", Pounds(pence)), Leg.Credit("psp:x", Pounds(pence))];
    }

    [Fact]
    public async Task Either_a_time_or_a_day_is_asked_for()
    {
        await BookAsync("a", 500, s_today);
        using var client = ledger.Finance(_tenant);

        (await (await client.GetAsync("/v1/ledger/accounts/psp:x/GBP/balance")).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR bookedBy");
        (await (await client.GetAsync($"/v1/ledger/accounts/psp:y/GBP/balance?valueDate={s_today:yyyy-MM-dd}"))
            .ProblemAsync()).ShouldBe("404 NOT_FOUND");
    }

    [Fact]
    public async Task A_history_shows_what_it_opens_and_closes_with_over_any_time()
    {
        var entries = new List<BookedEntry>();
        for (var n = 1; n <= 5; n++)
            entries.Add(await BookAsync($"k{n}", 100, s_today));
        using var client = ledger.Finance(_tenant);
        const string path = "/v1/ledger/accounts/psp:x/GBP/entries";

        var all = await client.GetJsonAsync<ListAccountEntries.LedgerAccountHistory>($"{path}?limit=2");
        (all.Opening.ToAmountString(), all.Closing.ToAmountString()).ShouldBe(("3.00", "5.00"));
        var older = await client.GetJsonAsync<ListAccountEntries.LedgerAccountHistory>(
            $"{path}?limit=2&before={all.Next}");
        (older.Opening.ToAmountString(), older.Closing.ToAmountString()).ShouldBe(("1.00", "3.00"));

        var middle = await client.GetJsonAsync<ListAccountEntries.LedgerAccountHistory>(
            $"{path}?from={Time(entries[1])}&to={Time(entries[3])}");
        middle.Items.Select(line => line.EntryId).ShouldBe([entries[3].Id, entries[2].Id]);
        (middle.Opening.ToAmountString(), middle.Closing.ToAmountString()).ShouldBe(("2.00", "4.00"));

        var quiet = await client.GetJsonAsync<ListAccountEntries.LedgerAccountHistory>(
            $"{path}?from={Time(entries[4])}");
        quiet.Items.ShouldBeEmpty();
        (quiet.Opening.ToAmountString(), quiet.Closing.ToAmountString()).ShouldBe(("5.00", "5.00"));

        static string Time(BookedEntry entry) => Uri.EscapeDataString(entry.BookedAt.ToString("O"));
    }

    [Fact]
    public async Task A_statement_leads_from_opening_to_closing_in_every_format()
    {
        await ledger.BookAsync(_tenant, new Post(Key("in"), Legs(1_000))
        {
            Details = new EntryDetails(s_today.AddDays(-1), "R<1>", "=danger, \"quoted\""),
        });
        await ledger.BookAsync(_tenant, new Hold(Key("held"), Legs(50)));
        await ledger.BookAsync(_tenant, new Post(Key("out"),
            [Leg.Debit("suspense", Pounds(250)), Leg.Credit("psp:x", Pounds(250))]));
        using var client = ledger.Finance(_tenant);
        var path = "/v1/ledger/accounts/psp:x/GBP/statement"
            + $"?from={s_today:yyyy-MM-dd}&to={s_today.AddDays(1):yyyy-MM-dd}";

        var json = await client.GetJsonAsync<GetStatement.LedgerStatement>(path);
        json.Lines.Select(line => line.Amount.ToAmountString()).ShouldBe(["10.00", "-2.50"]);
        (json.Opening.ToAmountString(), json.Closing.ToAmountString()).ShouldBe(("0.00", "7.50"));

        var csv = (await client.GetStringAsync($"{path}&format=csv")).Split("\r\n");
        csv.Length.ShouldBe(4);
        csv[1].ShouldContain(",R<1>,\"'=danger, \"\"quoted\"\"\",10.00,10.00");

        var camt = XDocument.Parse(await client.GetStringAsync($"{path}&format=camt.053"));
        var ns = camt.Root!.GetDefaultNamespace();
        camt.Descendants(ns + "Bal").Select(balance => balance.Element(ns + "Amt")!.Value).ShouldBe(["0.00", "7.50"]);
        camt.Descendants(ns + "Ntry").Select(entry =>
            $"{entry.Element(ns + "Amt")!.Value} {entry.Element(ns + "CdtDbtInd")!.Value}")
            .ShouldBe(["10.00 CRDT", "2.50 DBIT"]);
        camt.Descendants(ns + "TxId").Single().Value.ShouldBe("R<1>");
        (await (await client.GetAsync($"{path}&format=pdf")).ProblemAsync()).ShouldBe("422 VALIDATION_ERROR format");
        foreach (var day in new[] { "0001-01-01", "9999-12-31" })
            (await (await client.GetAsync($"/v1/ledger/accounts/psp:x/GBP/statement?from={day}&to={day}"))
                .ProblemAsync()).ShouldBe("422 VALIDATION_ERROR from");
    }

    [Fact]
    public async Task Income_and_the_open_position_are_reported_and_revalued()
    {
        await ledger.BookAsync(_tenant, new Post(Key("payin"),
            [Leg.Debit("psp:x", Pounds(10_200)), Leg.Credit("transit:a", Pounds(10_200))]));
        await ledger.BookAsync(_tenant, new Post(Key("conversion"),
        [
            Leg.Debit("transit:a", Pounds(10_200)), Leg.Credit("fx:GBP", Pounds(9_850)),
            Leg.Credit("income:fx", Pounds(150)), Leg.Credit("income:fees", Pounds(200)),
            Leg.Debit("fx:NGN", Money.Of(20_000_000, "NGN")), Leg.Credit("payable:a", Money.Of(20_000_000, "NGN")),
        ]));
        await ledger.BookAsync(_tenant, new Post(Key("fee"),
            [Leg.Debit("expense:payout", Pounds(30)), Leg.Credit("psp:x", Pounds(30))]));
        using var client = ledger.Finance(_tenant);

        var income = await client.GetJsonAsync<GetIncome.IncomeReport>(
            $"/v1/ledger/reports/income?from={s_today:yyyy-MM-dd}&to={s_today.AddDays(1):yyyy-MM-dd}");
        var total = income.Currencies.Single();
        (total.Earned.ToAmountString(), total.Spent.ToAmountString(), total.Income.ToAmountString())
            .ShouldBe(("3.50", "0.30", "3.20"));

        var position = await client.GetJsonAsync<GetFxPosition.FxPositionReport>(
            "/v1/ledger/reports/fx-position?base=GBP&rates=NGN:0.0004900");
        position.Positions.Select(one => $"{one.Position} {one.Value}")
            .ShouldBe(["98.50 GBP 98.50 GBP", "-200000.00 NGN -98.00 GBP"]);
        position.Revaluation!.Value.ToString().ShouldBe("0.50 GBP");
        var without = await client.GetJsonAsync<GetFxPosition.FxPositionReport>(
            $"/v1/ledger/reports/fx-position?asOf={s_today.AddDays(-1):yyyy-MM-dd}");
        without.Positions.ShouldBeEmpty();
        await ledger.BookAsync(_tenant, new Post(Key("vast"),
        [
            Leg.Debit("fx:NGN", Money.Of(long.MaxValue / 2, "NGN")),
            Leg.Credit("suspense", Money.Of(long.MaxValue / 2, "NGN")),
        ]));
        (await (await client.GetAsync("/v1/ledger/reports/fx-position?base=GBP&rates=NGN:1000")).ProblemAsync())
            .ShouldBe("422 LIMIT_EXCEEDED");
        (await (await client.GetAsync("/v1/ledger/reports/fx-position?base=GBP&rates=NGN:x")).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR rates");
    }

    [Fact]
    public async Task A_monitor_tells_of_each_crossing_once()
    {
        await ledger.TopUpAsync(_tenant, "acme", Money.Of(1_000, "NGN"));
        using var client = ledger.Finance(_tenant);
        var monitor = await client.PostJsonAsync<ManageMonitors.LedgerMonitor>("/v1/ledger/monitors",
            new { account = "prefund:acme:NGN", threshold = Money.Of(500, "NGN") });
        monitor.IsBelow.ShouldBeFalse();

        foreach (var amount in new long[] { 400, 300, 200 })
            await ledger.BookAsync(_tenant, new Hold(Key($"hold {amount}"),
            [
                Leg.Debit("suspense", Money.Of(amount, "NGN")),
                Leg.Credit("prefund:acme:NGN", Money.Of(amount, "NGN")),
            ]));
        await ledger.TopUpAsync(_tenant, "acme", Money.Of(400, "NGN"));
        await ledger.TopUpAsync(_tenant, "acme", Money.Of(400, "NGN"));

        await Eventually.TrueAsync(() => Crossings(monitor.Id).Count == 2, "two crossings");
        Crossings(monitor.Id).Select(one => $"{one.Crossing} {one.Available}")
            .ShouldBe(["Below 3.00 NGN", "NotBelow 5.00 NGN"]);
        using (var removed = await client.DeleteAsync($"/v1/ledger/monitors/{monitor.Id}"))
            removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await client.GetJsonAsync<ManageMonitors.LedgerMonitorPage>("/v1/ledger/monitors")).Items
            .ShouldNotContain(one => one.Id == monitor.Id);
        await ledger.BookAsync(_tenant, new Hold(Key("after"),
            [Leg.Debit("suspense", Money.Of(800, "NGN")), Leg.Credit("prefund:acme:NGN", Money.Of(800, "NGN"))]));
        Crossings(monitor.Id).Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_is_pending_expires_by_itself_and_cannot_be_posted_any_more()
    {
        var hold = await ledger.BookAsync(_tenant,
            new Hold(Key("short"), Legs(100), TimeProvider.System.GetUtcNow().AddMilliseconds(300)));

        await Eventually.TrueAsync(
            async () => (await ledger.AccountAsync(_tenant, "psp:x", "GBP"))!.PendingIn.IsZero, "it expired");

        using var client = ledger.Finance(_tenant);
        (await client.GetJsonAsync<LedgerEntry>($"/v1/ledger/entries/{hold.Id}")).Resolution.ShouldBe("VOIDED");
        (await ledger.PostAsync(_tenant, new Commit(Key("late"), hold.Id))).Refusal!.Code
            .ShouldBe(RefusalCode.AlreadyResolved);
    }

    [Fact]
    public async Task A_service_posts_linked_entries_once_per_key_for_ever()
    {
        using var service = ledger.Service.ClientAs("billing", null, Roles.Service, Scopes.LedgerPost);
        var path = $"/internal/ledger/entries?tenant={_tenant}";
        object[] two = [ByHand.Posted("psp:x", "suspense", "5.00"), ByHand.Posted("psp:x", "suspense", "1.00")];

        var first = await (await service.SendAsync(HttpMethod.Post, path, new { entries = two }, "k1"))
            .ReadAsync<LedgerEntries>();
        var again = await (await service.SendAsync(HttpMethod.Post, path, new { entries = two }, "k1"))
            .ReadAsync<LedgerEntries>();

        again.Items.Select(entry => entry.Id).ShouldBe(first.Items.Select(entry => entry.Id));
        (await (await service.SendAsync(HttpMethod.Post, path, new { entries = two[..1] }, "k1")).ProblemAsync())
            .ShouldBe("422 IDEMPOTENCY_KEY_REUSED");
        (await (await service.SendAsync(HttpMethod.Post, path, new { entries = two }, null)).ProblemAsync())
            .ShouldBe("400 IDEMPOTENCY_KEY_MISSING");
        (await (await service.SendAsync(HttpMethod.Post, "/internal/ledger/entries", new { entries = two }, "k2"))
            .ProblemAsync()).ShouldBe("422 VALIDATION_ERROR tenant");
        object[] uneven = [new { legs = new[] { Half("psp:x", "DEBIT", "2.00"), Half("suspense", "CREDIT", "1.00") } }];
        (await (await service.SendAsync(HttpMethod.Post, path, new { entries = uneven }, "k4")).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR /entries/0/legs");
        (await (await service.SendAsync(
            HttpMethod.Post, path, new { entries = new[] { two[0], uneven[0] } }, "k5")).ProblemAsync())
            .ShouldBe("422 VALIDATION_ERROR /entries/1/legs");
        using var person = ledger.Service.Client(_tenant, Roles.Finance);
        (await (await person.SendAsync(HttpMethod.Post, path, new { entries = two }, "k3")).ProblemAsync())
            .ShouldBe("403 FORBIDDEN");
        (await ledger.AvailableAsync(_tenant, "suspense", "GBP")).ShouldBe("6.00");
    }

    private static object Half(string account, string side, string amount) =>
        new { account, side, amount = new { amount, currency = "GBP" } };

    private IReadOnlyList<BalanceCrossed> Crossings(MonitorId monitor) =>
        [.. ledger.Service.Events.All<BalanceCrossed>(_tenant).Where(one => one.MonitorId == monitor)];

    private Task<BookedEntry> BookAsync(string key, long amount, DateOnly valueDate) => ledger.BookAsync(
        _tenant, new Post(Key(key), Legs(amount)) { Details = new EntryDetails(valueDate) });

    private static async Task<string> ByBookingAsync(HttpClient client, DateTimeOffset at) =>
        (await AsOfAsync(client, at)).Balance.ToAmountString();

    private static async Task<string> PastAsync(HttpClient client, DateTimeOffset at)
    {
        var then = await AsOfAsync(client, at);
        return $"{then.Balance.ToAmountString()} in {then.PendingIn!.Value.ToAmountString()} "
            + $"out {then.PendingOut!.Value.ToAmountString()} liens {then.Liens!.Value.ToAmountString()} "
            + $"available {then.Available!.Value.ToAmountString()}";
    }

    private static Task<GetBalance.LedgerBalance> AsOfAsync(HttpClient client, DateTimeOffset at) =>
        client.GetJsonAsync<GetBalance.LedgerBalance>(
            $"/v1/ledger/accounts/psp:x/GBP/balance?bookedBy={Uri.EscapeDataString(at.ToString("O"))}");

    private static async Task<string> ByValueAsync(HttpClient client, int days) =>
        (await client.GetJsonAsync<GetBalance.LedgerBalance>(
            $"/v1/ledger/accounts/psp:x/GBP/balance?valueDate={s_today.AddDays(days):yyyy-MM-dd}"))
        .Balance.ToAmountString();

    private static Leg[] Legs(long amount) =>
        [Leg.Debit("psp:x", Pounds(amount)), Leg.Credit("suspense", Pounds(amount))];

    private static Money Pounds(long minorUnits) => Money.Of(minorUnits, "GBP");

    private static EntryKey Key(string text) => new(text, null, "test", 1);
}
