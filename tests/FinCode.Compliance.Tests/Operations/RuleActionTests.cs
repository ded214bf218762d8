using System.Net;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>What a rule that alerts does to the transfer, and what one does that cannot be decided.</summary>
public sealed class RuleActionTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_warning_is_recorded_and_holds_nothing()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("50.00", "warn, risk 5"));

        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);

        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await compliance.CountAsync("select count(*) from screenings where tenant_id = $1 and transaction_id = $2 "
            + "and evidence->'rules'->0->>'effect' = 'WARN' and evidence->'rules'->0->>'riskPoints' = '5'",
            _tenant.Value, id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task A_warning_stands_in_the_case_that_something_else_opened()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("50.00", "warn"));

        var (_, _, opened) = await compliance.HoldAsync(_tenant);

        var detail = await CaseAsync(opened);
        detail.GetProperty("evidence").GetProperty("rules")[0].GetProperty("effect").GetString().ShouldBe("WARN");
        detail.TryGetProperty("suggestion", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_block_opens_a_case_that_suggests_to_reject_and_two_people_decide()
    {
        var rule = await compliance.LiveRuleAsync(
            _tenant, RuleRequests.LimitOf("50.00", "block, ask PASSPORT, ask UTILITY_BILL, risk 40"));

        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        var opened = (await compliance.ScreenedAsync(id)).CaseId.ShouldNotBeNull();

        var detail = await CaseAsync(opened);
        detail.GetProperty("suggestion").GetString().ShouldBe("REJECT");
        detail.GetProperty("case").GetProperty("status").GetString().ShouldBe("NEW");
        var hit = detail.GetProperty("evidence").GetProperty("rules")[0];
        hit.GetProperty("ruleId").GetString().ShouldBe(rule);
        hit.GetProperty("version").GetInt32().ShouldBe(1);
        hit.GetProperty("effect").GetString().ShouldBe("BLOCK");
        hit.GetProperty("riskPoints").GetInt32().ShouldBe(40);
        hit.GetProperty("documents").ToString().ShouldBe("""["PASSPORT","UTILITY_BILL"]""");
        var olga = compliance.Officer(_tenant, "olga");
        (await (await olga.ApproveAsync(opened)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await olga.ProposeAsync(opened, "REJECT")).EnsureSuccessStatusCode();
        (await (await olga.ApproveAsync(opened)).CodeAsync()).ShouldBe("FOUR_EYES");
    }

    [Theory]
    [InlineData("hold, risk 10", ScreeningOutcome.Review, "HOLD")]
    [InlineData("block, ask PASSPORT", ScreeningOutcome.Review, "HOLD")]
    [InlineData("warn", ScreeningOutcome.Clear, "WARN")]
    public async Task A_rule_that_cannot_be_decided_alerts_and_does_no_more_than_hold(
        string actions, ScreeningOutcome outcome, string effect)
    {
        await compliance.LiveRuleAsync(_tenant,
            $"rule \"Name\" when payout.nameMatch == \"NO_MATCH\" then {actions} "
            + "because \"It is {payout.nameMatch}.\"");

        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);

        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(outcome);
        (await compliance.CountAsync("select count(*) from screenings where tenant_id = $1 and transaction_id = $2 "
            + "and evidence->'rules'->0->>'effect' = $3 and (evidence->'rules'->0->>'undecided')::bool "
            + "and evidence->'rules'->0->>'riskPoints' = '0' and evidence->'rules'->0->'documents' = '[]' "
            + "and evidence->'rules'->0->>'explanation' "
            + "= 'This could not be decided: payout.nameMatch is not known.'",
            _tenant.Value, id.Value, effect)).ShouldBe(1);
    }

    /// <summary>A limit in pounds says nothing of euros, and nothing is not a clearance.</summary>
    [Fact]
    public async Task An_amount_in_another_currency_than_the_rule_compares_with_is_held()
    {
        await compliance.LiveRuleAsync(_tenant,
            "rule \"Large\" when transfer.sendAmount > 500.00 GBP then hold because \"{transfer.sendAmount}.\"");

        var (euros, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(1_000, "EUR"));

        (await compliance.ScreenedAsync(euros)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task A_text_in_force_that_cannot_be_read_any_more_holds()
    {
        var id = await compliance.Officer(_tenant, "olga").CreateRuleAsync(RuleRequests.LimitOf("5000.00"));
        await using (var command = compliance.Service.Owner.CreateCommand(
            "insert into screening_rule_versions select tenant_id, rule_id, 2, name, 'rule of another age', 'olga', "
            + "created_at from screening_rule_versions where rule_id = $1"))
        {
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = Guid.Parse(id) });
            await command.ExecuteNonQueryAsync();
            command.CommandText = "update screening_rules set latest_version = 2, live_version = 2, "
                + "live_made_by = 'olga', activated_by = 'oscar', activated_at = now() where id = $1";
            await command.ExecuteNonQueryAsync();
        }

        var (transfer, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);

        (await compliance.ScreenedAsync(transfer)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task The_log_names_rules_versions_facts_and_figures()
    {
        var rule = await compliance.LiveRuleAsync(_tenant, RuleRequests.AtMostOf(0));

        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        await compliance.ScreenedAsync(id);

        (await compliance.CountAsync("select count(*) from rule_evaluations where tenant_id = $1 "
            + "and transaction_id = $2 and results->0->>'ruleId' = $3 and results->0->>'version' = '1' "
            + "and results->0->>'verdict' = 'MATCHED' and figures->'count(sender, 24h)'->>'count' = '1' "
            + "and facts->'sendAmount'->>'amount' = '100.00'", _tenant.Value, id.Value, rule)).ShouldBe(1);
    }

    [Fact]
    public async Task Errors_in_a_text_come_with_line_and_column()
    {
        var answer = await compliance.Officer(_tenant, "olga").PostRuleAsync(
            "", "rule \"x\"\nwhen transfer.amount > 5\n  && count(sender, 2h) > 1\nthen hold\nbecause \"y\"");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var problem = await answer.JsonAsync();
        problem.GetProperty("code").GetString().ShouldBe("VALIDATION_ERROR");
        problem.GetProperty("errors").EnumerateArray().Select(error => (error.GetProperty("pointer").GetString(),
                error.GetProperty("line").GetInt32(), error.GetProperty("column").GetInt32()))
            .ShouldBe([("/text", 2, 15), ("/text", 3, 20)]);
    }

    [Fact]
    public async Task Each_rule_of_the_library_can_be_taken_as_it_is()
    {
        var olga = compliance.Officer(_tenant, "olga");
        var library = await (await olga.GetAsync("/v1/screening-rules/library")).JsonAsync();

        foreach (var rule in library.EnumerateArray())
            await compliance.LiveRuleAsync(_tenant, rule.GetProperty("text").GetString()!);

        // All at once, their figures read by one statement, they let an ordinary transfer pass.
        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await (await olga.GetAsync("/v1/screening-rules")).JsonAsync()).GetArrayLength()
            .ShouldBe(library.GetArrayLength());
    }

    private async Task<JsonElement> CaseAsync(CaseId id) =>
        await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{id}")).JsonAsync();
}
