using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Jobs;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>
/// Customers who resemble an entry that came after them: cases of their own kind, which hold transfers.
/// </summary>
public sealed class CustomerCaseTests : IAsyncLifetime
{
    private const string NewEntry =
        "9000030,\"NEWLYLISTED, Barnabas\",\"individual\",\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";

    private static readonly StandInParty Newcomer = new("Barnabas Newlylisted");

    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance = new()
    {
        Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
        Settings = { ["Compliance:MaxListAgeHours"] = "1000" },
    };

    private PartyId _customer;

    private HttpClient Olga => _compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => _compliance.Officer(_tenant, "oscar");

    public async Task InitializeAsync()
    {
        await _compliance.InitializeAsync();
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 1, "the lists");
        _customer = _compliance.Transactions.Add(_tenant, Newcomer);
        await _compliance.Service.PublishAsync(_tenant, new PartyRecorded(_customer, PartyRole.Sender, 1));
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from screenings where party_id = $1", _customer.Value) == 1, "the first screening");
        Change(text => NewEntry + text);
        await FinishedAsync(2);
    }

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task An_alert_is_a_case_in_the_worklist_that_two_people_decide()
    {
        var id = await CaseAsync();
        var detail = await (await Olga.GetAsync($"/v1/cases/{id}")).JsonAsync();
        detail.GetProperty("case").GetProperty("partyId").GetString().ShouldBe(_customer.ToString());
        detail.GetProperty("case").TryGetProperty("transactionId", out _).ShouldBeFalse();
        detail.GetProperty("evidence").GetProperty("parties")[0].GetProperty("hits")[0].GetProperty("entryId")
            .GetString().ShouldBe("9000030");
        detail.GetProperty("parties")[0].GetProperty("fullName").GetString().ShouldBe("Barnabas Newlylisted");

        (await (await Olga.ProposeAsync(id, "REJECT")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await Olga.ProposeAsync(id, "RELEASE")).EnsureSuccessStatusCode();
        (await (await Olga.ApproveAsync(id)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await Oscar.ApproveAsync(id)).EnsureSuccessStatusCode();

        _compliance.Service.Events.All<CaseDecided>(_tenant).ShouldBeEmpty();
        (await WorklistAsync()).ShouldBeEmpty();
        using var output = new StringWriter();
        (await CaseFileVerification.RunAsync(_compliance.Service.AppConnectionString, output, output,
            CancellationToken.None)).ShouldBe(CaseFileVerification.Fine);
    }

    [Fact]
    public async Task While_it_is_open_it_holds_the_transfers_of_the_customer_whatever_the_lists_say_by_then()
    {
        var id = await CaseAsync();
        Change(text => text.Replace(NewEntry, "", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 3, "the next version");

        var (transfer, held) = await ScreenAsync();
        held.Outcome.ShouldBe(ScreeningOutcome.Review);
        var opened = held.CaseId.ShouldNotBeNull();
        await Olga.ProposeAsync(opened, "RELEASE");
        (await (await Oscar.ApproveAsync(opened)).CodeAsync()).ShouldBe("SCREENING_PENDING");

        await _compliance.ReleaseAsync(_tenant, id);
        (await Oscar.ApproveAsync(opened)).EnsureSuccessStatusCode();
        (await _compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == transfer)).Decision
            .ShouldBe(CaseDecision.Release);
        (await ScreenAsync()).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task A_true_match_holds_them_until_a_licence_ends_that()
    {
        var id = await CaseAsync();
        await Olga.ProposeAsync(id, "FREEZE");
        (await Oscar.ApproveAsync(id)).EnsureSuccessStatusCode();
        Change(text => text.Replace(NewEntry, "", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 3, "the next version");
        var (_, held) = await ScreenAsync();
        held.Outcome.ShouldBe(ScreeningOutcome.Review);
        var opened = held.CaseId.ShouldNotBeNull();
        await Olga.ProposeAsync(opened, "RELEASE");
        (await (await Oscar.ApproveAsync(opened)).CodeAsync()).ShouldBe("SCREENING_PENDING");
        var report = await (await Olga.GetAsync($"/v1/cases/{id}/freeze-report")).JsonAsync();
        report.TryGetProperty("sendAmount", out _).ShouldBeFalse();

        await LicenseAsync(id);
        (await EndAsync(id)).EnsureSuccessStatusCode();

        (await Oscar.ApproveAsync(opened)).EnsureSuccessStatusCode();
        (await ScreenAsync()).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
        _compliance.Service.Events.All<FreezeEnded>(_tenant).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_licence_for_the_sender_waits_for_the_case_of_the_beneficiary_and_vouches_for_no_newer_list()
    {
        var beneficiary = _compliance.Transactions.Add(_tenant, new StandInParty("Quirinus Listedlater"));
        await _compliance.Service.PublishAsync(_tenant, new PartyRecorded(beneficiary, PartyRole.Beneficiary, 1));
        var (transfer, held) = await ScreenAsync(beneficiary);
        var frozen = held.CaseId.ShouldNotBeNull();
        await Olga.ProposeAsync(frozen, "FREEZE");
        (await Oscar.ApproveAsync(frozen)).EnsureSuccessStatusCode();
        var own = await CaseAsync();
        await _compliance.ReleaseAsync(_tenant, own);
        Change(text => NewEntry.Replace("9000030", "9000031", StringComparison.Ordinal)
            .Replace("NEWLYLISTED, Barnabas", "LISTEDLATER, Quirinus", StringComparison.Ordinal) + text);
        await FinishedAsync(3);
        var second = await CaseAsync();

        await LicenseAsync(frozen);
        (await (await EndAsync(frozen)).CodeAsync()).ShouldBe("SCREENING_PENDING");
        await Olga.ProposeAsync(second, "FREEZE");
        (await Oscar.ApproveAsync(second)).EnsureSuccessStatusCode();
        (await (await EndAsync(frozen)).CodeAsync()).ShouldBe("SCREENING_PENDING");
        await LicenseAsync(second);
        (await EndAsync(second)).EnsureSuccessStatusCode();
        (await EndAsync(frozen)).EnsureSuccessStatusCode();

        var ended = await _compliance.Service.Events.WaitForAsync<FreezeEnded>(one => one.TransactionId == transfer);
        (ended.CaseId, ended.ListVersion, ended.PolicyVersion).ShouldBe((frozen, 2, held.PolicyVersion));
    }

    [Fact]
    public async Task The_transactions_service_is_told_whom_a_case_holds()
    {
        var id = await CaseAsync();
        var beneficiary = _compliance.Transactions.Add(_tenant, People.Innocent);
        (await IsHeldAsync(_customer)).ShouldBeTrue();
        (await IsHeldAsync(beneficiary)).ShouldBeFalse();
        (await IsHeldAsync(beneficiary, _customer)).ShouldBeTrue();
        var (_, held) = await ScreenAsync(beneficiary);
        (await IsHeldAsync(beneficiary)).ShouldBeTrue();
        await Olga.ProposeAsync(held.CaseId!.Value, "REJECT");
        (await Oscar.ApproveAsync(held.CaseId.Value)).EnsureSuccessStatusCode();
        (await IsHeldAsync(beneficiary)).ShouldBeFalse();
        await Olga.ProposeAsync(id, "FREEZE");
        (await Oscar.ApproveAsync(id)).EnsureSuccessStatusCode();
        (await IsHeldAsync(_customer)).ShouldBeTrue();
        await LicenseAsync(id);
        (await EndAsync(id)).EnsureSuccessStatusCode();
        (await IsHeldAsync(_customer)).ShouldBeFalse();

        var stranger = _compliance.Service.ClientAs("x", _tenant, Roles.Manager, Scopes.PartiesInternal);
        (await stranger.PostAsJsonAsync("/internal/holds", new { tenant = _tenant, parties = new[] { _customer } }))
            .StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    private async Task<bool> IsHeldAsync(params PartyId[] parties)
    {
        using var service = _compliance.Service.ClientAs("transactions", null, Roles.Service, Scopes.PartiesInternal);
        var answer = await service.PostAsJsonAsync("/internal/holds", new { tenant = _tenant, parties });
        return (await answer.JsonAsync()).GetProperty("isHeld").GetBoolean();
    }

    [Fact]
    public async Task A_newer_alert_takes_the_place_of_an_open_case()
    {
        var first = await CaseAsync();
        Change(text => text.Replace("\"NEWLYLISTED, Barnabas\"", "\"NEWLYLISTED, Barnabas Quintus\"",
            StringComparison.Ordinal));
        await FinishedAsync(3);

        var second = await CaseAsync();
        second.ShouldNotBe(first);
        (await _compliance.CountAsync("select count(*) from cases where id = $1 and closure = 'SUPERSEDED'",
            first.Value)).ShouldBe(1);
        (await (await Olga.ProposeAsync(first, "RELEASE")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
    }

    [Fact]
    public async Task What_is_somebody_else_is_shown_as_such_in_a_newer_alert()
    {
        await _compliance.ReleaseAsync(_tenant, await CaseAsync(), isSomebodyElse: true);
        Change(text => NewEntry.Replace("9000030", "9000031", StringComparison.Ordinal) + text);
        await FinishedAsync(3);
        var hits = (await (await Olga.GetAsync($"/v1/cases/{await CaseAsync()}")).JsonAsync()).GetProperty("evidence")
            .GetProperty("parties")[0].GetProperty("hits").EnumerateArray();
        hits.Select(hit => (hit.GetProperty("entryId").GetString(), hit.TryGetProperty("suppressedBy", out _)))
            .ShouldBe([("9000030", true), ("9000031", false)], ignoreOrder: true);
    }

    [Theory]
    [InlineData("what a case is about never changes", "party_id = gen_random_uuid()")]
    [InlineData("what a case is about never changes", "alert_id = gen_random_uuid()")]
    [InlineData("customer_is_released_or_frozen",
        "status = 'PROPOSED', proposed_decision = 'REJECT', proposed_by = 'olga'")]
    public async Task What_it_is_about_is_not_changed_by_sql(string reason, string change) =>
        await _compliance.Service.ShouldRefuseAsync(_tenant, reason, "update cases set event_count = event_count + 1, "
            + $"chain_hash = sha256(chain_hash), {change} where id = $1", (await CaseAsync()).Value);

    [Fact]
    public async Task A_suspicion_is_reported_of_the_customer_with_the_transfers_that_are_named()
    {
        var id = await CaseAsync();
        var (sent, _) = await ScreenAsync();
        var (later, _) = await ScreenAsync();
        var (strange, _) = await _compliance.FundAsync(_tenant, People.Innocent, People.AlsoInnocent);
        await _compliance.ScreenedAsync(strange);

        foreach (var wrong in (TransactionId[])[strange, TransactionId.New()])
            (await DraftAsync(id, sent, wrong)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var begun = await DraftAsync(id, later, sent, sent);
        begun.StatusCode.ShouldBe(HttpStatusCode.Created);

        var report = await (await Mlro.GetAsync(begun.Headers.Location)).JsonAsync();
        var content = report.GetProperty("content");
        content.GetProperty("subject").GetProperty("lastName").GetString().ShouldBe("Newlylisted");
        content.GetProperty("transactions").EnumerateArray()
            .Select(one => one.GetProperty("number").GetString())
            .ShouldBe([sent.Value.ToString("N"), later.Value.ToString("N")], ignoreOrder: true);
        (await (await Mlro.GetAsync((await DraftAsync(id)).Headers.Location)).JsonAsync()).GetProperty("content")
            .GetProperty("transactions").EnumerateArray().ShouldBeEmpty();
    }

    private HttpClient Mlro => _compliance.Service.ClientAs("mia", _tenant, Roles.Mlro);

    private async Task<HttpResponseMessage> DraftAsync(CaseId id, params TransactionId[] transactionIds)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/suspicion-reports")
        {
            Content = JsonContent.Create(new { caseId = id, country = "GB", transactionIds }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await Mlro.SendAsync(request);
    }

    private async Task<CaseId> CaseAsync() =>
        CaseId.Parse((await WorklistAsync()).ShouldHaveSingleItem().GetProperty("id").GetString()!);

    private async Task<JsonElement[]> WorklistAsync() =>
        [.. (await (await Olga.GetAsync("/v1/cases/worklist")).JsonAsync()).GetProperty("items").EnumerateArray()];

    private async Task LicenseAsync(CaseId id) => (await Olga.PostAsJsonAsync($"/v1/cases/{id}/unfreeze-proposals", new
    {
        licenceNumber = "1", issuer = "OFSI", validUntil = DateOnly.MaxValue, outcome = "RELEASE",
        reason = "Licensed.",
    })).EnsureSuccessStatusCode();

    private async Task<HttpResponseMessage> EndAsync(CaseId id) =>
        await Oscar.PostAsJsonAsync($"/v1/cases/{id}/unfreeze-approvals", new
        {
            steps = (await (await Oscar.GetAsync($"/v1/cases/{id}")).JsonAsync()).GetProperty("steps").GetArrayLength(),
        });

    private async Task<(TransactionId Id, ScreeningCompleted Answer)> ScreenAsync(PartyId? beneficiary = null)
    {
        var facts = ComplianceUnderTest.FactsOf(
            _customer, beneficiary ?? _compliance.Transactions.Add(_tenant, People.Innocent));
        var id = TransactionId.New();
        await _compliance.Service.PublishAsync(
            _tenant, new TransactionFunded(id, facts, facts.SendAmount, "psp:sandbox", false, 1));
        return (id, await _compliance.ScreenedAsync(id));
    }

    private void Change(Func<string, string> change)
    {
        var path = Path.Combine(_compliance.ListsFolder, "sdn.csv");
        var text = File.ReadAllText(path).TrimEnd('\u001a');
        File.WriteAllText(path + ".next", change(text));
        File.Move(path + ".next", path, overwrite: true);
        _compliance.LookForLists();
    }

    private Task FinishedAsync(long version) => Eventually.TrueAsync(async () =>
    {
        _compliance.LookForLists();
        _compliance.Clock!.Advance(TimeSpan.FromSeconds(61));
        _compliance.Service.Services.GetRequiredService<JobSignal<RescreenCustomers>>().Wake();
        return await _compliance.CountAsync(
            "select count(*) from rescreenings where list_version = $1 and finished_at is not null", version) == 1;
    }, $"the customers to meet list version {version}");
}
