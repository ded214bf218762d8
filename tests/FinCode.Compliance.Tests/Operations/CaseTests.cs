using System.Net;
using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

public sealed class CaseTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Olga => compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => compliance.Officer(_tenant, "oscar");

    [Theory]
    [InlineData("RELEASE", CaseDecision.Release)]
    [InlineData("REJECT", CaseDecision.Reject)]
    [InlineData("FREEZE", CaseDecision.Freeze)]
    public async Task What_one_officer_proposes_and_another_approves_is_decided(string word, CaseDecision decision)
    {
        var (id, _, opened) = await compliance.HoldAsync(_tenant);
        var screened = await compliance.ScreenedAsync(id);

        (await Olga.ProposeAsync(opened, word)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Oscar.ApproveAsync(opened)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var decided = await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.CaseId == opened);
        decided.ShouldBe(new CaseDecided(id, opened, 1, decision, screened.ListVersion, screened.PolicyVersion));
    }

    [Fact]
    public async Task A_false_positive_shows_its_evidence_and_both_parties_as_they_are()
    {
        var (id, _) = await compliance.FundAsync(_tenant, People.Namesake, People.Innocent);
        var opened = (await compliance.ScreenedAsync(id)).CaseId.ShouldNotBeNull();

        var detail = await (await Olga.GetAsync($"/v1/cases/{opened}")).JsonAsync();

        detail.GetProperty("parties").EnumerateArray().Select(party => party.GetProperty("fullName").GetString())
            .ShouldBe(["Samuel Okonjo", "Amina Yusuf"]);
        var hit = detail.GetProperty("evidence").GetProperty("parties").EnumerateArray()
            .SelectMany(party => party.GetProperty("hits").EnumerateArray()).ShouldHaveSingleItem();
        hit.GetProperty("entryId").GetString().ShouldBe("9000002");
        hit.GetProperty("nameScore").GetDecimal().ShouldBe(100);
        hit.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("code").GetString())
            .ShouldBe(["BIRTH_YEAR_DIFFERS", "COUNTRY_DIFFERS"]);
    }

    [Fact]
    public async Task A_case_is_shown_without_parties_while_their_service_is_away()
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);
        compliance.Transactions.GoAway(_tenant);

        var detail = await (await Olga.GetAsync($"/v1/cases/{opened}")).JsonAsync();

        detail.TryGetProperty("parties", out _).ShouldBeFalse();
        detail.GetProperty("evidence").GetProperty("parties").EnumerateArray()
            .Select(one => one.GetProperty("partyId").GetString()).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task A_returned_proposal_opens_the_case_again_and_every_step_stays_on_file()
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);
        await Olga.ProposeAsync(opened, "FREEZE", "Looks like him.");

        var returned = await Oscar.PostAsJsonAsync($"/v1/cases/{opened}/returns", new { reason = "Which document?" });
        returned.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Oscar.ProposeAsync(opened, "RELEASE", "Passport seen.");
        await Olga.ApproveAsync(opened);

        var steps = (await (await Olga.GetAsync($"/v1/cases/{opened}")).JsonAsync()).GetProperty("steps");
        steps.EnumerateArray().Select(step => step.GetProperty("type").GetString()).ShouldBe(
            ["OPENED", "DECISION_PROPOSED", "PROPOSAL_RETURNED", "DECISION_PROPOSED", "DECISION_APPROVED"]);
        steps[2].GetProperty("actor").GetString().ShouldBe("oscar");
        steps[2].GetProperty("text").GetString().ShouldBe("Which document?");
    }

    [Fact]
    public async Task Asking_the_same_twice_does_it_once()
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);

        (await Olga.ProposeAsync(opened, "RELEASE")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Olga.ProposeAsync(opened, "RELEASE")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await Olga.ProposeAsync(opened, "FREEZE")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Oscar.ApproveAsync(opened)));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.CaseId == opened);
        (await compliance.CountAsync("select count(*) from outbox where type = $1 and tenant_id = $2",
            CaseDecided.Type, _tenant.Value)).ShouldBeLessThanOrEqualTo(1);
        compliance.Service.Events.All<CaseDecided>(_tenant).Count.ShouldBe(1);
        (await compliance.CountAsync("select count(*) from case_events where case_id = $1", opened.Value)).ShouldBe(3);
    }

    [Fact]
    public async Task Nothing_is_decided_while_the_transfer_is_being_screened_again()
    {
        var (id, facts, opened) = await compliance.HoldAsync(_tenant);
        await Olga.ProposeAsync(opened, "RELEASE");
        compliance.Transactions.GoAway(_tenant);
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from screening_requests where transaction_id = $1", id.Value) == 2, "the second request");

        var refused = await Oscar.ApproveAsync(opened);
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await refused.CodeAsync()).ShouldBe("SCREENING_PENDING");

        compliance.Transactions.ComeBack(_tenant);
        var second = (await compliance.ScreenedAsync(id, round: 2)).CaseId.ShouldNotBeNull();
        (await (await Oscar.ApproveAsync(opened)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        await Olga.ProposeAsync(second, "RELEASE");
        (await Oscar.ApproveAsync(second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == id))
            .ScreeningRound.ShouldBe(2);
    }

    [Fact]
    public async Task Cases_are_listed_by_status_and_transfer_a_page_at_a_time()
    {
        var (first, _, firstCase) = await compliance.HoldAsync(_tenant);
        var (_, _, secondCase) = await compliance.HoldAsync(_tenant);
        await Olga.ProposeAsync(secondCase, "RELEASE");

        (await IdsAsync("/v1/cases")).ShouldBe([secondCase.ToString(), firstCase.ToString()]);
        (await IdsAsync("/v1/cases?status=PROPOSED")).ShouldBe([secondCase.ToString()]);
        (await IdsAsync($"/v1/cases?transactionId={first}")).ShouldBe([firstCase.ToString()]);
        var page = await (await Olga.GetAsync("/v1/cases?limit=1")).JsonAsync();
        var next = page.GetProperty("next").GetString();
        (await IdsAsync($"/v1/cases?limit=1&before={next}")).ShouldBe([firstCase.ToString()]);
    }

    private async Task<string?[]> IdsAsync(string path) =>
        [.. (await (await Olga.GetAsync(path)).JsonAsync()).GetProperty("items").EnumerateArray()
            .Select(one => one.GetProperty("id").GetString())];
}
