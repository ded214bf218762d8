using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

/// <summary>A customer whom two people freeze, and what is under way for that customer.</summary>
public sealed class JointFreezeTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Olga => compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => compliance.Officer(_tenant, "oscar");

    [Fact]
    public async Task Its_waiting_transfers_are_frozen_with_both_steps_on_each_file_and_a_report_each()
    {
        var customer = await RecordAsync(People.Listed);
        var own = await CaseOfAsync(customer);
        var untouched = await ScreenAsync(customer);
        var begun = await ScreenAsync(customer);
        (await Olga.PostAsJsonAsync($"/v1/cases/{begun.Case}/investigation", new { })).EnsureSuccessStatusCode();
        var proposed = await ScreenAsync(customer);
        (await Oscar.ProposeAsync(proposed.Case, "REJECT")).EnsureSuccessStatusCode();
        var (stranger, _, strange) = await compliance.HoldAsync(_tenant);

        await FreezeAsync(own);

        foreach (var (transfer, held) in new[] { untouched, begun, proposed })
        {
            var decided = await compliance.Service.Events.WaitForAsync<CaseDecided>(
                one => one.TransactionId == transfer);
            (decided.CaseId, decided.Decision, decided.ScreeningRound).ShouldBe((held, CaseDecision.Freeze, 1));
            var report = await (await Olga.GetAsync($"/v1/cases/{held}/freeze-report")).JsonAsync();
            report.GetProperty("transactionId").GetString().ShouldBe(transfer.ToString());
            report.GetProperty("rule").GetProperty("country").GetString().ShouldBe("GB");
        }
        (await StepsAsync(untouched.Case)).ShouldBe(["OPENED", "DECISION_PROPOSED olga", "DECISION_APPROVED oscar"]);
        (await StepsAsync(proposed.Case)).ShouldBe(["OPENED", "DECISION_PROPOSED oscar", "PROPOSAL_RETURNED oscar",
            "DECISION_PROPOSED olga", "DECISION_APPROVED oscar"]);
        (await DetailAsync(begun.Case)).GetProperty("steps")[2].GetProperty("text").GetString()!
            .ShouldContain(own.ToString());
        var frozen = await compliance.Service.Events.WaitForAsync<CustomerFrozen>(one => one.PartyId == customer);
        frozen.CaseId.ShouldBe(own);
        compliance.Service.Events.All<CaseDecided>(_tenant).ShouldNotContain(one => one.TransactionId == stranger);
        (await StepsAsync(strange)).ShouldBe(["OPENED"]);
        await VerifyAsync();
    }

    [Fact]
    public async Task What_was_let_pass_before_is_frozen_when_it_is_screened_again_and_once()
    {
        var customer = await RecordAsync(People.Innocent);
        var facts = FactsOf(customer);
        var (transfer, answer) = await compliance.ScreenAsync(_tenant, facts);
        answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
        await RecordAsync(People.Listed with { Version = 2 }, customer);
        await FreezeAsync(await CaseOfAsync(customer));

        for (var i = 0; i < 2; i++)
            await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 2));

        var second = await compliance.ScreenedAsync(transfer, 2);
        second.Outcome.ShouldBe(ScreeningOutcome.Review);
        var decided = await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == transfer);
        (decided.CaseId, decided.Decision, decided.ScreeningRound)
            .ShouldBe((second.CaseId!.Value, CaseDecision.Freeze, 2));
        (await StepsAsync(decided.CaseId))
            .ShouldBe(["OPENED", "DECISION_PROPOSED olga", "DECISION_APPROVED oscar"]);
        compliance.Service.Events.All<CaseDecided>(_tenant).ShouldHaveSingleItem();
        await VerifyAsync();
    }

    [Fact]
    public async Task What_was_being_screened_is_frozen_when_that_is_answered_and_not_before()
    {
        var customer = await RecordAsync(People.Listed);
        var own = await CaseOfAsync(customer);
        var facts = FactsOf(customer);
        var (transfer, held) = await compliance.ScreenAsync(_tenant, facts);
        compliance.Transactions.GoAway(_tenant);
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 2));
        await Eventually.TrueAsync(async () => await compliance.CountAsync("select count(*) from screening_requests "
            + "where transaction_id = $1 and screening_round = 2", transfer.Value) == 1, "the second round");

        await FreezeAsync(own);
        (await StepsAsync(held.CaseId!.Value)).ShouldBe(["OPENED"]);
        compliance.Transactions.ComeBack(_tenant);

        var decided = await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == transfer);
        (decided.Decision, decided.ScreeningRound).ShouldBe((CaseDecision.Freeze, 2));
        (await StepsAsync(held.CaseId.Value)).ShouldBe(["OPENED", "SUPERSEDED"]);
    }

    [Fact]
    public async Task A_transfer_that_comes_later_is_held_and_neither_released_nor_rejected()
    {
        var customer = await RecordAsync(People.Listed);
        await FreezeAsync(await CaseOfAsync(customer));
        // The next version is nobody that a list knows.
        await RecordAsync(People.Innocent with { Version = 2 }, customer);

        var (transfer, held) = await ScreenAsync(customer);

        (await StepsAsync(held)).ShouldBe(["OPENED"]);
        foreach (var decision in (string[])["RELEASE", "REJECT"])
        {
            (await Olga.ProposeAsync(held, decision)).EnsureSuccessStatusCode();
            (await (await Oscar.ApproveAsync(held)).CodeAsync()).ShouldBe("SCREENING_PENDING");
            await compliance.Service.ShouldRefuseAsync(_tenant, "a transfer of a frozen customer stays",
                $"update cases set status = 'CLOSED', closure = 'DECIDED', decision = '{decision}', "
                + "approved_by = 'oscar', closed_at = now(), event_count = event_count + 1, "
                + "chain_hash = sha256(chain_hash) where id = $1", held.Value);
            (await Oscar.PostAsJsonAsync($"/v1/cases/{held}/returns", new { reason = "No." }))
                .EnsureSuccessStatusCode();
        }
        compliance.Service.Events.All<CaseDecided>(_tenant).ShouldBeEmpty();
        await FreezeAsync(held);
        (await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == transfer)).Decision
            .ShouldBe(CaseDecision.Freeze);
    }

    [Fact]
    public async Task A_frozen_beneficiary_freezes_what_waits_but_not_the_way_back_to_the_sender()
    {
        var sender = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        var beneficiary = await RecordAsync(People.Listed with { Role = "BENEFICIARY" });
        var own = await CaseOfAsync(beneficiary);
        var facts = ComplianceUnderTest.FactsOf(sender, beneficiary);
        var (waiting, _) = await compliance.ScreenAsync(_tenant, facts);
        var senderCase = await RecordAsync(People.Listed with { Version = 2 }, sender);
        var (back, _) = await compliance.ScreenAsync(_tenant, facts);
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(back, facts, 2, RefundOnly: true));
        var refund = (await compliance.ScreenedAsync(back, 2)).CaseId.ShouldNotBeNull();

        await FreezeAsync(own);

        (await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == waiting)).Decision
            .ShouldBe(CaseDecision.Freeze);
        (await StepsAsync(refund)).ShouldBe(["OPENED"]);
        (await Olga.ProposeAsync(refund, "REJECT")).EnsureSuccessStatusCode();
        (await Oscar.ApproveAsync(refund)).EnsureSuccessStatusCode();
        (await StepsAsync(await CaseOfAsync(senderCase))).ShouldBe(["OPENED"]);
    }

    [Fact]
    public async Task Each_thaws_by_a_licence_of_its_own_after_that_of_the_customer()
    {
        var customer = await RecordAsync(People.Listed);
        var own = await CaseOfAsync(customer);
        var (transfer, held) = await ScreenAsync(customer);
        await FreezeAsync(own);
        await LicenseAsync(held);
        await LicenseAsync(own);

        (await (await EndAsync(held)).CodeAsync()).ShouldBe("SCREENING_PENDING");
        (await EndAsync(own)).EnsureSuccessStatusCode();
        compliance.Service.Events.All<FreezeEnded>(_tenant).ShouldBeEmpty();
        (await EndAsync(held)).EnsureSuccessStatusCode();

        (await compliance.Service.Events.WaitForAsync<FreezeEnded>(one => one.TransactionId == transfer)).CaseId
            .ShouldBe(held);
        await VerifyAsync();
    }

    private async Task<PartyId> RecordAsync(StandInParty party, PartyId? known = null)
    {
        var id = compliance.Transactions.Add(_tenant, party, known);
        var role = party.Role == "SENDER" ? PartyRole.Sender : PartyRole.Beneficiary;
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(id, role, party.Version, OutsideTransfer: true));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from screenings where party_id = $1 and party_version = $2", id.Value, party.Version) == 1,
            $"a screening of version {party.Version}");
        return id;
    }

    private TransactionFacts FactsOf(PartyId customer) => ComplianceUnderTest.FactsOf(
        customer, compliance.Transactions.Add(_tenant, People.AlsoInnocent));

    private async Task<(TransactionId Id, CaseId Case)> ScreenAsync(PartyId customer)
    {
        var (id, answer) = await compliance.ScreenAsync(_tenant, FactsOf(customer));
        return (id, answer.CaseId.ShouldNotBeNull());
    }

    private async Task<CaseId> CaseOfAsync(PartyId customer)
    {
        var body = await (await Olga.GetAsync("/v1/cases/worklist")).JsonAsync();
        return CaseId.Parse(body.GetProperty("items").EnumerateArray()
            .Where(one => one.TryGetProperty("partyId", out var party) && party.GetString() == customer.ToString())
            .ShouldHaveSingleItem().GetProperty("id").GetString()!);
    }

    private async Task FreezeAsync(CaseId id)
    {
        (await Olga.ProposeAsync(id, "FREEZE")).EnsureSuccessStatusCode();
        (await Oscar.ApproveAsync(id)).EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> DetailAsync(CaseId id) =>
        await (await Olga.GetAsync($"/v1/cases/{id}")).JsonAsync();

    private async Task<string[]> StepsAsync(CaseId id) =>
    [
        .. (await DetailAsync(id)).GetProperty("steps").EnumerateArray().Select(step =>
            step.TryGetProperty("actor", out var actor)
                ? $"{step.GetProperty("type")} {actor}"
                : $"{step.GetProperty("type")}"),
    ];

    private async Task LicenseAsync(CaseId id) => (await Olga.PostAsJsonAsync($"/v1/cases/{id}/unfreeze-proposals", new
    {
        licenceNumber = "1", issuer = "OFSI", validUntil = DateOnly.MaxValue, outcome = "RELEASE",
        reason = "Licensed.",
    })).EnsureSuccessStatusCode();

    private async Task<HttpResponseMessage> EndAsync(CaseId id) => await Oscar.PostAsJsonAsync(
        $"/v1/cases/{id}/unfreeze-approvals",
        new { steps = (await DetailAsync(id)).GetProperty("steps").GetArrayLength() });

    private async Task VerifyAsync()
    {
        using var output = new StringWriter();
        (await CaseFileVerification.RunAsync(compliance.Service.AppConnectionString, output, output,
            CancellationToken.None)).ShouldBe(CaseFileVerification.Fine, output.ToString());
    }
}
