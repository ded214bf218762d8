using System.Net;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Reconciliation;
using FinCode.Testing;
using Npgsql;

namespace FinCode.Ledger.Tests.Reconciliation.Operations;

public sealed class MatchTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();

    private Bank NewBank() => new(ledger, _tenant);

    [Fact]
    public async Task What_is_ambiguous_is_suggested_and_matched_by_hand()
    {
        var bank = NewBank();
        var one = await bank.BookAsync(1_000, "SAME");
        var two = await bank.BookAsync(1_000, "SAME");
        var statement = await bank.ImportAsync(0, "2026-11-19", (1_000, "SAME"), (1_000, "SAME"));
        var open = await bank.OpenAsync();
        open.Count.ShouldBe(3, "two lines, and the second leg as a duplicate");
        using var client = bank.As("reader", Roles.Manager);
        var details = await client.GetJsonAsync<GetBreak.ReconciliationBreakDetails>(
            $"{Bank.Root}/breaks/{open.First(one => one.LineId is not null).Id}");
        details.Suggestions.Select(leg => leg.EntryId).ShouldBe([one.Id, two.Id]);

        var lines = await bank.LinesAsync(statement.Id);
        using var response = await bank.MatchAsync("anna", lines.Select(line => line.Id), [one.Id, two.Id]);

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
        var proposal = await response.ProposalAsync();
        (await bank.BreaksAsync()).Count.ShouldBe(3, "one person alone resolves none");
        (await (await ledger.DecideAsync(_tenant, proposal.Id, "approve", "anna")).ProblemAsync())
            .ShouldBe("403 FORBIDDEN");
        var match = (await ledger.ApproveAsync(_tenant, proposal)).Result!.Value
            .Deserialize<ReconciliationMatch>(ContractJson.Options)!;
        (match.MadeBy, match.ApprovedBy, match.Status).ShouldBe(("anna", "second", "LIVE"));
        (await bank.BreaksAsync()).ShouldBeEmpty();
        (await bank.FindAsync("status=RESOLVED")).ShouldAllBe(resolved => resolved.Resolution == "MANUAL_MATCH");
    }

    [Fact]
    public async Task A_match_by_hand_adds_up_and_takes_only_what_is_open()
    {
        var bank = NewBank();
        var entry = await bank.BookAsync(1_000, null);
        var matched = await bank.BookAsync(70, "MATCHED");
        var statement = await bank.ImportAsync(0, "2026-11-19", (999, "X"), (70, "MATCHED"));
        var lines = await bank.LinesAsync(statement.Id);

        (await Refused([lines[0].Id], [entry.Id])).ShouldBe("422 MATCH_SUMS_DIFFER");
        (await Refused([lines[1].Id], [matched.Id])).ShouldBe("409 NOT_OPEN");
        (await Refused([], [])).ShouldBe("422 VALIDATION_ERROR /lineIds");
        (await Refused([lines[0].Id, lines[0].Id], [])).ShouldBe("422 VALIDATION_ERROR /lineIds");
        (await Refused([StatementLineId.New()], [entry.Id])).ShouldBe("409 NOT_OPEN");

        async Task<string> Refused(StatementLineId[] ids, EntryId[] entries) =>
            await (await bank.MatchAsync("anna", ids, entries)).ProblemAsync();
    }

    [Fact]
    public async Task A_match_that_resolved_a_break_ends_only_when_a_second_person_agrees()
    {
        var bank = NewBank();
        var entry = await bank.BookAsync(1_000, null);
        var statement = await bank.ImportAsync(0, "2026-11-19", (1_000, "X"));
        var line = (await bank.LinesAsync(statement.Id))[0].Id;
        using var made = await bank.MatchAsync("anna", [line], [entry.Id]);
        var match = (await ledger.ApproveAsync(_tenant, await made.ProposalAsync())).Result!.Value
            .Deserialize<ReconciliationMatch>(ContractJson.Options)!;
        var path = $"{Bank.Root}/matches/{match.Id}/end";

        (await bank.RefusedAsync("berta", HttpMethod.Post, $"{path}/approval",
            null)).ShouldBe("409 INVALID_TRANSITION");
        (await bank.SendAsync<ReconciliationMatch>("anna", HttpMethod.Post, path, new { reason = "Wrong" },
            HttpStatusCode.Accepted)).Status.ShouldBe("END_PROPOSED");
        (await bank.RefusedAsync("anna", HttpMethod.Post, $"{path}/approval", null)).ShouldBe("403 FORBIDDEN");
        (await bank.BreaksAsync()).ShouldBeEmpty();
        var ended = await bank.SendAsync<ReconciliationMatch>(
            "berta", HttpMethod.Post, $"{path}/approval", null, HttpStatusCode.OK);

        (ended.Status, ended.EndedBy, ended.EndApprovedBy, ended.EndReason)
            .ShouldBe(("ENDED", "anna", "berta", "Wrong"));
        (await bank.BreaksAsync()).ShouldBe(["MISSING_HERE 10.00"]);
        (await bank.RefusedAsync("berta", HttpMethod.Post, path,
            new { reason = "x" })).ShouldBe("409 INVALID_TRANSITION");
    }

    [Fact]
    public async Task Legs_that_no_break_is_about_one_person_matches()
    {
        var bank = NewBank();
        var (one, two) = (await bank.BookAsync(1_000, null), await bank.BookAsync(-1_000, null));
        await bank.ImportAsync(0, "2026-11-19", (70, "OTHER"));

        using var made = await bank.MatchAsync("anna", [], [one.Id, two.Id]);

        made.StatusCode.ShouldBe(HttpStatusCode.Created, await made.Content.ReadAsStringAsync());
        (await made.ReadAsync<ReconciliationMatch>()).ApprovedBy.ShouldBeNull();
    }

    [Fact]
    public async Task A_break_is_not_resolved_by_a_match_that_one_person_wrote_into_the_database()
    {
        var bank = NewBank();
        var (one, two) = (await bank.BookAsync(1_000, null), await bank.BookAsync(-1_000, null));
        await bank.ImportAsync(0, "2026-11-19", (70, "OTHER"));
        using var made = await bank.MatchAsync("anna", [], [one.Id, two.Id]);
        var match = await made.ReadAsync<ReconciliationMatch>();

        var refusal = await Should.ThrowAsync<PostgresException>(() => ledger.QueryAsync($"""
            update breaks set status = 'RESOLVED', resolution = 'MANUAL_MATCH', resolved_by = 'anna',
                resolved_at = now(), resolution_match_id = '{match.Id.Value}'
            where tenant_id = '{_tenant.Value}'
            """, reader => reader.GetInt32(0)));

        refusal.MessageText.ShouldContain("second person");
    }

    [Fact]
    public async Task What_people_took_apart_no_rule_puts_together_again()
    {
        var bank = NewBank();
        await bank.BookAsync(1_000, "REF-A");
        var statement = await bank.ImportAsync(0, "2026-11-19", (1_000, "REF-A"));
        var match = (await bank.LinesAsync(statement.Id))[0].MatchId;

        (await bank.SendAsync<ReconciliationMatch>("anna", HttpMethod.Post, $"{Bank.Root}/matches/{match}/end",
            new { reason = "Not the same" }, HttpStatusCode.OK)).Status.ShouldBe("ENDED");

        (await bank.RunAsync()).Matches.ShouldBe(0);
        (await bank.BreaksAsync()).ShouldBe(["MISSING_HERE 10.00"]);
    }

    [Fact]
    public async Task A_rule_is_added_changed_and_retired_by_versions()
    {
        var bank = NewBank();
        await bank.BookAsync(1_000, null, "2026-11-18");
        await bank.ImportAsync(0, "2026-11-19", (1_000, "X"));
        (await bank.BreaksAsync()).ShouldBe(["MISSING_HERE 10.00"], "by amount only nothing is matched by itself");
        var rule = await bank.SendAsync<ReconciliationRule>("anna", HttpMethod.Post, $"{bank.AccountPath}/rules",
            new { name = "By amount", kind = "AMOUNT_AND_DATE", priority = 90, daysBefore = 0, daysAfter = 2 },
            HttpStatusCode.Created);
        (await bank.RunAsync()).Matches.ShouldBe(0, "the leg is a day before the line");
        var body = new { name = "By amount", kind = "AMOUNT_AND_DATE", priority = 90, daysBefore = 1, daysAfter = 2 };

        (await bank.SendAsync<ReconciliationRule>("berta", HttpMethod.Put, $"{Bank.Root}/rules/{rule.Id}?version=1",
            body, HttpStatusCode.OK)).Version.ShouldBe(2);
        (await bank.RefusedAsync("anna", HttpMethod.Put, $"{Bank.Root}/rules/{rule.Id}?version=1", body))
            .ShouldBe("409 RULE_CHANGED");
        (await bank.RunAsync()).Matches.ShouldBe(1);
        (await bank.SendAsync<ReconciliationRule>("anna", HttpMethod.Delete, $"{Bank.Root}/rules/{rule.Id}", null,
            HttpStatusCode.OK)).Active.ShouldBeFalse();

        using var client = bank.As("reader", Roles.Manager);
        (await client.GetJsonAsync<ListMatchRules.ReconciliationRuleList>($"{Bank.Root}/rules/{rule.Id}/versions"))
            .Items.Select(version => (version.Version, version.DaysBefore, version.Active, version.ChangedBy))
            .ShouldBe([(3, 1, false, "anna"), (2, 1, true, "berta"), (1, 0, true, "anna")]);
        (await client.GetJsonAsync<ListMatchRules.ReconciliationRuleList>($"{bank.AccountPath}/rules")).Items
            .Select(one => one.Kind)
            .ShouldBe(["REFERENCE", "END_TO_END_ID", "REFERENCE_IN_TEXT", "COMMON_REFERENCE"]);
        (await bank.RefusedAsync("anna", HttpMethod.Post, $"{bank.AccountPath}/rules",
            new { kind = "AMOUNT_AND_DATE" }))
            .ShouldBe("422 VALIDATION_ERROR /name /priority");
    }

    [Theory]
    [InlineData("update statements set closing = closing + 1")]
    [InlineData("update statement_lines set amount = amount + 1")]
    [InlineData("delete from statement_lines")]
    [InlineData("update match_rules set priority = 1")]
    [InlineData("update matches set lines_amount = 1")]
    [InlineData("update matches set ended_at = now()")]
    [InlineData("delete from matches")]
    [InlineData("update match_lines set live = true")]
    [InlineData("update match_legs set leg_number = leg_number + 1")]
    [InlineData("update breaks set status = 'RESOLVED'")]
    [InlineData("delete from breaks")]
    [InlineData("""
        insert into match_lines select tenant_id, id, (select id from statement_lines l where l.account_id =
        matches.account_id and not exists (select from match_lines m where m.line_id = l.id)) from matches
        """)]
    [InlineData("""
        insert into statement_lines select tenant_id, gen_random_uuid(), statement_id, account_id, 90 + number, 1,
            day, value_date,
        booking_date, 5 from statement_lines
        """)]
    [InlineData("""
        insert into matches (tenant_id, id, account_id, kind, line_count, leg_count, lines_amount, legs_amount,
            tolerance,
        reason, made_by, made_at) select tenant_id, gen_random_uuid(), account_id, 'MANUAL', 1, 1, 7, 7, 0, 'x', 'x',
        now() from matches
        """)]
    public async Task Nobody_changes_evidence_by_hand(string sql)
    {
        var bank = NewBank();
        await bank.BookAsync(1_000, "REF-A");
        await bank.ImportAsync(0, "2026-11-19", (1_000, "REF-A"), (300, "OPEN"));
        var isInsert = sql.StartsWith("insert", StringComparison.Ordinal);
        var where = isInsert && sql.Contains("from statement_lines l", StringComparison.Ordinal)
            ? " where matches.tenant_id"
            : " where tenant_id";
        var whole = $"{sql}{where} = '{_tenant.Value}'";

        // The service may add rows, nobody else at all.
        var refusal = await Should.ThrowAsync<PostgresException>(() => isInsert
            ? ledger.AsServiceAsync(_tenant, whole)
            : ledger.QueryAsync(whole, reader => reader.GetInt32(0)));

        refusal.SqlState.ShouldBeOneOf(PostgresErrorCodes.RestrictViolation, PostgresErrorCodes.CheckViolation);
    }
}
