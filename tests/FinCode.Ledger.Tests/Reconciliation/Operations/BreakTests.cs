using System.Net;
using System.Text;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Ledger.Tests.Reconciliation.Statements;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Reconciliation.Operations;

public sealed class BreakTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    private Bank NewBank() => new(ledger, _tenant);

    [Fact]
    public async Task Each_kind_of_break_is_found()
    {
        var bank = NewBank();
        await bank.BookAsync(1_000, "MATCHED");
        await bank.BookAsync(2_000, "NOT-THERE", "2026-11-10");
        await bank.BookAsync(3_000, "NOT-YET-THERE", "2026-11-19");
        await bank.BookAsync(4_000, "DIFFERS");
        await bank.BookAsync(5_000, "TWICE");
        await bank.ImportAsync(0, "2026-11-10");
        await bank.ImportAsync(0, "2026-11-19",
            (1_000, "MATCHED"), (3_900, "DIFFERS"), (5_000, "TWICE"), (5_000, "TWICE"), (6_000, "NOT-HERE"));

        (await bank.BreaksAsync()).ShouldBe([
            "MISSING_THERE -20.00", "AMOUNT_DIFFERS -1.00", "DUPLICATE 50.00", "MISSING_HERE 60.00",
        ]);
        (await bank.RunAsync()).ShouldBe(new RunMatching.MatchingRun(0, 0, 0, 4));
    }

    [Fact]
    public async Task A_statement_written_by_hand_shows_each_kind_of_break()
    {
        var bank = new Bank(ledger, _tenant, "safeguarding:EUR", "EUR");
        await bank.BookAsync(10_200, "E2E-PAYIN-0002");
        await bank.BookAsync(10_200, "E2E-PAYIN-0002");
        await bank.BookAsync(2_100, "REFUND-0001");
        await bank.BookAsync(3_000, "NOT-THERE", "2026-11-11");
        const string earlier = ":20:S1\r\n:25:NL91ABNA0417164300\r\n:28C:00322\r\n:60F:C261110EUR0,00\r\n"
            + ":62F:C261110EUR0,00\r\n-\r\n";
        (await bank.SendAsync(Encoding.ASCII.GetBytes(earlier))).StatusCode.ShouldBe(HttpStatusCode.Created);

        using var imported = await bank.SendAsync(
            StatementFiles.Read(StatementFiles.Mt940Blocks), query: "&acceptGap=lost");

        imported.StatusCode.ShouldBe(HttpStatusCode.Created, await imported.Content.ReadAsStringAsync());
        (await bank.BreaksAsync()).Order(StringComparer.Ordinal).ShouldBe([
            "AMOUNT_DIFFERS -1.00", "DUPLICATE -102.00", "GAP 1500.00", "MISSING_HERE -250.50", "MISSING_HERE -5.25",
            "MISSING_THERE -30.00",
        ]);
    }

    [Fact]
    public async Task What_comes_later_closes_a_break_by_itself()
    {
        var bank = NewBank();
        await bank.BookAsync(2_000, "LATE-THERE", "2026-11-10");
        await bank.ImportAsync(0, "2026-11-10");
        await bank.ImportAsync(0, "2026-11-19", (6_000, "LATE-HERE"));
        (await bank.BreaksAsync()).ShouldBe(["MISSING_THERE -20.00", "MISSING_HERE 60.00"]);

        await bank.BookAsync(6_000, "LATE-HERE", "2026-11-20");
        (await bank.RunAsync()).ShouldBe(new RunMatching.MatchingRun(1, 0, 1, 1));
        await bank.ImportAsync(6_000, "2026-11-20", (2_000, "LATE-THERE"));

        (await bank.BreaksAsync()).ShouldBeEmpty();
        (await bank.FindAsync("status=RESOLVED")).Select(one => one.Resolution)
            .ShouldBe(["LATER_STATEMENT", "LATER_ENTRY"]);
    }

    [Fact]
    public async Task A_break_has_an_assignee_notes_an_age_and_a_history()
    {
        var bank = NewBank();
        await bank.BookAsync(1, null);
        await bank.ImportAsync(0, "2026-11-19", (6_000, "NOT-HERE"));
        var open = (await bank.OpenAsync()).Single();
        (open.Status, open.Since, open.AgeDays >= 0).ShouldBe(("OPEN", new DateOnly(2026, 11, 19), true));

        await bank.SendAsync<GetBreak.ReconciliationBreakDetails>("anna", HttpMethod.Put,
            $"{Bank.Root}/breaks/{open.Id}/assignee", new { assignee = "berta" }, HttpStatusCode.OK);
        var details = await bank.SendAsync<GetBreak.ReconciliationBreakDetails>("berta", HttpMethod.Post,
            $"{Bank.Root}/breaks/{open.Id}/notes", new { text = "Asked the provider" }, HttpStatusCode.Created);

        details.Notes.Select(note => (note.Number, note.Kind, note.Author, note.Text)).ShouldBe([
            (1, "OPENED", null, "MISSING_HERE"), (2, "ASSIGNED", "anna", "berta"),
            (3, "NOTE", "berta", "Asked the provider"),
        ]);
        (await bank.FindAsync("assignee=berta&kind=MISSING_HERE&account=psp:acme&currency=GBP")).Count.ShouldBe(1);
        (await bank.FindAsync("assignee=anna")).ShouldBeEmpty();
        (await bank.RefusedAsync("anna", HttpMethod.Post, $"{Bank.Root}/breaks/{open.Id}/notes", new { text = " " }))
            .ShouldBe("422 VALIDATION_ERROR /text");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => ledger.QueryAsync(
            $"delete from break_notes where tenant_id = '{_tenant.Value}' returning 1", reader => reader.GetInt32(0)));
    }

    [Fact]
    public async Task A_break_is_resolved_by_an_entry_that_a_second_person_approved_and_that_moves_just_its_amount()
    {
        var bank = NewBank();
        await bank.BookAsync(1, null);
        await bank.ImportAsync(0, "2026-11-19", (-500, "FEE"));
        var open = (await bank.OpenAsync()).Single();
        var alone = await bank.BookAsync(-500, null, contra: "expense:psp", by: "anna");
        var other = await bank.BookAsync(-501, null, contra: "expense:psp", by: "anna", approvedBy: "berta");
        var right = await bank.BookAsync(-500, null, contra: "expense:psp", by: "anna", approvedBy: "berta");

        (await RefusedAsync(alone.Id)).ShouldBe("422 ENTRY_NOT_APPROVED");
        (await RefusedAsync(other.Id)).ShouldBe("422 ENTRY_DOES_NOT_SETTLE");
        (await RefusedAsync(EntryId.New())).ShouldBe("422 VALIDATION_ERROR /entryId");
        var resolved = await bank.SendAsync<ReconciliationBreak>("anna", HttpMethod.Post,
            $"{Bank.Root}/breaks/{open.Id}/resolution", new { entryId = right.Id, reason = "Fee" }, HttpStatusCode.OK);

        (resolved.Status, resolved.Resolution, resolved.ResolutionEntryId).ShouldBe(("RESOLVED", "ENTRY", right.Id));
        (await RefusedAsync(right.Id)).ShouldBe("409 INVALID_TRANSITION");
        (await bank.BreaksAsync()).ShouldBeEmpty();

        Task<string> RefusedAsync(EntryId entry) => bank.RefusedAsync("anna", HttpMethod.Post,
            $"{Bank.Root}/breaks/{open.Id}/resolution", new { entryId = entry, reason = "Fee" });
    }

    [Fact]
    public async Task A_difference_and_a_leg_that_never_came_are_settled_by_entries_too()
    {
        var bank = NewBank();
        await bank.BookAsync(4_000, "DIFFERS", "2026-11-10");
        await bank.BookAsync(2_000, "NEVER-CAME", "2026-11-10");
        await bank.ImportAsync(0, "2026-11-10");
        await bank.ImportAsync(0, "2026-11-19", (3_900, "DIFFERS"));
        (await bank.BreaksAsync()).ShouldBe(["MISSING_THERE -20.00", "AMOUNT_DIFFERS -1.00"]);

        foreach (var (open, amount) in (await bank.OpenAsync()).Select(one => (one, (int)one.Amount.MinorUnits)))
        {
            var entry = await bank.BookAsync(amount, null, by: "anna", approvedBy: "berta");
            await bank.SendAsync<ReconciliationBreak>("anna", HttpMethod.Post,
                $"{Bank.Root}/breaks/{open.Id}/resolution", new { entryId = entry.Id, reason = "Settled" },
                HttpStatusCode.OK);
        }

        (await bank.BreaksAsync()).ShouldBeEmpty();
        (await bank.RunAsync()).OpenBreaks.ShouldBe(0);
    }

    [Fact]
    public async Task A_rules_tolerance_matches_with_a_break_that_says_the_difference()
    {
        var bank = NewBank();
        await bank.BookAsync(4_000, "DIFFERS");
        await bank.ImportAsync(0, "2026-11-18");
        await bank.SendAsync<ReconciliationRule>("anna", HttpMethod.Post, $"{bank.AccountPath}/rules", new
        {
            name = "Small differences",
            kind = "REFERENCE",
            priority = 1,
            tolerance = Money.Of(100, "GBP"),
        }, HttpStatusCode.Created);
        var statement = await bank.ImportAsync(0, "2026-11-19", (3_900, "DIFFERS"));

        var open = (await bank.OpenAsync()).Single();
        (open.Kind, open.Amount.ToString(), open.LineId).ShouldBe(("AMOUNT_DIFFERS", "-1.00 GBP", null));
        var match = (await bank.LinesAsync(statement.Id))[0].MatchId;
        open.MatchId.ShouldBe(match);
        var entry = await bank.BookAsync(-100, null, by: "anna", approvedBy: "berta");
        await bank.SendAsync<ReconciliationBreak>("anna", HttpMethod.Post, $"{Bank.Root}/breaks/{open.Id}/resolution",
            new { entryId = entry.Id, reason = "Fee kept" }, HttpStatusCode.OK);

        (await bank.BreaksAsync()).ShouldBeEmpty();
        using var client = bank.As("reader", Roles.Manager);
        (await client.GetJsonAsync<ReconciliationMatch>($"{Bank.Root}/matches/{match}")).Status.ShouldBe("ENDED");
        (await bank.LinesAsync(statement.Id))[0].MatchId.ShouldNotBeNull();
    }

    [Fact]
    public async Task Entries_that_are_reversed_cancel_out()
    {
        var bank = NewBank();
        await bank.ReverseAsync(await bank.BookAsync(4_000, "WRONG", "2026-11-10"));
        await bank.ImportAsync(0, "2026-11-10");
        await bank.ImportAsync(0, "2026-11-19");

        (await bank.BreaksAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_tenants_breaks_are_not_there()
    {
        var bank = NewBank();
        await bank.BookAsync(1, null);
        var statement = await bank.ImportAsync(0, "2026-11-19", (6_000, "NOT-HERE"));
        var open = (await bank.OpenAsync()).Single();
        var stranger = new Bank(ledger, TestTenant.New());
        using var client = stranger.As("stranger");

        (await stranger.OpenAsync()).ShouldBeEmpty();
        (await (await client.GetAsync($"{Bank.Root}/breaks/{open.Id}")).ProblemAsync()).ShouldBe("404 NOT_FOUND");
        (await (await client.GetAsync($"{Bank.Root}/statements/{statement.Id}")).ProblemAsync())
            .ShouldBe("404 NOT_FOUND");
        (await stranger.RefusedAsync("x", HttpMethod.Post, $"{Bank.Root}/breaks/{open.Id}/notes", new { text = "x" }))
            .ShouldBe("404 NOT_FOUND");
    }
}
