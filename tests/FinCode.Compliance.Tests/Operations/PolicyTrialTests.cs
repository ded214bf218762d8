using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>What a policy would have done, from the evidence that is stored.</summary>
public sealed class PolicyTrialTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_proposal_shows_the_alerts_that_a_higher_threshold_loses_with_their_cases()
    {
        var (_, caseOf85) = await ScreenAsync(People.Namesake);
        await ScreenAsync(People.Listed);
        await ScreenAsync(People.AlsoInnocent);

        var trial = (await compliance.Officer(_tenant, "olga").ProposePolicyAsync(new { reviewThreshold = 90 }))
            .GetProperty("trial");

        Figures(trial).ShouldBe((3, 2, 1, 0, 1));
        trial.GetProperty("isWhole").GetBoolean().ShouldBeTrue();
        var lost = trial.GetProperty("lost");
        lost.GetProperty("counts")[0].GetRawText().ShouldBe(
            """{"list":"OFAC_SDN","direction":"SENDER","alerts":1}""");
        lost.GetProperty("examples")[0].GetProperty("caseId").GetString().ShouldBe(caseOf85.ToString());
        // The proposal keeps what it showed.
        var read = await (await compliance.Officer(_tenant, "oscar").GetAsync("/v1/screening-policies")).JsonAsync();
        read.GetProperty("proposal").GetProperty("trial").GetRawText().ShouldBe(trial.GetRawText());
        // A manager counts, and learns of no transfer.
        using var manager = compliance.Service.ClientAs("mara", _tenant, Roles.Manager);
        var counted = (await (await manager.GetAsync("/v1/screening-policies")).JsonAsync())
            .GetProperty("proposal").GetProperty("trial");
        Figures(counted).ShouldBe(Figures(trial));
        counted.GetProperty("lost").GetProperty("examples").GetArrayLength().ShouldBe(0);
        var tried = await manager.PostAsJsonAsync("/v1/screening-policies/trials", new { reviewThreshold = 90 });
        (await tried.JsonAsync()).GetProperty("lost").GetProperty("examples").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_lower_threshold_gains_what_was_kept_beside_the_hits_and_approving_it_does_what_was_shown()
    {
        var beneath = People.Namesake with { Kind = "PERSON", Born = "1991-03-02", Name = "Samuel Okonjoh" };
        var (clear, none) = await ScreenAsync(beneath);
        none.ShouldBeNull();

        var proposal = await compliance.Officer(_tenant, "olga").ProposePolicyAsync(new { reviewThreshold = 75 });

        var trial = proposal.GetProperty("trial");
        Figures(trial).ShouldBe((1, 0, 1, 1, 0));
        trial.GetProperty("belowFloor").GetInt32().ShouldBe(0);
        trial.GetProperty("gained").GetProperty("examples")[0].GetProperty("transactionId").GetString()
            .ShouldBe(clear.ToString());
        await compliance.Officer(_tenant, "oscar").ApprovePolicyAsync(proposal);
        (await ScreenAsync(beneath)).Case.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_threshold_below_what_is_kept_says_that_it_may_gain_more()
    {
        await ScreenAsync(People.AlsoInnocent);

        var trial = await TryAsync(new { reviewThreshold = 60 });

        trial.GetProperty("belowFloor").GetInt32().ShouldBe(1);
    }

    [Fact]
    public async Task Lines_by_corridor_and_countries_are_tried_too_and_nothing_is_proposed()
    {
        var (transaction, _) = await ScreenAsync(People.Namesake);
        await ScreenAsync(People.AlsoInnocent with { Country = "KE" });

        var corridor = await TryAsync(new { thresholds = new[] { new { corridor = "GB-NG", threshold = 95 } } });
        var elsewhere = await TryAsync(new { thresholds = new[] { new { corridor = "GB-KE", threshold = 95 } } });
        var country = await TryAsync(new
        {
            countries = new[] { new { country = "KE", source = "NATIONALITY", effect = "REVIEW" } },
        });

        Figures(corridor).ShouldBe((2, 1, 0, 0, 1));
        corridor.GetProperty("lost").GetProperty("examples")[0].GetProperty("transactionId").GetString()
            .ShouldBe(transaction.ToString());
        Figures(elsewhere).ShouldBe((2, 1, 1, 0, 0));
        Figures(country).ShouldBe((2, 1, 2, 1, 0));
        country.GetProperty("gained").GetProperty("counts")[0].GetRawText().ShouldBe(
            """{"list":"COUNTRY","direction":"NATIONALITY","alerts":1}""");
        (await compliance.CountAsync("select count(*) from policy_proposals where tenant_id = $1", _tenant.Value))
            .ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_newest_round_and_the_days_that_were_asked_for_count()
    {
        var (id, facts) = await compliance.FundAsync(_tenant, People.Namesake, People.Innocent);
        await compliance.ScreenedAsync(id);
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2));
        await compliance.ScreenedAsync(id, round: 2);

        Figures(await TryAsync(new { reviewThreshold = 90, days = 1 })).ShouldBe((1, 1, 0, 0, 1));
        (await compliance.CountAsync(
            "with gone as (insert into screenings select tenant_id, (lpad(to_hex(((extract(epoch from screened_at) "
            + "- 3 * 86400) * 1000)::bigint), 12, '0') || right(id::text, 22))::uuid, subject, gen_random_uuid(), "
            + "screening_round, party_id, party_version, outcome, list_version, policy_version, evidence, "
            + "screened_at - interval '3 days' from screenings where tenant_id = $1 and screening_round = 1 "
            + "returning 1) select count(*) from gone", _tenant.Value)).ShouldBe(1);
        Figures(await TryAsync(new { reviewThreshold = 90, days = 1 })).ShouldBe((1, 1, 0, 0, 1));
        Figures(await TryAsync(new { reviewThreshold = 90, days = 4 })).ShouldBe((2, 2, 0, 0, 2));
    }

    [Fact]
    public async Task Of_more_screenings_than_are_looked_at_it_is_the_newest_and_it_says_so()
    {
        await ScreenAsync(People.Namesake);
        (await compliance.CountAsync(
            "with more as (insert into screenings select tenant_id, "
            + "overlay(gen_random_uuid()::text placing left(id::text, 13) from 1 for 13)::uuid, subject, "
            + "gen_random_uuid(), 1, "
            + "party_id, party_version, outcome, list_version, policy_version, evidence, screened_at "
            + "from screenings, generate_series(1, 20100) where tenant_id = $1 returning 1) "
            + "select count(*) from more", _tenant.Value)).ShouldBe(20_100);

        var trial = await TryAsync(new { reviewThreshold = 90 });

        trial.GetProperty("isWhole").GetBoolean().ShouldBeFalse();
        trial.GetProperty("screenings").GetInt32().ShouldBeInRange(500, 20_000);
        trial.GetProperty("lost").GetProperty("alerts").GetInt32()
            .ShouldBe(trial.GetProperty("screenings").GetInt32());
        trial.GetProperty("lost").GetProperty("examples").GetArrayLength().ShouldBe(20);
    }

    private async Task<(TransactionId Id, CaseId? Case)> ScreenAsync(StandInParty sender)
    {
        var (id, _) = await compliance.FundAsync(_tenant, sender, People.Innocent);
        return (id, (await compliance.ScreenedAsync(id)).CaseId);
    }

    private async Task<JsonElement> TryAsync(object content)
    {
        var answer = await compliance.Officer(_tenant, "olga")
            .PostAsJsonAsync("/v1/screening-policies/trials", content);
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }

    private static (int Screenings, int Before, int After, int Gained, int Lost) Figures(JsonElement trial) => (
        trial.GetProperty("screenings").GetInt32(), trial.GetProperty("heldBefore").GetInt32(),
        trial.GetProperty("heldAfter").GetInt32(), trial.GetProperty("gained").GetProperty("alerts").GetInt32(),
        trial.GetProperty("lost").GetProperty("alerts").GetInt32());
}
