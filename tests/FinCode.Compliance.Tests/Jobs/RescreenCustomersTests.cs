using System.Net.Http.Headers;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Who meets what, when lists change.</summary>
public sealed class RescreenCustomersTests : RescreeningTests
{
    [Fact]
    public async Task Customers_of_everyTenant_meet_the_new_entries_and_those_who_match_raise_one_alert()
    {
        var stranger = TestTenant.New();
        var newcomer = await KnownAsync(Tenant, Newcomer);
        var elsewhere = await KnownAsync(stranger, Newcomer);
        await KnownAsync(Tenant, People.Innocent);
        await KnownAsync(Tenant, People.Listed);
        await KnownAsync(Tenant, Newcomer with { Version = 1 }, isForgotten: true);
        var (transfer, _) = await Compliance.FundAsync(Tenant, People.AlsoInnocent, People.Innocent);
        await Compliance.ScreenedAsync(transfer);

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        var alert = (await AlertsAsync(Tenant)).ShouldHaveSingleItem();
        alert.GetProperty("partyId").GetString().ShouldBe(newcomer.ToString());
        alert.GetProperty("listVersion").GetInt64().ShouldBe(2);
        var hit = alert.GetProperty("evidence").GetProperty("parties")[0].GetProperty("hits")[0];
        (hit.GetProperty("list").GetString(), hit.GetProperty("entryId").GetString())
            .ShouldBe(("OFAC_SDN", "9000030"));
        (await AlertsAsync(stranger)).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(elsewhere.ToString());
        (await Compliance.CountAsync("select parties from rescreenings where list_version = 2")).ShouldBe(7);
        Compliance.Logged.ShouldNotContain(
            line => line.Contains("Barnabas", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Nobody_meets_the_first_lists_again()
    {
        await KnownAsync(Tenant, People.Listed);
        Pass();
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await Compliance.CountAsync("select count(*) from rescreenings")).ShouldBe(1);
        (await AlertsAsync(Tenant)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_party_that_only_its_transfer_tells_of_meets_the_new_entries()
    {
        var (transfer, facts) = await Compliance.FundAsync(Tenant, People.AlsoInnocent, Newcomer);
        (await Compliance.ScreenedAsync(transfer)).Outcome.ShouldBe(ScreeningOutcome.Clear);

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await AlertsAsync(Tenant)).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(facts.BeneficiaryId.ToString());
        (await Compliance.CountAsync("select parties from rescreenings where list_version = 2")).ShouldBe(2);
    }

    [Fact]
    public async Task Who_was_found_before_is_found_again_only_when_the_entry_changed()
    {
        var listed = await KnownAsync(Tenant, People.Listed);
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);
        (await AlertsAsync(Tenant)).ShouldBeEmpty();

        Change("alt.csv", text => text + "9000001,9100099,\"aka\",\"ZARKHOVANETS, Temirbek\",-0- \r\n");
        await FinishedAsync(3);

        (await AlertsAsync(Tenant)).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(listed.ToString());
    }

    [Fact]
    public async Task An_entry_that_is_removed_concerns_nobody()
    {
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);
        await KnownAsync(Tenant, Newcomer);

        Change("sdn.csv", text => text.Replace(NewEntry, "", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => await Compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 3, "the next version");

        (await Compliance.CountAsync("select count(*) from rescreenings where list_version = 3")).ShouldBe(0);
    }

    [Fact]
    public async Task The_transfers_of_a_customer_who_is_found_are_named()
    {
        var newcomer = await KnownAsync(Tenant, Newcomer);
        var facts = ComplianceUnderTest.FactsOf(
            Compliance.Transactions.Add(Tenant, People.Innocent), newcomer);
        var transfer = TransactionId.New();
        await Compliance.Service.PublishAsync(
            Tenant, new TransactionFunded(transfer, facts, facts.SendAmount, "psp:sandbox", false, 1));
        await Compliance.ScreenedAsync(transfer);

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await AlertsAsync(Tenant)).Single().GetProperty("transactionIds").EnumerateArray()
            .Select(id => id.GetString()).ShouldBe([transfer.ToString()]);
    }

    [Fact]
    public async Task A_list_of_aTenants_own_meets_the_customers_of_thatTenant()
    {
        await KnownAsync(Tenant, new StandInParty("Quillon Brastoe"));
        var stranger = TestTenant.New();
        await KnownAsync(stranger, new StandInParty("Quillon Brastoe"));
        await Compliance.Officer(Tenant, "ada").PutAsync("/v1/screening-lists/own", new StringContent(
            "id,kind,name\nown-1,PERSON,Quillon Brastoe\n", new MediaTypeHeaderValue("text/csv", "utf-8")));
        await Compliance.Officer(Tenant, "ben").PostAsync("/v1/screening-lists/own/1/approve", null);

        await FinishedAsync(2);

        (await AlertsAsync(Tenant)).Count.ShouldBe(1);
        (await AlertsAsync(stranger)).ShouldBeEmpty();
        (await Compliance.CountAsync("select parties from rescreenings where list_version = 2")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_registers_under_the_new_list_already_meets_it_once()
    {
        Change("sdn.csv", text => NewEntry + text);
        await VersionAsync(2);
        var customer = Compliance.Transactions.Add(Tenant, Newcomer);
        await Compliance.Service.PublishAsync(
            Tenant, new PartyRecorded(customer, PartyRole.Sender, 1, OutsideTransfer: true));
        await Eventually.TrueAsync(async () => await Compliance.CountAsync(
            "select count(*) from cases where party_id = $1", customer.Value) == 1, "the case");

        await FinishedAsync(2);

        (await AlertsAsync(Tenant)).ShouldHaveSingleItem();
        (await Compliance.CountAsync("select parties from rescreenings where list_version = 2")).ShouldBe(1);
    }

    [Fact]
    public async Task The_parties_of_a_transfer_that_is_under_way_are_among_those_who_meet_the_new_entries()
    {
        var inline = Compliance.Transactions.Add(Tenant, Newcomer);
        var sender = Compliance.Transactions.Add(Tenant, People.AlsoInnocent);
        await Compliance.Service.PublishAsync(Tenant, new PartyRecorded(sender, PartyRole.Sender, 1));
        await Compliance.Service.PublishAsync(Tenant, new PartyRecorded(inline, PartyRole.Beneficiary, 1));
        var facts = ComplianceUnderTest.FactsOf(sender, inline);
        var transfer = TransactionId.New();
        await Compliance.Service.PublishAsync(
            Tenant, new TransactionFunded(transfer, facts, facts.SendAmount, "psp:sandbox", false, 1));
        (await Compliance.ScreenedAsync(transfer)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        await Eventually.TrueAsync(async () => await Compliance.CountAsync(
            "select count(*) from screenings where subject = 'PARTY'") == 2, "both parties");

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        var alert = (await AlertsAsync(Tenant)).ShouldHaveSingleItem();
        alert.GetProperty("partyId").GetString().ShouldBe(inline.ToString());
        alert.GetProperty("transactionIds")[0].GetString().ShouldBe(transfer.ToString());
        // And before it is submitted it is screened again, under the new lists.
        await Compliance.Service.PublishAsync(Tenant, new ScreeningRequested(transfer, facts, 2));
        (await Compliance.ScreenedAsync(transfer, round: 2)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }
}
