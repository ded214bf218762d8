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

    [Fact]
    public async Task More_customers_than_a_batch_holds_are_gone_through_each_once()
    {
        const int strangers = 450;
        var first = await KnownAsync(_tenant, Newcomer);
        // As if they had been screened: with ids on both sides of those who match.
        await using (var add = _compliance.Service.Owner.CreateCommand(
            "insert into screenings select tenant_id, gen_random_uuid(), subject, null, null, gen_random_uuid(), 1, "
            + "outcome, list_version, policy_version, evidence, screened_at from screenings, generate_series(1, $1) "
            + "where subject = 'PARTY'"))
        {
            add.Parameters.Add(new Npgsql.NpgsqlParameter { Value = strangers });
            await add.ExecuteNonQueryAsync();
        }
        var last = await KnownAsync(TestTenant.New(), Newcomer);
        foreach (var id in await IdsAsync("select party_id from screenings where subject = 'PARTY'"))
        {
            if (id != first.Value && id != last.Value)
                _compliance.Transactions.Add(_tenant, People.AlsoInnocent, new PartyId(id));
        }

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await _compliance.CountAsync("select parties from rescreenings where list_version = 2"))
            .ShouldBe(strangers + 2);
        (await _compliance.CountAsync("select alerts from rescreenings where list_version = 2")).ShouldBe(2);
        (await AlertsAsync(_tenant)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task One_customer_who_cannot_be_read_is_skipped_said_and_tried_again_while_others_go_on()
    {
        var unreadable = await KnownAsync(_tenant, Newcomer);
        var readable = await KnownAsync(_tenant, Newcomer);
        _compliance.Transactions.Break(unreadable);

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await AlertsAsync(_tenant)).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(readable.ToString());
        _compliance.Logged.ShouldContain(line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains(unreadable.ToString(), StringComparison.Ordinal)
            && line.Contains("it is tried again", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () =>
        {
            Pass();
            return (await SkippedAsync()) is [var skipped] && skipped.GetProperty("tries").GetInt32() > 1
                && skipped.GetProperty("partyId").GetString() == unreadable.ToString();
        }, "another try");

        _compliance.Transactions.Mend(unreadable);
        await Eventually.TrueAsync(async () =>
        {
            _compliance.Clock!.Advance(TimeSpan.FromHours(1));
            _compliance.LookForLists();
            Pass();
            return (await SkippedAsync()).Count == 0;
        }, "the customer to be read");

        (await AlertsAsync(_tenant)).Count.ShouldBe(2);
        (await _compliance.CountAsync("select alerts from rescreenings where list_version = 2")).ShouldBe(2);
    }

    [Fact]
    public async Task A_customer_is_alerted_once_for_each_change_whichever_lists_are_in_force_by_then()
    {
        await KnownAsync(_tenant, Newcomer);
        Change("sdn.csv", text => NewEntry + text);
        await VersionAsync(2);
        Change("alt.csv", text => text + "9000030,9100098,\"aka\",\"NEWLYLISTED, Barnaby\",-0- \r\n");
        await VersionAsync(3);
        await FinishedAsync(2);
        await FinishedAsync(3);

        var alerts = await AlertsAsync(_tenant);

        alerts.Count.ShouldBe(2);
        alerts.ShouldAllBe(alert => alert.GetProperty("listVersion").GetInt64() == 3);
        (await _compliance.CountAsync("select sum(rescreening)::bigint from customer_alerts")).ShouldBe(5);
    }

    [Fact]
    public async Task The_parties_of_a_transfer_that_is_under_way_are_among_those_who_meet_the_new_entries()
    {
        var inline = _compliance.Transactions.Add(_tenant, Newcomer);
        var sender = _compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        await _compliance.Service.PublishAsync(_tenant, new PartyRecorded(sender, PartyRole.Sender, 1));
        await _compliance.Service.PublishAsync(_tenant, new PartyRecorded(inline, PartyRole.Beneficiary, 1));
        var facts = ComplianceUnderTest.FactsOf(sender, inline);
        var transfer = TransactionId.New();
        await _compliance.Service.PublishAsync(
            _tenant, new TransactionFunded(transfer, facts, facts.SendAmount, "psp:sandbox", false, 1));
        (await _compliance.ScreenedAsync(transfer)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from screenings where subject = 'PARTY'") == 2, "both parties");

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        var alert = (await AlertsAsync(_tenant)).ShouldHaveSingleItem();
        alert.GetProperty("partyId").GetString().ShouldBe(inline.ToString());
        alert.GetProperty("transactionIds")[0].GetString().ShouldBe(transfer.ToString());
        // And before it is submitted it is screened again, under the new lists.
        await _compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 2));
        (await _compliance.ScreenedAsync(transfer, round: 2)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task What_an_edition_changed_is_told()
    {
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        var officer = _compliance.Officer(_tenant, "ada");
        var changes = await (await officer.GetAsync("/v1/screening-lists/OFAC_SDN/editions/2/changes")).JsonAsync();

        var change = changes.GetProperty("changes").EnumerateArray().ShouldHaveSingleItem();
        (change.GetProperty("entryId").GetString(), change.GetProperty("change").GetString())
            .ShouldBe(("9000030", "ADDED"));
        change.GetProperty("hash").GetString()!.Length.ShouldBe(64);
        (await officer.GetAsync("/v1/screening-lists/OFAC_SDN/editions/9/changes")).StatusCode
            .ShouldBe(System.Net.HttpStatusCode.NotFound);
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

    private Task VersionAsync(long version) => Eventually.TrueAsync(async () => await _compliance.CountAsync(
        "select coalesce(max(active_version), 0) from list_state") == version, $"list version {version}");

    private async Task<List<JsonElement>> SkippedAsync()
    {
        using var officer = _compliance.Officer(_tenant, "ada");
        return [.. (await (await officer.GetAsync("/v1/customer-alerts/skipped")).JsonAsync()).EnumerateArray()];
    }

    private async Task<List<Guid>> IdsAsync(string sql)
    {
        await using var command = _compliance.Service.Owner.CreateCommand(sql);
        await using var rows = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await rows.ReadAsync())
            ids.Add(rows.GetGuid(0));
        return ids;
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
