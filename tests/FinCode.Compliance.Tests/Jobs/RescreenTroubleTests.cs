using FinCode.Testing;

namespace FinCode.Compliance.Tests.Jobs;

/// <summary>Many customers, unreadable ones, and lists that change again meanwhile.</summary>
public sealed class RescreenTroubleTests : RescreeningTests
{
    [Fact]
    public async Task While_the_parties_cannot_be_had_it_waits_and_then_alerts_once_even_when_done_twice()
    {
        await KnownAsync(Tenant, Newcomer);
        Compliance.Transactions.GoAway(Tenant);
        Change("sdn.csv", text => NewEntry + text);
        await Eventually.TrueAsync(() =>
        {
            Pass();
            return Compliance.Logged.Any(line => line.Contains("Customers wait to meet", StringComparison.Ordinal));
        }, "the wait");
        (await AlertsAsync(Tenant)).ShouldBeEmpty();

        Compliance.Transactions.ComeBack(Tenant);
        await FinishedAsync(2);
        (await AlertsAsync(Tenant)).Count.ShouldBe(1);
        (await Compliance.CountAsync("with again as (update rescreenings set finished_at = null, "
            + "tenant_cursor = null, party_cursor = null where list_version = 2 returning 1) "
            + "select count(*) from again")).ShouldBe(1);
        await FinishedAsync(2);

        (await AlertsAsync(Tenant)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task More_customers_than_a_batch_holds_are_gone_through_each_once()
    {
        const int strangers = 450;
        var first = await KnownAsync(Tenant, Newcomer);
        // As if they had been screened: with ids on both sides of those who match.
        await using (var add = Compliance.Service.Owner.CreateCommand(
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
                Compliance.Transactions.Add(Tenant, People.AlsoInnocent, new PartyId(id));
        }

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await Compliance.CountAsync("select parties from rescreenings where list_version = 2"))
            .ShouldBe(strangers + 2);
        (await Compliance.CountAsync("select alerts from rescreenings where list_version = 2")).ShouldBe(2);
        (await AlertsAsync(Tenant)).ShouldHaveSingleItem();
        // Batches of 200 and tenants begin anew; everybody was asked for once, by the hundred.
        Compliance.Transactions.Asked.Sum().ShouldBe(strangers + 2);
        Compliance.Transactions.Asked.Count.ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public async Task One_customer_who_cannot_be_read_is_skipped_said_and_tried_again_while_others_go_on()
    {
        var unreadable = await KnownAsync(Tenant, Newcomer);
        var readable = await KnownAsync(Tenant, Newcomer);
        Compliance.Transactions.Break(unreadable);

        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        (await AlertsAsync(Tenant)).ShouldHaveSingleItem().GetProperty("partyId").GetString()
            .ShouldBe(readable.ToString());
        Compliance.Logged.ShouldContain(line => line.StartsWith("Error", StringComparison.Ordinal)
            && line.Contains(unreadable.ToString(), StringComparison.Ordinal)
            && line.Contains("it is tried again", StringComparison.Ordinal));
        await Eventually.TrueAsync(async () =>
        {
            Pass();
            return (await SkippedAsync()) is [var skipped] && skipped.GetProperty("tries").GetInt32() > 1
                && skipped.GetProperty("partyId").GetString() == unreadable.ToString();
        }, "another try");

        Compliance.Transactions.Mend(unreadable);
        await Eventually.TrueAsync(async () =>
        {
            Compliance.Clock!.Advance(TimeSpan.FromHours(1));
            Compliance.LookForLists();
            Pass();
            return (await SkippedAsync()).Count == 0;
        }, "the customer to be read");

        (await AlertsAsync(Tenant)).Count.ShouldBe(2);
        (await Compliance.CountAsync("select alerts from rescreenings where list_version = 2")).ShouldBe(2);
    }

    [Fact]
    public async Task Skipped_customers_of_one_tenant_do_not_wait_for_those_of_another()
    {
        var later = TestTenant.New();
        PartyId[] unreadable = [await KnownAsync(Tenant, Newcomer), await KnownAsync(later, Newcomer)];
        foreach (var id in unreadable)
            Compliance.Transactions.Break(id);
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);
        Compliance.Transactions.GoAway(Tenant);
        Compliance.Transactions.Mend(unreadable[1]);

        await Eventually.TrueAsync(async () =>
        {
            Pass();
            return (await AlertsAsync(later)).Count == 1;
        }, "the customer who can be read");

        (await SkippedAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_customer_is_alerted_once_for_each_change_whichever_lists_are_in_force_by_then()
    {
        await KnownAsync(Tenant, Newcomer);
        Change("sdn.csv", text => NewEntry + text);
        await VersionAsync(2);
        Change("alt.csv", text => text + "9000030,9100098,\"aka\",\"NEWLYLISTED, Barnaby\",-0- \r\n");
        await VersionAsync(3);
        await FinishedAsync(2);
        await FinishedAsync(3);

        var alerts = await AlertsAsync(Tenant);

        alerts.Count.ShouldBe(2);
        alerts.ShouldAllBe(alert => alert.GetProperty("listVersion").GetInt64() == 3);
        (await Compliance.CountAsync("select sum(rescreening)::bigint from customer_alerts")).ShouldBe(5);
    }

    [Fact]
    public async Task What_an_edition_changed_is_told()
    {
        Change("sdn.csv", text => NewEntry + text);
        await FinishedAsync(2);

        var officer = Compliance.Officer(Tenant, "ada");
        var changes = await (await officer.GetAsync("/v1/screening-lists/OFAC_SDN/editions/2/changes")).JsonAsync();

        var change = changes.GetProperty("changes").EnumerateArray().ShouldHaveSingleItem();
        (change.GetProperty("entryId").GetString(), change.GetProperty("change").GetString())
            .ShouldBe(("9000030", "ADDED"));
        change.GetProperty("hash").GetString()!.Length.ShouldBe(64);
        (await officer.GetAsync("/v1/screening-lists/OFAC_SDN/editions/9/changes")).StatusCode
            .ShouldBe(System.Net.HttpStatusCode.NotFound);
    }
}
