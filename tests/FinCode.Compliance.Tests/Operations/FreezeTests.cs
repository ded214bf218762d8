using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.Reports;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>Money that two officers froze: reported, and freed by a licence and two officers only.</summary>
public sealed class FreezeTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Olga => compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => compliance.Officer(_tenant, "oscar");

    private DateOnly Today => DateOnly.FromDateTime(
        compliance.Service.Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime);

    [Fact]
    public async Task The_report_is_drafted_with_its_deadline_and_noted_once_it_was_sent()
    {
        var (transfer, _, id) = await FreezeAsync();

        var report = await (await Olga.GetAsync($"/v1/cases/{id}/freeze-report")).JsonAsync();

        report.GetProperty("transactionId").GetString().ShouldBe(transfer.ToString());
        report.GetProperty("rule").GetProperty("country").GetString().ShouldBe("GB");
        report.GetProperty("rule").GetProperty("isOwnTarget").GetBoolean().ShouldBeTrue();
        report.GetProperty("sendAmount").GetProperty("amount").GetString().ShouldBe("100.00");
        report.GetProperty("entries")[0].GetProperty("entryId").GetString().ShouldBe("9000001");
        report.GetProperty("parties")[0].GetProperty("fullName").GetString().ShouldBe("Temirbek Zarkhovan");
        var frozenAt = report.GetProperty("frozenAt").GetDateTimeOffset();
        report.GetProperty("dueAt").GetDateTimeOffset().ShouldBe(FreezeReportProfile.Of("GB").DueAt(frozenAt));
        (await FrozenIdsAsync("?unreported=true")).ShouldBe([id.ToString()]);
        (await Olga.PostAsJsonAsync($"/v1/cases/{id}/freeze-report/submissions", new { reference = "OFSI 42" }))
            .EnsureSuccessStatusCode();
        (await FrozenIdsAsync("?unreported=true")).ShouldBeEmpty();
        (await FrozenIdsAsync("")).ShouldBe([id.ToString()]);
        (await (await Olga.PostAsJsonAsync($"/v1/cases/{id}/freeze-report/submissions", new { reference = "again" }))
            .CodeAsync()).ShouldBe("INVALID_TRANSITION");
    }

    [Theory]
    [InlineData("US", "2026-03-05T20:00:00Z", "2026-03-20T00:00:00Z")]
    [InlineData("US", "2026-03-07T01:00:00Z", "2026-03-21T00:00:00Z")]
    [InlineData("GB", "2026-03-06T12:00:00Z", "2026-03-10T00:00:00Z")]
    [InlineData("ZZ", "2026-03-04T12:00:00Z", "2026-03-06T00:00:00Z")]
    public void Days_on_which_nobody_works_do_not_count(string country, string frozenAt, string dueAt) =>
        FreezeReportProfile.Of(country).DueAt(DateTimeOffset.Parse(frozenAt, null))
            .ShouldBe(DateTimeOffset.Parse(dueAt, null));

    [Theory]
    [InlineData("RELEASE", FreezeOutcome.Release)]
    [InlineData("REFUND", FreezeOutcome.Refund)]
    public async Task A_licence_and_two_officers_end_it(string word, FreezeOutcome outcome)
    {
        var (transfer, _, id) = await FreezeAsync();
        var screened = await compliance.ScreenedAsync(transfer);

        for (var i = 0; i < 2; i++)
            (await ProposeAsync(Olga, id, word)).EnsureSuccessStatusCode();
        (await (await ProposeAsync(Oscar, id, word)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        for (var i = 0; i < 2; i++)
            (await ApproveAsync(Oscar, id)).EnsureSuccessStatusCode();

        var ended = await compliance.Service.Events.WaitForAsync<FreezeEnded>(one => one.CaseId == id);
        ended.ShouldBe(new FreezeEnded(transfer, id, outcome, 1, screened.ListVersion, screened.PolicyVersion));
        (await FrozenIdsAsync("")).ShouldBeEmpty();
        var steps = (await DetailAsync(id)).GetProperty("steps").EnumerateArray().ToArray();
        steps.Select(step => step.GetProperty("type").GetString()).ShouldBe(
            ["OPENED", "DECISION_PROPOSED", "DECISION_APPROVED", "FREEZE_END_PROPOSED", "FREEZE_END_APPROVED"]);
        steps[3].GetProperty("terms").GetProperty("licence").GetProperty("number").GetString().ShouldBe("INT/2026/1");
        (await (await ProposeAsync(Olga, id, word)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        compliance.Service.Events.All<FreezeEnded>(_tenant).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_person_never_ends_it_and_a_returned_proposal_leaves_it_frozen()
    {
        var (_, _, id) = await FreezeAsync();
        await ProposeAsync(Olga, id, "RELEASE");
        (await (await ApproveAsync(Olga, id)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await (await ApproveAsync(
            compliance.Service.ClientAs("olga", _tenant, Roles.Compliance, Roles.Manager), id)).CodeAsync())
            .ShouldBe("FOUR_EYES");
        foreach (var role in (string[])[Roles.Manager, Roles.Cashier, Roles.Finance, Roles.Partner])
        {
            var other = compliance.Service.ClientAs("mallory", _tenant, role);
            (await ApproveAsync(other, id)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await ProposeAsync(other, id, "RELEASE")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await other.GetAsync($"/v1/cases/{id}/freeze-report")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await other.GetAsync("/v1/cases/freezes")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
        (await (await ApproveAsync(Oscar, id, steps: 3)).CodeAsync()).ShouldBe("CASE_CHANGED");
        (await Oscar.PostAsJsonAsync($"/v1/cases/{id}/unfreeze-returns", new { reason = "Where is the seal?" }))
            .EnsureSuccessStatusCode();

        (await (await ApproveAsync(Oscar, id)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        compliance.Service.Events.All<FreezeEnded>(_tenant).ShouldBeEmpty();
        (await FrozenIdsAsync("")).ShouldBe([id.ToString()]);
    }

    [Fact]
    public async Task A_licence_has_to_hold_and_only_what_is_frozen_is_freed()
    {
        var (_, _, open) = await compliance.HoldAsync(_tenant);
        (await (await ProposeAsync(Olga, open, "RELEASE")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        var (_, _, id) = await FreezeAsync();

        (await ProposeAsync(Olga, id, "RELEASE", validUntil: Today.AddDays(-1))).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ProposeAsync(Olga, id, "REJECT")).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await Olga.PostAsJsonAsync($"/v1/cases/{id}/unfreeze-proposals", new { })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await (await ApproveAsync(Oscar, id)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await Olga.GetAsync($"/v1/cases/{open}/freeze-report")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await (await Olga.ProposeAsync(id, "RELEASE")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await (await Olga.ApproveAsync(id)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
    }

    [Fact]
    public async Task While_the_transfer_is_looked_at_again_nothing_ends()
    {
        var (transfer, facts, id) = await FreezeAsync();
        await ProposeAsync(Olga, id, "RELEASE");
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 2));
        var second = (await compliance.ScreenedAsync(transfer, 2)).CaseId.ShouldNotBeNull();

        (await (await ApproveAsync(Oscar, id)).CodeAsync()).ShouldBe("SCREENING_PENDING");
        await Olga.ProposeAsync(second, "RELEASE");
        (await Oscar.ApproveAsync(second)).EnsureSuccessStatusCode();
        (await ApproveAsync(Oscar, id)).EnsureSuccessStatusCode();

        (await compliance.Service.Events.WaitForAsync<FreezeEnded>(one => one.CaseId == id)).ScreeningRound
            .ShouldBe(2);
    }

    [Fact]
    public async Task What_two_cases_froze_is_freed_with_the_last_of_them_also_when_both_end_at_once()
    {
        var (transfer, facts, first) = await FreezeAsync();
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 2));
        var second = (await compliance.ScreenedAsync(transfer, 2)).CaseId.ShouldNotBeNull();
        await Olga.ProposeAsync(second, "FREEZE");
        (await Oscar.ApproveAsync(second)).EnsureSuccessStatusCode();
        await ProposeAsync(Olga, first, "RELEASE");
        await ProposeAsync(Olga, second, "RELEASE");

        var answers = await Task.WhenAll(ApproveAsync(Oscar, first), ApproveAsync(Oscar, second));

        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.OK);
        await compliance.Service.Events.WaitForAsync<FreezeEnded>(one => one.TransactionId == transfer);
        (await compliance.CountAsync("select count(*) from outbox where type = $1 and tenant_id = $2",
            FreezeEnded.Type, _tenant.Value)).ShouldBeLessThanOrEqualTo(1);
        compliance.Service.Events.All<FreezeEnded>(_tenant).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("freeze_end_needs_two_people", "freeze_end_approved_by = 'olga', freeze_ended_at = now()")]
    [InlineData("a proposal is not rewritten", "freeze_end_proposed_by = 'otto'")]
    [InlineData("a proposal is not rewritten", "freeze_outcome = 'REFUND'")]
    [InlineData("proposed first",
        "freeze_end_proposed_by = 'otto', freeze_end_approved_by = 'olga', freeze_ended_at = now()")]
    [InlineData("stays as it is", "decision = 'RELEASE', proposed_decision = 'RELEASE'")]
    [InlineData("stays as it is", "freeze_report_due_at = now() + interval '1 year'")]
    [InlineData("freeze_end_is_whole", "freeze_ended_at = now()")]
    [InlineData("does not say what the case says", "freeze_end_approved_by = 'oscar', freeze_ended_at = now()")]
    public async Task No_sql_ends_it(string reason, string change)
    {
        var (_, _, id) = await FreezeAsync();
        await ProposeAsync(Olga, id, "RELEASE");

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, "update cases set event_count = event_count + 1, "
            + $"chain_hash = sha256(chain_hash), {change} where id = $1", id.Value);
    }

    private async Task<(TransactionId Id, TransactionFacts Facts, CaseId Case)> FreezeAsync()
    {
        var held = await compliance.HoldAsync(_tenant);
        (await Olga.ProposeAsync(held.Case, "FREEZE")).EnsureSuccessStatusCode();
        (await Oscar.ApproveAsync(held.Case)).EnsureSuccessStatusCode();
        return held;
    }

    private Task<HttpResponseMessage> ProposeAsync(
        HttpClient officer, CaseId id, string outcome, DateOnly? validUntil = null) =>
        officer.PostAsJsonAsync($"/v1/cases/{id}/unfreeze-proposals", new
        {
            licenceNumber = "INT/2026/1",
            issuer = "OFSI",
            validUntil = validUntil ?? Today.AddDays(30),
            outcome,
            reason = "The licence names this transfer.",
        });

    private async Task<HttpResponseMessage> ApproveAsync(HttpClient officer, CaseId id, int? steps = null) =>
        await officer.PostAsJsonAsync($"/v1/cases/{id}/unfreeze-approvals", new
        {
            steps = steps ?? (await DetailAsync(id)).GetProperty("steps").GetArrayLength(),
        });

    private async Task<JsonElement> DetailAsync(CaseId id) =>
        await (await Olga.GetAsync($"/v1/cases/{id}")).JsonAsync();

    private async Task<string?[]> FrozenIdsAsync(string query) =>
        [.. (await (await Olga.GetAsync($"/v1/cases/freezes{query}")).JsonAsync()).GetProperty("items")
            .EnumerateArray().Select(one => one.GetProperty("id").GetString())];
}
