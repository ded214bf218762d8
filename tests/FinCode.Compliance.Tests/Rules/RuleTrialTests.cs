using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Rules;

/// <summary>Live, in the shadow, backtested and replayed: one evaluator, which says the same each time.</summary>
public sealed class RuleTrialTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);

    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_rule_in_the_shadow_is_recorded_and_has_no_effect()
    {
        var olga = compliance.Officer(_tenant, "olga");
        var id = await olga.CreateRuleAsync(RuleRequests.LimitOf("500.00", "block, risk 10"));
        (await olga.ShadowAsync(id)).EnsureSuccessStatusCode();

        var (transfer, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(50_001, "GBP"));
        var screened = await compliance.ScreenedAsync(transfer);

        screened.Outcome.ShouldBe(ScreeningOutcome.Clear);
        screened.CaseId.ShouldBeNull();
        screened.PolicyVersion.ShouldBe(1);
        compliance.Service.Events.All<ScreeningBasisChanged>(_tenant).ShouldBeEmpty();
        (await compliance.CountAsync("select jsonb_array_length(evidence->'rules')::bigint from screenings "
            + "where tenant_id = $1 and transaction_id = $2", _tenant.Value, transfer.Value)).ShouldBe(0);
        var counts = (await olga.RuleAsync(id)).GetProperty("counts").EnumerateArray().ShouldHaveSingleItem();
        counts.GetProperty("mode").GetString().ShouldBe("SHADOW");
        counts.GetProperty("tried").GetInt64().ShouldBe(1);
        counts.GetProperty("alerts").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_version_in_the_shadow_runs_beside_the_live_one_of_the_same_rule()
    {
        var olga = compliance.Officer(_tenant, "olga");
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));
        (await olga.PostRuleAsync($"/{id}/versions", RuleRequests.LimitOf("400.00"))).EnsureSuccessStatusCode();
        (await olga.ShadowAsync(id)).EnsureSuccessStatusCode();

        var (transfer, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(45_000, "GBP"));

        (await compliance.ScreenedAsync(transfer)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await olga.RuleAsync(id)).GetProperty("counts").EnumerateArray().Select(count => (
                count.GetProperty("version").GetInt32(), count.GetProperty("mode").GetString(),
                count.GetProperty("alerts").GetInt64()))
            .ShouldBe([(1, "LIVE", 0L), (2, "SHADOW", 1L)]);
    }

    [Fact]
    public async Task A_transfer_that_comes_late_counts_where_it_belongs()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.AtMostOf(2));
        var facts = NewFacts();

        // The second to happen comes first; the last but one happened two days earlier and is in nobody's window.
        (await FundAsync(facts, Noon.AddHours(2))).ShouldBe(ScreeningOutcome.Clear);
        (await FundAsync(facts, Noon)).ShouldBe(ScreeningOutcome.Clear);
        (await FundAsync(facts, Noon.AddHours(-48))).ShouldBe(ScreeningOutcome.Clear);
        (await FundAsync(facts, Noon.AddHours(3))).ShouldBe(ScreeningOutcome.Review);
        // 24 hours after the first of them it has left the window.
        (await FundAsync(facts, Noon.AddHours(24))).ShouldBe(ScreeningOutcome.Review);
        (await FundAsync(facts, Noon.AddHours(27))).ShouldBe(ScreeningOutcome.Clear);
    }

    /// <summary>Each is remembered before it is looked at, so that the k-th to be remembered sees k of them.</summary>
    [Fact]
    public async Task Transfers_screened_at_the_same_time_see_each_other()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.AtMostOf(2));
        var facts = NewFacts();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => FundAsync(facts, Noon)));

        outcomes.Count(outcome => outcome == ScreeningOutcome.Review).ShouldBeGreaterThanOrEqualTo(6);
    }

    [Fact]
    public async Task A_backtest_of_what_is_in_force_gives_the_alerts_that_it_gave()
    {
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.AtMostOf(2));
        var facts = NewFacts();
        var held = new List<TransactionId>();
        for (var i = 0; i < 12; i++)
        {
            var transfer = TransactionId.New();
            if (await FundAsync(facts, Noon.AddHours(i * 5), transfer) == ScreeningOutcome.Review)
                held.Add(transfer);
        }
        held.Count.ShouldBeGreaterThan(0);

        var figures = await BacktestAsync(new { id });

        figures.GetProperty("transfers").GetInt32().ShouldBe(12);
        ExamplesOf(figures, "candidate").ShouldBe(held.Select(one => one.ToString()));
        ExamplesOf(figures, "present").ShouldBe(held.Select(one => one.ToString()));
        figures.GetProperty("gained").GetProperty("count").GetInt32().ShouldBe(0);
        figures.GetProperty("lost").GetProperty("count").GetInt32().ShouldBe(0);
        figures.GetProperty("candidate").GetProperty("byLabel").GetProperty("OPEN").GetInt32().ShouldBe(held.Count);
        // A manager counts, and learns of no transfer nor of what became of one.
        using var manager = compliance.Service.ClientAs("mara", _tenant, Roles.Manager);
        var counted = await BacktestAsync(new { id }, manager);
        counted.GetProperty("candidate").GetProperty("count").GetInt32().ShouldBe(held.Count);
        ExamplesOf(counted, "candidate").ShouldBeEmpty();
        LabelsOf(counted, "candidate").ShouldBe("{}");
    }

    [Fact]
    public async Task A_backtest_tells_what_a_change_gains_and_loses_by_what_became_of_the_transfers()
    {
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));
        var transfers = new List<TransactionId>();
        foreach (var amount in new[] { 40_000, 60_000, 70_000, 90_000 })
        {
            transfers.Add(TransactionId.New());
            await FundAsync(NewFacts(Money.Of(amount, "GBP")), Noon, transfers[^1]);
        }
        await DecideAsync(transfers[1], "RELEASE");
        await DecideAsync(transfers[2], "REJECT");

        var stricter = await BacktestAsync(new { id, text = RuleRequests.LimitOf("800.00") });
        var looser = await BacktestAsync(new { id, text = RuleRequests.LimitOf("300.00") });
        var alone = await BacktestAsync(new { text = RuleRequests.LimitOf("650.00") });

        ExamplesOf(stricter, "lost").ShouldBe([transfers[1].ToString(), transfers[2].ToString()], ignoreOrder: true);
        LabelsOf(stricter, "lost").ShouldBe("""{"REJECT":1,"RELEASE":1}""");
        LabelsOf(stricter, "candidate").ShouldBe("""{"OPEN":1}""");
        LabelsOf(looser, "gained").ShouldBe("""{"NONE":1}""");
        LabelsOf(looser, "present").ShouldBe("""{"OPEN":1,"REJECT":1,"RELEASE":1}""");
        LabelsOf(alone, "gained").ShouldBe("""{"OPEN":1,"REJECT":1}""");
        LabelsOf(alone, "present").ShouldBe("{}");
        // Nothing of it is kept or has an effect.
        (await compliance.CountAsync(
            "select count(*) from screening_rule_versions where tenant_id = $1", _tenant.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task Replaying_the_log_gives_the_same_alerts_whatever_happened_since()
    {
        var olga = compliance.Officer(_tenant, "olga");
        var often = await compliance.LiveRuleAsync(_tenant, RuleRequests.AtMostOf(1));
        var large = await olga.CreateRuleAsync(RuleRequests.LimitOf("50.00"));
        await olga.ShadowAsync(large);
        await compliance.LiveRuleAsync(_tenant,
            "rule \"Tier\" when customer.kycTier >= 1 then warn because \"Tier {customer.kycTier}.\"");
        var facts = NewFacts();
        for (var i = 0; i < 4; i++)
            await FundAsync(facts, Noon.AddHours(i));
        // Since then: a transfer that belongs before them, another version, and one rule switched off.
        await FundAsync(facts, Noon.AddHours(-1));
        await olga.PostRuleAsync($"/{often}/versions", RuleRequests.AtMostOf(9));
        await compliance.Officer(_tenant, "oscar").ActivateAsync(often);
        await compliance.Officer(_tenant, "oscar").DeactivateAsync(often, "Too loud.");
        await olga.DeactivateAsync(often);

        var answer = await olga.PostAsJsonAsync(
            "/v1/screening-rules/replays", new { from = Noon.AddDays(-2), to = Noon.AddDays(2) });

        var figures = await answer.JsonAsync();
        figures.GetProperty("evaluations").GetInt32().ShouldBe(5);
        figures.GetProperty("answers").GetInt32().ShouldBe(15);
        figures.GetProperty("different").GetInt32().ShouldBe(0, figures.ToString());
    }

    [Fact]
    public async Task A_replay_finds_an_answer_that_was_tampered_with()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("50.00"));
        var transfer = TransactionId.New();
        await FundAsync(NewFacts(), Noon, transfer);
        await compliance.Service.ByHandAsync(["rule_evaluations"],
            "update rule_evaluations set results = jsonb_set(results, '{0,verdict}', '\"NOT_MATCHED\"') "
            + "where transaction_id = $1", transfer.Value);

        var answer = await compliance.Officer(_tenant, "olga").PostAsJsonAsync(
            "/v1/screening-rules/replays", new { from = Noon, to = Noon.AddHours(1) });

        var figures = await answer.JsonAsync();
        figures.GetProperty("different").GetInt32().ShouldBe(1);
        figures.GetProperty("differences")[0].GetProperty("transactionId").GetString().ShouldBe(transfer.ToString());
    }

    private TransactionFacts NewFacts(Money? amount = null) => ComplianceUnderTest.FactsOf(
        compliance.Transactions.Add(_tenant, People.AlsoInnocent),
        compliance.Transactions.Add(_tenant, People.Innocent), amount);

    private async Task<ScreeningOutcome> FundAsync(
        TransactionFacts facts, DateTimeOffset occurredAt, TransactionId? given = null)
    {
        var id = given ?? TransactionId.New();
        await compliance.Service.Events.PublishAsync(_tenant,
            new TransactionFunded(id, facts, facts.SendAmount, "psp:sandbox", false, 1), occurredAt: occurredAt);
        return (await compliance.ScreenedAsync(id)).Outcome;
    }

    private async Task DecideAsync(TransactionId transfer, string decision)
    {
        var opened = (await compliance.ScreenedAsync(transfer)).CaseId.ShouldNotBeNull();
        (await compliance.Officer(_tenant, "olga").ProposeAsync(opened, decision)).EnsureSuccessStatusCode();
        (await compliance.Officer(_tenant, "oscar").ApproveAsync(opened)).EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> BacktestAsync(object what, HttpClient? asker = null)
    {
        var request = JsonSerializer.SerializeToNode(what)!.AsObject();
        request["from"] = Noon.AddDays(-5).ToString("O");
        request["to"] = Noon.AddDays(5).ToString("O");
        var answer = await (asker ?? compliance.Officer(_tenant, "olga"))
            .PostAsJsonAsync("/v1/screening-rules/backtests", request);
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }

    private static IEnumerable<string?> ExamplesOf(JsonElement figures, string of) =>
        figures.GetProperty(of).GetProperty("examples").EnumerateArray().Select(one => one.GetString());

    private static string LabelsOf(JsonElement figures, string of) =>
        figures.GetProperty(of).GetProperty("byLabel").ToString();
}
