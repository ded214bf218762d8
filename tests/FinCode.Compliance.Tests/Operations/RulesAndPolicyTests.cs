using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

public sealed class RulesAndPolicyTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_rule_does_nothing_until_a_second_person_activates_it()
    {
        var maria = compliance.Service.ClientAs("maria", _tenant, Roles.Manager);
        var created = await maria.CreateRuleAsync(RuleRequests.LimitOf("500.00"));

        var (before, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(50_001, "GBP"));
        (await compliance.ScreenedAsync(before)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await (await maria.ActivateAsync(created)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await compliance.Officer(_tenant, "olga").ActivateAsync(created)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await compliance.Service.Events.WaitForAsync<ScreeningBasisChanged>(changed => changed.PolicyVersion == 2);

        var (above, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(50_001, "GBP"));
        var (at, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(50_000, "GBP"));
        var held = await compliance.ScreenedAsync(above);
        held.Outcome.ShouldBe(ScreeningOutcome.Review);
        held.PolicyVersion.ShouldBe(2);
        (await compliance.ScreenedAsync(at)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        var detail = await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{held.CaseId}")).JsonAsync();
        detail.GetProperty("evidence").GetProperty("rules")[0].GetProperty("explanation").GetString()
            .ShouldBe("500.01 GBP from GB to NG is above the limit.");
    }

    [Fact]
    public async Task A_sender_who_sends_too_often_is_held()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.AtMostOf(2));
        var sender = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        var facts = ComplianceUnderTest.FactsOf(sender, compliance.Transactions.Add(_tenant, People.Innocent));

        var outcomes = new List<ScreeningOutcome>();
        for (var i = 0; i < 3; i++)
        {
            var id = TransactionId.New();
            await compliance.Service.PublishAsync(
                _tenant, new TransactionFunded(id, facts, facts.SendAmount, "psp:sandbox", false, 1));
            outcomes.Add((await compliance.ScreenedAsync(id)).Outcome);
            // Screening the same transfer again does not count it twice.
            await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2));
            (await compliance.ScreenedAsync(id, round: 2)).Outcome.ShouldBe(outcomes[^1]);
        }

        outcomes.ShouldBe([ScreeningOutcome.Clear, ScreeningOutcome.Clear, ScreeningOutcome.Review]);
    }

    [Fact]
    public async Task A_policy_is_proposed_by_one_and_approved_by_another()
    {
        var olga = compliance.Officer(_tenant, "olga");
        var first = await ProposeAsync(olga, 99.5m);
        var second = await ProposeAsync(olga, 90m);

        (await (await ApprovePolicyAsync(olga, second)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await (await ApprovePolicyAsync(compliance.Officer(_tenant, "oscar"), second, 2)).CodeAsync())
            .ShouldBe("POLICY_CHANGED");
        (await (await ApprovePolicyAsync(compliance.Officer(_tenant, "oscar"), second, null)).CodeAsync())
            .ShouldBe("VALIDATION_ERROR");
        (await (await ApprovePolicyAsync(compliance.Officer(_tenant, "oscar"), first)).CodeAsync())
            .ShouldBe("INVALID_TRANSITION");
        (await ApprovePolicyAsync(compliance.Officer(_tenant, "oscar"), second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ApprovePolicyAsync(compliance.Officer(_tenant, "oscar"), second)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var policy = await (await olga.GetAsync("/v1/screening-policies")).JsonAsync();
        policy.GetProperty("version").GetInt64().ShouldBe(2);
        policy.GetProperty("reviewThreshold").GetDecimal().ShouldBe(90m);
        // The namesake scores 85: under the new policy he is clear.
        var (id, _) = await compliance.FundAsync(_tenant, People.Namesake, People.Innocent);
        var screened = await compliance.ScreenedAsync(id);
        screened.Outcome.ShouldBe(ScreeningOutcome.Clear);
        screened.PolicyVersion.ShouldBe(2);
        await Eventually.TrueAsync(
            () => compliance.Service.Events.All<ScreeningBasisChanged>(_tenant).Count == 1, "one announcement");
    }

    [Fact]
    public async Task Changes_at_the_same_time_get_a_version_each()
    {
        var ids = new List<string>();
        for (var i = 0; i < 4; i++)
            ids.Add(await compliance.Officer(_tenant, "olga").CreateRuleAsync(RuleRequests.LimitOf($"{500 + i}.00")));

        var answers = await Task.WhenAll(ids.Select(id => compliance.Officer(_tenant, "oscar").ActivateAsync(id)));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        (await compliance.CountAsync("select max(version) from policy_versions where tenant_id = $1", _tenant.Value))
            .ShouldBe(5);
    }

    [Fact]
    public async Task A_rule_sent_twice_with_one_key_is_one_rule()
    {
        var olga = compliance.Officer(_tenant, "olga");

        var first = await olga.CreateRuleAsync(RuleRequests.LimitOf("500.00"), "the-key");
        var second = await olga.CreateRuleAsync(RuleRequests.LimitOf("500.00"), "the-key");

        second.ShouldBe(first);
        (await (await olga.GetAsync("/v1/screening-rules")).JsonAsync()).GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task The_database_wants_two_people_for_policies_too()
    {
        var proposed = await ProposeAsync(compliance.Officer(_tenant, "olga"), 90m);
        await using var command = compliance.Service.Owner.CreateCommand(
            "update policy_proposals set state = 'APPROVED', approved_by = 'olga' where id = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = Guid.Parse(proposed) });

        (await Should.ThrowAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync()))
            .SqlState.ShouldBe("23514");
    }

    private static async Task<string> ProposeAsync(HttpClient client, decimal reviewThreshold)
    {
        var answer = await client.PutAsJsonAsync(
            "/v1/screening-policies", new { reviewThreshold, reason = "After the review of the quarter." });
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        return (await answer.JsonAsync()).GetProperty("id").GetString()!;
    }

    private static Task<HttpResponseMessage> ApprovePolicyAsync(HttpClient client, string id, long? version = 1) =>
        client.PostAsJsonAsync($"/v1/screening-policies/{id}/approve", new { version });
}
