using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>One person tries to put a rule into force, or to switch one off, alone: by API and by SQL.</summary>
public sealed class RuleFourEyesTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task Who_wrote_a_version_does_not_activate_it_whoever_wrote_the_rule()
    {
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var id = await olga.CreateRuleAsync(RuleRequests.LimitOf("500.00"));
        (await oscar.PostRuleAsync($"/{id}/versions", RuleRequests.LimitOf("600.00"))).StatusCode
            .ShouldBe(HttpStatusCode.Created);

        (await (await oscar.ActivateAsync(id, 2)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await (await compliance.Service.ClientAs("oscar", _tenant, Roles.Manager).ActivateAsync(id, 2)).CodeAsync())
            .ShouldBe("FOUR_EYES");
        (await (await olga.ActivateAsync(id, 1)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await oscar.ActivateAsync(id, 3)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await olga.ActivateAsync(id, 2)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // Asked again by the same person it is the same answer, by another one it is too late.
        (await olga.ActivateAsync(id, 2)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await (await compliance.Officer(_tenant, "otto").ActivateAsync(id, 2)).CodeAsync())
            .ShouldBe("INVALID_TRANSITION");
        // Back to what she wrote before: somebody has to want that now.
        (await (await oscar.ActivateAsync(id, 1)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await olga.PostRuleAsync($"/{id}/versions", RuleRequests.LimitOf("500.00"))).EnsureSuccessStatusCode();
        (await oscar.ActivateAsync(id, 3)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await compliance.CountAsync("select max(version) from policy_versions where tenant_id = $1", _tenant.Value))
            .ShouldBe(3);
        (await olga.RuleAsync(id)).GetProperty("steps").EnumerateArray()
            .Select(step => step.GetProperty("type").GetString())
            .ShouldBe(["ACTIVATED", "VERSION_ADDED", "ACTIVATED", "VERSION_ADDED", "VERSION_ADDED"]);
    }

    [Fact]
    public async Task A_change_does_nothing_until_it_is_activated_and_says_something_else()
    {
        var olga = compliance.Officer(_tenant, "olga");
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));

        (await (await olga.PostRuleAsync($"/{id}/versions", "// the same\n" + RuleRequests.LimitOf("500.00")))
            .CodeAsync()).ShouldBe("SAME_RULE");
        (await olga.PostRuleAsync($"/{id}/versions", RuleRequests.LimitOf("9000.00"))).EnsureSuccessStatusCode();

        var (transfer, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(50_001, "GBP"));
        (await compliance.ScreenedAsync(transfer)).Outcome.ShouldBe(ScreeningOutcome.Review);
        var rule = (await olga.RuleAsync(id)).GetProperty("rule");
        rule.GetProperty("liveVersion").GetInt32().ShouldBe(1);
        rule.GetProperty("latestVersion").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task Switching_off_is_proposed_by_one_and_done_by_another()
    {
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));

        (await olga.DeactivateAsync(id)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await olga.DeactivateAsync(id, "Too loud.")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await olga.DeactivateAsync(id, "Too loud.")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await (await olga.DeactivateAsync(id)).CodeAsync()).ShouldBe("FOUR_EYES");
        var (before, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(50_001, "GBP"));
        (await compliance.ScreenedAsync(before)).Outcome.ShouldBe(ScreeningOutcome.Review);
        (await oscar.DeactivateAsync(id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await oscar.DeactivateAsync(id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        await compliance.Service.Events.WaitForAsync<ScreeningBasisChanged>(
            changed => changed.Owner == _tenant && changed.PolicyVersion == 3);

        var (after, _) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, Money.Of(50_001, "GBP"));
        (await compliance.ScreenedAsync(after)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await (await olga.DeactivateAsync(id, "Once more.")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        // Activating it again takes two people as before.
        (await (await olga.ActivateAsync(id)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await oscar.ActivateAsync(id)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_proposal_to_switch_off_that_was_withdrawn_is_proposed_anew()
    {
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));
        var path = $"/v1/screening-rules/{id}/deactivate";
        (await (await oscar.DeleteAsync(path)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        await olga.DeactivateAsync(id, "Too loud.");

        (await oscar.DeleteAsync(path)).StatusCode.ShouldBe(HttpStatusCode.OK);

        // What was proposed before does not count any more.
        (await oscar.DeactivateAsync(id, "Still too loud.")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await (await oscar.DeactivateAsync(id)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await olga.DeactivateAsync(id)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData(Roles.Cashier)]
    [InlineData(Roles.Partner)]
    [InlineData(Roles.Finance)]
    public async Task Other_roles_neither_see_nor_change_rules(string role)
    {
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));
        var other = compliance.Service.ClientAs("mallory", _tenant, role);

        HttpResponseMessage[] answers =
        [
            await other.GetAsync("/v1/screening-rules"), await other.GetAsync($"/v1/screening-rules/{id}"),
            await other.GetAsync("/v1/screening-rules/library"), await other.ActivateAsync(id),
            await other.ShadowAsync(id), await other.DeactivateAsync(id, "x"),
            await other.PostRuleAsync("", RuleRequests.LimitOf("1.00")),
            await other.PostRuleAsync($"/{id}/versions", RuleRequests.LimitOf("1.00")),
            await other.PostAsJsonAsync("/v1/screening-rules/backtests", new { id }),
            await other.PostAsJsonAsync("/v1/screening-rules/replays", new { }),
        ];

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Forbidden);
        (await compliance.Officer(TestTenant.New(), "oscar").ActivateAsync(id)).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("rule_needs_two_people", "update screening_rules set live_version = 1, live_made_by = 'olga', "
        + "activated_by = 'olga', activated_at = now() where id = $1")]
    [InlineData("live_version_was_made_by", "update screening_rules set live_version = 1, live_made_by = 'oscar', "
        + "activated_by = 'olga', activated_at = now() where id = $1")]
    [InlineData("live_rule_is_whole", "update screening_rules set live_version = 1, activated_by = 'olga', "
        + "activated_at = now() where id = $1")]
    [InlineData("screening_rules_check", "update screening_rules set live_version = 2, live_made_by = 'olga', "
        + "activated_by = 'oscar', activated_at = now() where id = $1")]
    [InlineData("append-only", "update screening_rule_versions set text = 'x' where rule_id = $1")]
    [InlineData("append-only", "update screening_rule_versions set created_by = 'oscar' where rule_id = $1")]
    [InlineData("a rule is never deleted", "delete from screening_rules where id = $1")]
    [InlineData("append-only", "update screening_rule_events set actor = 'oscar' where rule_id = $1")]
    [InlineData("a rule begins inactive", "insert into screening_rules (tenant_id, id, latest_version, created_by, "
        + "created_at, live_version, live_made_by, activated_by, activated_at, event_count) select tenant_id, "
        + "gen_random_uuid(), 1, 'olga', now(), 1, 'olga', 'oscar', now(), 0 from screening_rules where id = $1")]
    public async Task Direct_sql_activates_nothing_alone(string reason, string sql)
    {
        var id = await compliance.Officer(_tenant, "olga").CreateRuleAsync(RuleRequests.LimitOf("500.00"));

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, Guid.Parse(id));
    }

    [Theory]
    [InlineData("is proposed first and done by a second person", "update screening_rules set live_version = null, "
        + "live_made_by = null, activated_by = null, activated_at = null where id = $1")]
    [InlineData("switching_off_needs_two_people", "update screening_rules set live_version = null, "
        + "live_made_by = null, activated_by = null, activated_at = null, deactivated_by = 'olga', "
        + "deactivated_at = now() where id = $1")]
    [InlineData("is proposed first and done by a second person", "update screening_rules set live_version = null, "
        + "live_made_by = null, activated_by = null, activated_at = null, deactivation_proposed_by = 'oscar', "
        + "deactivation_reason = 'x', deactivated_by = 'olga', deactivated_at = now() where id = $1")]
    [InlineData("a proposal is not rewritten",
        "update screening_rules set deactivation_proposed_by = 'otto' where id = $1")]
    public async Task Direct_sql_switches_nothing_off_alone(string reason, string sql)
    {
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));
        if (!sql.Contains("deactivation_reason", StringComparison.Ordinal))
            await compliance.Officer(_tenant, "olga").DeactivateAsync(id, "Too loud.");

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, Guid.Parse(id));
    }

    [Fact]
    public async Task Direct_sql_puts_no_older_version_back()
    {
        var id = await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));
        var olga = compliance.Officer(_tenant, "olga");
        (await olga.PostRuleAsync($"/{id}/versions", RuleRequests.LimitOf("600.00"))).EnsureSuccessStatusCode();
        (await compliance.Officer(_tenant, "oscar").ActivateAsync(id, 2)).EnsureSuccessStatusCode();

        await compliance.Service.ShouldRefuseAsync(_tenant, "an older version of a rule is not put back",
            "update screening_rules set live_version = 1 where id = $1", Guid.Parse(id));
    }

    [Theory]
    [InlineData("update rule_evaluations set results = '[]' where tenant_id = $1")]
    [InlineData("delete from rule_evaluations where tenant_id = $1")]
    public async Task What_rules_said_is_never_rewritten(string sql)
    {
        await compliance.HoldAsync(_tenant);

        await compliance.Service.ShouldRefuseAsync(_tenant, "append-only", sql, _tenant.Value);
    }
}
