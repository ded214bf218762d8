using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Jobs;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Customers who were clear, and lists that change after them.</summary>
public sealed class RescreenCustomersTests : IAsyncLifetime
{
    private const string NewEntry =
        "9000030,\"NEWLYLISTED, Barnabas\",\"individual\",\"DEMO\",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n";

    private static readonly StandInParty Newcomer = new("Barnabas Newlylisted");

    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance =
        new() { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };

    public async Task InitializeAsync()
    {
        await _compliance.InitializeAsync();
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 1, "the lists");
        await FinishedAsync(1);
    }

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task Customers_of_every_tenant_meet_the_new_entries_and_those_who_match_raise_one_alert()
    {
        var stranger = TestTenant.New();
        var newcomer = await KnownAsync(_tenant, Newcomer);
        var elsewhere = await KnownAsync(stranger, Newcomer);
        await KnownAsync(_tenant, People.Innocent);
        await KnownAsync(_tenant, People.Listed);
        await KnownAsync(_tenant, Newcomer with { Version = 1 }, isForgotten: true);
        var (transfer, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent);
        await _compliance.ScreenedAsync(transfer);

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        var alert = (await AlertsAsync(_tenant)).ShouldHaveSingleItem();
        alert.GetProperty("partyId").GetString().ShouldBe(newcomer.ToString());
        alert.GetProperty("listVersion").GetInt64().ShouldBe(2);
        var hit = alert.GetProperty("evidence").GetProperty("parties")[0].GetProperty("hits")[0];
        (hit.GetProperty("list").GetString(), hit.GetProperty("entryId").GetString())
            .ShouldBe(("OFAC_SDN", "9000030"));
        (await AlertsAsync(stranger)).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(elsewhere.ToString());
        (await _compliance.CountAsync("select parties from rescreenings where list_version = 2")).ShouldBe(5);
        _compliance.Logged.ShouldNotContain(
            line => line.Contains("Barnabas", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Who_was_found_before_is_found_again_only_when_the_entry_changed()
    {
        var listed = await KnownAsync(_tenant, People.Listed);
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);
        (await AlertsAsync(_tenant)).ShouldBeEmpty();

        Change("alt.csv", text => text + "9000001,9100099,\"aka\",\"ZARKHOVANETS, Temirbek\",-0- \r\n");
        await FinishedAsync(3);

        (await AlertsAsync(_tenant)).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(listed.ToString());
    }

    [Fact]
    public async Task An_entry_that_is_removed_concerns_nobody()
    {
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);
        await KnownAsync(_tenant, Newcomer);

        Change("sdn.csv", text => text.Replace(NewEntry, "", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select coalesce(max(active_version), 0) from list_state") == 3, "the next version");

        (await _compliance.CountAsync("select count(*) from rescreenings where list_version = 3")).ShouldBe(0);
    }

    [Fact]
    public async Task The_transfers_of_a_customer_who_is_found_are_named()
    {
        var newcomer = await KnownAsync(_tenant, Newcomer);
        var facts = ComplianceUnderTest.FactsOf(
            _compliance.Transactions.Add(_tenant, People.Innocent), newcomer);
        var transfer = TransactionId.New();
        await _compliance.Service.PublishAsync(
            _tenant, new TransactionFunded(transfer, facts, facts.SendAmount, "psp:sandbox", false, 1));
        await _compliance.ScreenedAsync(transfer);

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await AlertsAsync(_tenant)).Single().GetProperty("transactionIds").EnumerateArray()
            .Select(id => id.GetString()).ShouldBe([transfer.ToString()]);
    }

    [Fact]
    public async Task While_the_parties_cannot_be_had_it_waits_and_then_alerts_once_even_when_done_twice()
    {
        await KnownAsync(_tenant, Newcomer);
        _compliance.Transactions.GoAway(_tenant);
        Change("sdn.csv", text => NewEntry + text);
        await Eventually.TrueAsync(() =>
        {
            Pass();
            return _compliance.Logged.Any(line => line.Contains("Customers wait to meet", StringComparison.Ordinal));
        }, "the wait");
        (await AlertsAsync(_tenant)).ShouldBeEmpty();

        _compliance.Transactions.ComeBack(_tenant);
        await FinishedAsync(2);
        (await AlertsAsync(_tenant)).Count.ShouldBe(1);
        (await _compliance.CountAsync("with again as (update rescreenings set finished_at = null, "
            + "tenant_cursor = null, party_cursor = null where list_version = 2 returning 1) "
            + "select count(*) from again")).ShouldBe(1);
        await FinishedAsync(2);

        (await AlertsAsync(_tenant)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_list_of_a_tenants_own_meets_the_customers_of_that_tenant()
    {
        await KnownAsync(_tenant, new StandInParty("Quillon Brastoe"));
        var stranger = TestTenant.New();
        await KnownAsync(stranger, new StandInParty("Quillon Brastoe"));
        await _compliance.Officer(_tenant, "ada").PutAsync("/v1/screening-lists/own", new StringContent(
            "id,kind,name\nown-1,PERSON,Quillon Brastoe\n", new MediaTypeHeaderValue("text/csv", "utf-8")));
        await _compliance.Officer(_tenant, "ben").PostAsync("/v1/screening-lists/own/1/approve", null);

        await FinishedAsync(2);

        (await AlertsAsync(_tenant)).Count.ShouldBe(1);
        (await AlertsAsync(stranger)).ShouldBeEmpty();
        (await _compliance.CountAsync("select parties from rescreenings where list_version = 2")).ShouldBe(1);
    }

    /// <summary>A customer who has been screened; forgotten ones the transactions service knows no more.</summary>
    private async Task<PartyId> KnownAsync(TenantId tenant, StandInParty party, bool isForgotten = false)
    {
        var id = _compliance.Transactions.Add(tenant, party);
        await _compliance.Service.PublishAsync(tenant, new PartyRecorded(id, PartyRole.Sender, 1));
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from screenings where party_id = $1", id.Value) == 1, "the screening of the customer");
        if (isForgotten)
            _compliance.Transactions.Forget(tenant, id);
        return id;
    }

    private void Change(string file, Func<string, string> change)
    {
        var path = Path.Combine(_compliance.ListsFolder, file);
        var text = Encoding.ASCII.GetString(File.ReadAllBytes(path)).TrimEnd('\u001a');
        File.WriteAllText(path + ".next", change(text));
        File.Move(path + ".next", path, overwrite: true);
        _compliance.LookForLists();
    }

    private void Pass()
    {
        _compliance.Clock!.Advance(TimeSpan.FromSeconds(61));
        _compliance.Service.Services.GetRequiredService<JobSignal<RescreenCustomers>>().Wake();
    }

    private Task FinishedAsync(long version) => Eventually.TrueAsync(async () =>
    {
        Pass();
        return await _compliance.CountAsync(
            "select count(*) from rescreenings where list_version = $1 and finished_at is not null", version) == 1;
    }, $"the customers to meet list version {version}");

    private async Task<List<JsonElement>> AlertsAsync(TenantId tenant)
    {
        using var officer = _compliance.Officer(tenant, "ada");
        return [.. (await (await officer.GetAsync("/v1/customer-alerts")).JsonAsync()).EnumerateArray()];
    }
}
