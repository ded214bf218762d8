using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

public sealed class ScreeningTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_transfer_of_people_on_no_list_is_clear_under_the_versions_in_force()
    {
        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);

        var screened = await compliance.ScreenedAsync(id);

        screened.Outcome.ShouldBe(ScreeningOutcome.Clear);
        screened.CaseId.ShouldBeNull();
        screened.PolicyVersion.ShouldBe(1);
        screened.ListVersion.ShouldBe(
            await compliance.CountAsync("select active_version from list_state"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_listed_party_on_either_side_opens_a_case(bool isSender)
    {
        var (id, _) = isSender
            ? await compliance.FundAsync(_tenant, People.Listed, People.Innocent)
            : await compliance.FundAsync(_tenant, People.Innocent, People.Listed);

        var screened = await compliance.ScreenedAsync(id);

        screened.Outcome.ShouldBe(ScreeningOutcome.Review);
        screened.CaseId.ShouldNotBeNull();
    }

    [Fact]
    public async Task The_same_event_twice_and_the_same_round_again_are_answered_once()
    {
        var facts = ComplianceUnderTest.FactsOf(
            compliance.Transactions.Add(_tenant, People.Listed), compliance.Transactions.Add(_tenant, People.Innocent));
        var funded = new TransactionFunded(TransactionId.New(), facts, facts.SendAmount, "psp:sandbox", false, 1);
        var eventId = Guid.CreateVersion7();

        await compliance.Service.PublishAsync(_tenant, funded, eventId);
        await compliance.Service.PublishAsync(_tenant, funded, eventId);
        await compliance.Service.PublishAsync(_tenant, funded);
        // The key keeps its order: once the next round is answered, all of the above was handled.
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(funded.TransactionId, facts, 2));
        await compliance.ScreenedAsync(funded.TransactionId, round: 2);

        compliance.Service.Events.All<ScreeningCompleted>(_tenant).Count(done => done.ScreeningRound == 1).ShouldBe(1);
        (await compliance.CountAsync(
            "select count(*) from screenings where transaction_id = $1", funded.TransactionId.Value)).ShouldBe(2);
    }

    [Fact]
    public async Task A_newer_round_supersedes_the_open_case()
    {
        var (id, facts, first) = await compliance.HoldAsync(_tenant);

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2));
        var second = await compliance.ScreenedAsync(id, round: 2);

        second.CaseId.ShouldNotBeNull().ShouldNotBe(first);
        var old = await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{first}")).JsonAsync();
        old.GetProperty("case").GetProperty("closure").GetString().ShouldBe("SUPERSEDED");
        (await compliance.CountAsync(
            "select count(*) from cases where transaction_id = $1 and status <> 'CLOSED'", id.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task A_corrected_party_clears_and_closes_the_case_of_the_round_before()
    {
        var (id, facts, first) = await compliance.HoldAsync(_tenant);

        compliance.Transactions.Add(_tenant, People.AlsoInnocent with { Version = 2 }, facts.SenderId);
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2));

        (await compliance.ScreenedAsync(id, round: 2)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        var approval = await compliance.Officer(_tenant, "olga").ApproveAsync(first);
        (await approval.CodeAsync()).ShouldBe("INVALID_TRANSITION");
        compliance.Service.Events.All<CaseDecided>(_tenant).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_older_round_that_comes_late_is_answered_and_disturbs_nothing()
    {
        var facts = ComplianceUnderTest.FactsOf(
            compliance.Transactions.Add(_tenant, People.Listed), compliance.Transactions.Add(_tenant, People.Innocent));
        var id = TransactionId.New();
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2));
        var newer = await compliance.ScreenedAsync(id, round: 2);

        await compliance.Service.PublishAsync(
            _tenant, new TransactionFunded(id, facts, facts.SendAmount, "psp:sandbox", false, 1));
        var late = await compliance.ScreenedAsync(id, round: 1);

        late.CaseId.ShouldBeNull();
        var open = await (await compliance.Officer(_tenant, "olga").GetAsync("/v1/cases?status=NEW")).JsonAsync();
        open.GetProperty("items").EnumerateArray().ShouldHaveSingleItem()
            .GetProperty("id").GetString().ShouldBe(newer.CaseId.ToString());
    }

    [Fact]
    public async Task A_recorded_party_is_screened_once_a_version_without_a_case()
    {
        var party = compliance.Transactions.Add(_tenant, People.Listed);

        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(party, PartyRole.Sender, 1));
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(party, PartyRole.Sender, 1));
        await ScreenedPartyAsync(party, 1);
        compliance.Transactions.Add(_tenant, People.AlsoInnocent with { Version = 2 }, party);
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(party, PartyRole.Sender, 2));
        await ScreenedPartyAsync(party, 2);

        (await compliance.CountAsync("select count(*) from screenings where party_id = $1", party.Value)).ShouldBe(2);
        (await compliance.CountAsync("select count(*) from screenings where party_id = $1 and outcome = 'REVIEW'",
            party.Value)).ShouldBe(1);
        (await compliance.CountAsync("select count(*) from cases where tenant_id = $1", _tenant.Value)).ShouldBe(0);
    }

    [Fact]
    public async Task The_second_failed_payout_is_noticed_once()
    {
        var id = TransactionId.New();
        foreach (var number in new[] { 1, 2, 2, 3 })
        {
            await compliance.Service.PublishAsync(_tenant, new PayoutFailed(
                id, AttemptId.New(), number, "sandbox-bank", Retryable: true, "PROVIDER_DOWN", GivenUp: number == 3));
        }

        var officer = compliance.Officer(_tenant, "olga");
        await Eventually.HoldsAsync(async () =>
        {
            var notices = await (await officer.GetAsync("/v1/cases/payout-notices")).JsonAsync();
            notices.EnumerateArray().ShouldHaveSingleItem()
                .GetProperty("transactionId").GetString().ShouldBe(id.ToString());
        });
    }

    private Task ScreenedPartyAsync(PartyId party, int version) => Eventually.TrueAsync(
        async () => await compliance.CountAsync(
            "select count(*) from screenings where party_id = $1 and party_version = $2", party.Value, version) == 1,
        $"a screening of version {version}");
}
