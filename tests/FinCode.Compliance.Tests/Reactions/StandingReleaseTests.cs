using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

/// <summary>What two people let pass of a transfer is not asked again, and everything else is.</summary>
public sealed class StandingReleaseTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Olga => compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => compliance.Officer(_tenant, "oscar");

    [Fact]
    public async Task A_later_round_that_finds_the_same_is_clear_by_that_case()
    {
        var (id, facts, released) = await DecideAsync("RELEASE");

        for (var round = 2; round <= 3; round++)
        {
            var again = await AgainAsync(id, facts, round);

            (again.Outcome, again.CaseId).ShouldBe((ScreeningOutcome.Clear, null));
            (await compliance.CountAsync("select count(*) from screenings where id = $1 "
                + "and evidence ->> 'releasedBy' = $2 and evidence #>> '{parties,0,hits,0,entryId}' = '9000001'",
                again.ScreeningId.Value, released.ToString())).ShouldBe(1);
        }
    }

    [Theory]
    [InlineData("RELEASE")]
    [InlineData("REJECT")]
    public async Task So_is_the_way_back_to_the_sender(string decision)
    {
        var (id, facts, _) = await DecideAsync(decision);

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2, RefundOnly: true));

        (await compliance.ScreenedAsync(id, 2)).Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task Under_a_newer_policy_that_holds_the_same_it_stands_and_the_answer_names_that_policy()
    {
        var (id, facts, _) = await DecideAsync("RELEASE");
        await compliance.LivePolicyAsync(_tenant, new { reviewThreshold = 84 });

        var again = await AgainAsync(id, facts, 2);

        (again.Outcome, again.PolicyVersion).ShouldBe((ScreeningOutcome.Clear, 2));
    }

    [Fact]
    public async Task Other_details_of_the_same_person_are_looked_at_again()
    {
        var (id, facts, _) = await DecideAsync("RELEASE");
        compliance.Transactions.Add(_tenant, People.Listed with { Version = 2, Born = "1965-10-07" }, facts.SenderId);

        (await AgainAsync(id, facts, 2)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task So_is_another_hit_beside_the_one_that_was_let_pass()
    {
        var (id, facts, _) = await DecideAsync("RELEASE");
        compliance.Transactions.Add(_tenant, People.Namesake with { Version = 2 }, facts.BeneficiaryId);

        (await AgainAsync(id, facts, 2)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task So_is_a_country_that_a_newer_policy_names()
    {
        var (id, facts, _) = await DecideAsync("RELEASE");
        await compliance.LivePolicyAsync(
            _tenant, new { countries = new[] { new { country = "NG", effect = "REVIEW" } } });

        (await AgainAsync(id, facts, 2)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Theory]
    [InlineData("REJECT")]
    [InlineData("FREEZE")]
    public async Task Other_decisions_let_nothing_pass(string decision)
    {
        var (id, facts, _) = await DecideAsync(decision);

        (await AgainAsync(id, facts, 2)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task A_release_of_a_later_round_does_not_undo_a_freeze()
    {
        var (id, facts, _) = await DecideAsync("FREEZE");
        var second = (await AgainAsync(id, facts, 2)).CaseId.ShouldNotBeNull();
        await Olga.ProposeAsync(second, "RELEASE");
        (await Oscar.ApproveAsync(second)).EnsureSuccessStatusCode();

        (await AgainAsync(id, facts, 3)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task Another_transfer_of_the_same_people_is_held()
    {
        var (_, facts, _) = await DecideAsync("RELEASE");
        var other = TransactionId.New();

        await compliance.Service.PublishAsync(_tenant, new TransactionFunded(
            other, facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 1));

        (await compliance.ScreenedAsync(other)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task What_is_frozen_does_not_go_back_either()
    {
        var (id, facts, _) = await DecideAsync("FREEZE");

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2, RefundOnly: true));

        (await compliance.ScreenedAsync(id, 2)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Theory]
    [InlineData("FREEZE", "set")]
    [InlineData("REJECT", "set")]
    [InlineData("RELEASE", "'cas_00000000000000000000000000000000'")]
    [InlineData("RELEASE", "set", "REVIEW")]
    public async Task Direct_sql_clears_nothing_by_a_decision_that_there_is_not(
        string decision, string by, string outcome = "CLEAR")
    {
        var (id, _, decided) = await DecideAsync(decision);

        await compliance.Service.ShouldRefuseAsync(_tenant, "cleared by a release of its transfer only",
            "insert into screenings select tenant_id, gen_random_uuid(), subject, transaction_id, 2, party_id, "
            + "party_version, '" + outcome + "', list_version, policy_version, jsonb_set(evidence, '{releasedBy}', "
            + $"to_jsonb({(by == "set" ? $"'{decided}'" : by)}::text)), now() from screenings "
            + "where transaction_id = $1", id.Value);
    }

    private async Task<(TransactionId Id, TransactionFacts Facts, CaseId Case)> DecideAsync(string decision)
    {
        var held = await compliance.HoldAsync(_tenant);
        (await Olga.ProposeAsync(held.Case, decision)).EnsureSuccessStatusCode();
        (await Oscar.ApproveAsync(held.Case)).EnsureSuccessStatusCode();
        return held;
    }

    private async Task<ScreeningCompleted> AgainAsync(TransactionId id, TransactionFacts facts, int round)
    {
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, round));
        return await compliance.ScreenedAsync(id, round);
    }
}
