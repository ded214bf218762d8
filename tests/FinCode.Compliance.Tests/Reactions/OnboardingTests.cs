using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

/// <summary>Customers who resemble an entry when they are registered or changed.</summary>
public sealed class OnboardingTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Olga => compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => compliance.Officer(_tenant, "oscar");

    [Fact]
    public async Task A_hit_is_one_alert_and_one_case_however_often_it_is_told()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        var told = new PartyRecorded(customer, PartyRole.Sender, 1, OutsideTransfer: true);
        var eventId = Guid.CreateVersion7();
        await compliance.Service.PublishAsync(_tenant, told, eventId);
        await compliance.Service.PublishAsync(_tenant, told, eventId);
        await compliance.Service.PublishAsync(_tenant, told);
        // The key keeps its order: once a later message is heard of, all of the above was handled.
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(customer, PartyRole.Sender, 7));
        await Eventually.TrueAsync(async () => await compliance.CountAsync("select count(*) from kyc_customers "
            + "where party_id = $1 and recorded_version = 7", customer.Value) == 1, "the last message");

        var alert = (await ItemsAsync("/v1/customer-alerts")).ShouldHaveSingleItem();
        alert.GetProperty("partyVersion").GetInt32().ShouldBe(1);
        alert.GetProperty("evidence").GetProperty("parties")[0].GetProperty("hits")[0].GetProperty("entryId")
            .GetString().ShouldBe("9000002");
        (await WorklistAsync()).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(customer.ToString());
        await compliance.Service.ShouldRefuseAsync(_tenant, "one_alert_a_recorded_version",
            "insert into customer_alerts (tenant_id, id, party_id, party_version, list_version, policy_version, "
            + "evidence, transaction_ids, found_at) select tenant_id, gen_random_uuid(), party_id, party_version, "
            + "list_version, policy_version, evidence, transaction_ids, found_at from customer_alerts "
            + "where party_id = $1", customer.Value);
    }

    [Fact]
    public async Task Whom_a_transfer_brings_along_has_the_case_of_the_transfer_alone()
    {
        var customer = await RecordAsync(null, People.Namesake, outsideTransfer: false);
        (await WorklistAsync()).ShouldBeEmpty();

        var (_, answer) = await ScreenAsync(customer);

        (await CaseAsync()).ShouldBe(answer.CaseId!.Value);
    }

    [Fact]
    public async Task What_another_message_screened_before_is_a_case_all_the_same()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake with { Version = 2 });
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(customer, PartyRole.Sender, 1));
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(customer, PartyRole.Sender, 2, OutsideTransfer: true));

        await Eventually.HoldsAsync(async () => (await WorklistAsync()).ShouldHaveSingleItem());
        (await compliance.CountAsync("select count(*) from screenings where party_id = $1", customer.Value))
            .ShouldBe(1);
    }

    [Fact]
    public async Task Somebody_else_is_not_asked_about_again_at_a_change_nor_at_the_first_transfer()
    {
        var customer = await RecordAsync(null, People.Namesake);
        var opened = await CaseAsync();
        await DecideAsync(opened, isSomebodyElse: true);

        await RecordAsync(customer, People.Namesake with { Version = 2 });

        (await ScreenAsync(customer)).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await CountCasesAsync(customer)).ShouldBe(1);
        (await compliance.CountAsync("select count(*) from screenings where party_id = $1 and party_version = 2 "
            + "and outcome = 'CLEAR'", customer.Value)).ShouldBe(1);
    }

    [Fact]
    public async Task The_same_details_again_are_no_new_case_and_other_ones_take_its_place()
    {
        var customer = await RecordAsync(null, People.Namesake);
        var first = await CaseAsync();
        await RecordAsync(customer, People.Namesake with { Version = 2 });
        (await CaseAsync()).ShouldBe(first);

        await RecordAsync(customer, People.Namesake with { Version = 3, Born = "1991-03-03" });

        (await CaseAsync()).ShouldNotBe(first);
        (await CountCasesAsync(customer)).ShouldBe(2);
        await DecideAsync(await CaseAsync());
        await RecordAsync(customer, People.Namesake with { Version = 4, Born = "1991-03-03" });
        (await WorklistAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_transfer_that_waits_for_nothing_else_goes_with_the_case_of_its_customer(bool isRecordedFirst)
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        if (isRecordedFirst)
            await RecordAsync(customer, People.Namesake);
        var (transfer, held) = await ScreenAsync(customer);
        if (!isRecordedFirst)
            await RecordAsync(customer, People.Namesake);
        var own = await CaseAsync(of: customer);
        await Olga.ProposeAsync(held.CaseId!.Value, "RELEASE");
        (await (await Oscar.ApproveAsync(held.CaseId.Value)).CodeAsync()).ShouldBe("SCREENING_PENDING");
        (await Oscar.PostAsJsonAsync($"/v1/cases/{held.CaseId}/returns", new { reason = "First who it is." }))
            .EnsureSuccessStatusCode();
        var (second, untouched) = await ScreenAsync(customer);

        await DecideAsync(own);

        var decided = await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == second);
        (decided.CaseId, decided.Decision, decided.ScreeningRound, decided.ListVersion)
            .ShouldBe((untouched.CaseId!.Value, CaseDecision.Release, 1, untouched.ListVersion));
        var file = (await (await Olga.GetAsync($"/v1/cases/{untouched.CaseId}")).JsonAsync());
        file.GetProperty("steps").EnumerateArray().Select(step => step.TryGetProperty("actor", out var actor)
            ? $"{step.GetProperty("type")} {actor}" : $"{step.GetProperty("type")}")
            .ShouldBe(["OPENED", "DECISION_PROPOSED olga", "DECISION_APPROVED oscar"]);
        file.GetProperty("steps")[1].GetProperty("text").GetString()!.ShouldContain(own.ToString());
        // Somebody had begun to work on the first one.
        compliance.Service.Events.All<CaseDecided>(_tenant).ShouldNotContain(one => one.TransactionId == transfer);
        (await Olga.ProposeAsync(held.CaseId.Value, "RELEASE")).EnsureSuccessStatusCode();
        (await Oscar.ApproveAsync(held.CaseId.Value)).EnsureSuccessStatusCode();
        await VerifyAsync();
    }

    [Fact]
    public async Task A_transfer_with_anything_else_to_it_is_decided_for_itself()
    {
        var customer = await RecordAsync(null, People.Namesake);
        var own = await CaseAsync();
        var withListed = await ScreenAsync(customer, People.Listed);
        var withCountry = await ScreenAsync(customer, People.Innocent with { Country = "MM" });
        compliance.Transactions.Add(_tenant, People.Namesake with { Version = 2 }, customer);
        var ofAnotherVersion = await ScreenAsync(customer);

        await DecideAsync(own);

        (await WorklistAsync()).Select(one => one.GetProperty("id").GetString()).ShouldBe(
            new[] { withListed, withCountry, ofAnotherVersion }.Select(one => one.Answer.CaseId.ToString()),
            ignoreOrder: true);
        compliance.Service.Events.All<CaseDecided>(_tenant).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registered_beneficiary_is_looked_at_as_well()
    {
        var beneficiary = compliance.Transactions.Add(_tenant, People.Namesake with { Role = "BENEFICIARY" });
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(beneficiary, PartyRole.Beneficiary, 1, OutsideTransfer: true));
        await Eventually.HoldsAsync(async () => (await WorklistAsync()).ShouldHaveSingleItem());
        var facts = ComplianceUnderTest.FactsOf(
            compliance.Transactions.Add(_tenant, People.AlsoInnocent), beneficiary);
        var (transfer, _) = await compliance.ScreenAsync(_tenant, facts);

        await DecideAsync(await CaseAsync(of: beneficiary));

        (await compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == transfer)).Decision
            .ShouldBe(CaseDecision.Release);
    }

    private async Task<PartyId> RecordAsync(PartyId? known, StandInParty party, bool outsideTransfer = true)
    {
        var id = compliance.Transactions.Add(_tenant, party, known);
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(id, PartyRole.Sender, party.Version, outsideTransfer));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from screenings where party_id = $1 and party_version = $2", id.Value, party.Version) == 1,
            $"a screening of version {party.Version}");
        return id;
    }

    private Task<(TransactionId Id, ScreeningCompleted Answer)> ScreenAsync(
        PartyId customer, StandInParty? beneficiary = null) => compliance.ScreenAsync(_tenant,
        ComplianceUnderTest.FactsOf(customer, compliance.Transactions.Add(_tenant, beneficiary ?? People.Innocent)));

    private async Task<CaseId> CaseAsync(PartyId? of = null) => CaseId.Parse((await WorklistAsync())
        .Where(one => of is null || (one.TryGetProperty("partyId", out var party)
            && party.GetString() == of.ToString()))
        .ShouldHaveSingleItem().GetProperty("id").GetString()!);

    private Task DecideAsync(CaseId id, bool isSomebodyElse = false) =>
        compliance.ReleaseAsync(_tenant, id, isSomebodyElse);

    private Task<long> CountCasesAsync(PartyId customer) =>
        compliance.CountAsync("select count(*) from cases where party_id = $1", customer.Value);

    private Task<JsonElement[]> WorklistAsync() => ItemsAsync("/v1/cases/worklist");

    private async Task<JsonElement[]> ItemsAsync(string path)
    {
        var body = await (await Olga.GetAsync(path)).JsonAsync();
        return [.. (body.ValueKind == JsonValueKind.Array ? body : body.GetProperty("items")).EnumerateArray()];
    }

    private async Task VerifyAsync()
    {
        using var output = new StringWriter();
        (await CaseFileVerification.RunAsync(compliance.Service.AppConnectionString, output, output,
            CancellationToken.None)).ShouldBe(CaseFileVerification.Fine);
    }
}
