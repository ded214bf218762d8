using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Compliance.CaseFiles;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>
/// False positives that two people found, and when they hold again. Each test has a service of its own: lists and
/// clocks change.
/// </summary>
public sealed class SuppressionTests : IAsyncLifetime
{
    private const int Days = 30;

    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance = new()
    {
        Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
        Settings = { ["Compliance:SuppressionDays"] = "30", ["Compliance:MaxListAgeHours"] = "100000" },
    };

    private HttpClient Olga => _compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => _compliance.Officer(_tenant, "oscar");

    public Task InitializeAsync() => _compliance.InitializeAsync();

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task Somebody_with_the_same_details_is_not_held_again_and_the_hit_is_still_shown()
    {
        await SuppressAsync(People.Namesake);

        var (_, cleared) = await ScreenAsync(People.Namesake);

        cleared.Outcome.ShouldBe(ScreeningOutcome.Clear);
        var suppression = (await ItemsAsync("?inForce=true")).ShouldHaveSingleItem();
        suppression.GetProperty("entryId").GetString().ShouldBe("9000002");
        (suppression.GetProperty("proposedBy").GetString(), suppression.GetProperty("approvedBy").GetString())
            .ShouldBe(("olga", "oscar"));
        (await _compliance.CountAsync(
            "select count(*) from screenings where id = $1 and evidence #>> '{parties,0,hits,0,suppressedBy}' = $2",
            cleared.ScreeningId.Value, suppression.GetProperty("id").GetString()!)).ShouldBe(1);
        (await VerifyAsync()).ShouldBe(CaseFileVerification.Fine);
    }

    [Fact]
    public async Task It_dies_with_any_change_of_the_customer()
    {
        await SuppressAsync(People.Namesake);
        StandInParty[] changed =
        [
            People.Namesake with { Born = "1991-03-03" }, People.Namesake with { Country = "IE" },
            People.Namesake with { Name = "SAMUEL OKONJO" }, People.Namesake with { Bank = "Bank of Lagos" },
        ];
        foreach (var party in changed)
            (await ScreenAsync(party)).Answer.Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task It_dies_with_any_change_of_the_list_entry()
    {
        await SuppressAsync(People.Namesake);
        var file = Path.Combine(_compliance.ListsFolder, "alt.csv");
        var text = (await File.ReadAllTextAsync(file)).TrimEnd('\u001a');
        await File.WriteAllTextAsync(file + ".next", text + "9000002,9100098,\"aka\",\"OKONJO, Sam\",-0- \r\n");
        File.Move(file + ".next", file, overwrite: true);
        await Eventually.TrueAsync(async () =>
        {
            _compliance.LookForLists();
            _compliance.Clock!.Advance(TimeSpan.FromSeconds(61));
            return await _compliance.CountAsync("select coalesce(max(active_version), 0) from list_state") == 2;
        }, "the next version");

        (await ScreenAsync(People.Namesake)).Answer.Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task It_expires()
    {
        await SuppressAsync(People.Namesake);
        _compliance.Clock!.Advance(TimeSpan.FromDays(Days) - TimeSpan.FromMinutes(1));
        (await ScreenAsync(People.Namesake)).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
        _compliance.Clock.Advance(TimeSpan.FromMinutes(1));

        (await ScreenAsync(People.Namesake)).Answer.Outcome.ShouldBe(ScreeningOutcome.Review);
        (await ItemsAsync("?inForce=true")).ShouldBeEmpty();
        (await ItemsAsync("")).Single().GetProperty("state").GetString().ShouldBe("EXPIRED");
    }

    [Fact]
    public async Task One_officer_revokes_it_at_once_and_what_it_cleared_is_screened_again()
    {
        await SuppressAsync(People.Namesake);
        var (_, cleared) = await ScreenAsync(People.Namesake);
        var id = (await ItemsAsync("")).Single().GetProperty("id").GetString();
        for (var i = 0; i < 2; i++)
        {
            var revoked = await Olga.PostAsJsonAsync($"/v1/suppressions/{id}/revocations", new { reason = "Brother." });
            (await revoked.JsonAsync()).GetProperty("state").GetString().ShouldBe("REVOKED");
        }

        var changed = await _compliance.Service.Events.WaitForAsync<ScreeningBasisChanged>(one => one.Owner == _tenant);
        changed.PolicyVersion.ShouldBe(cleared.PolicyVersion + 1);
        _compliance.Service.Events.All<ScreeningBasisChanged>(_tenant).ShouldHaveSingleItem();
        var (_, held) = await ScreenAsync(People.Namesake);
        (held.Outcome, held.PolicyVersion).ShouldBe((ScreeningOutcome.Review, cleared.PolicyVersion + 1));
        (await Olga.PostAsJsonAsync($"/v1/suppressions/sup_{Guid.NewGuid():N}/revocations", new { reason = "?" }))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_bank_that_was_looked_at_is_the_one_that_the_transfer_paid_and_no_other()
    {
        var paid = People.Innocent with { Bank = "Kestrel Harbour Trading", ProfileBank = "Kestrel Harbor Trading" };
        var (id, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, paid);
        var opened = (await _compliance.ScreenedAsync(id)).CaseId.ShouldNotBeNull();
        await DecideAsync(opened, await HitsAsync(opened));

        var (same, _) = await _compliance.FundAsync(_tenant, People.AlsoInnocent, paid);
        (await _compliance.ScreenedAsync(same)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        var (other, _) = await _compliance.FundAsync(
            _tenant, People.AlsoInnocent, paid with { Bank = paid.ProfileBank });
        (await _compliance.ScreenedAsync(other)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task A_revocation_makes_no_other_policy_by_sql()
    {
        await SuppressAsync(People.Namesake);

        await _compliance.Service.ShouldRefuseAsync(_tenant, "proposed and approved first", """
            with revoked as (
                insert into suppression_revocations (tenant_id, suppression_id, revoked_by, revoked_at, reason)
                select tenant_id, id, 'olga', now(), decode(repeat('00', 29), 'hex') from suppressions
                where tenant_id = $1 returning tenant_id)
            insert into policy_versions (tenant_id, version, made_by, approved_by, since, content)
            select tenant_id, 2, 'olga', 'nobody', now(), '{"reviewThreshold": 100, "textThreshold": 90,
                "thresholds": [], "countries": [], "listAges": []}' from revoked
            """, _tenant.Value);
    }

    [Fact]
    public async Task Without_a_date_of_birth_it_holds_for_that_party_alone()
    {
        var unknown = People.Namesake with { Born = null! };
        var (transfer, first) = await ScreenAsync(unknown);
        await DecideAsync(first.CaseId!.Value, await HitsAsync(first.CaseId.Value));

        (await ScreenAsync(unknown)).Answer.Outcome.ShouldBe(ScreeningOutcome.Review);
        var again = new ScreeningRequested(transfer.Id, transfer.Facts, 2);
        await _compliance.Service.PublishAsync(_tenant, again);
        (await _compliance.ScreenedAsync(transfer.Id, 2)).Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task Another_tenant_knows_nothing_of_it()
    {
        await SuppressAsync(People.Namesake);
        var stranger = TestTenant.New();

        var (id, _) = await _compliance.FundAsync(stranger, People.Namesake, People.Innocent);

        (await _compliance.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task Only_hits_of_the_case_are_suppressed_and_only_with_a_release_that_is_approved_by_another()
    {
        var opened = (await ScreenAsync(People.Namesake)).Answer.CaseId!.Value;
        var hits = await HitsAsync(opened);

        (await ProposeAsync(opened, "REJECT", hits)).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var stranger = new { partyId = PartyId.New(), list = "OFAC_SDN", entryId = "9000002" };
        (await ProposeAsync(opened, "RELEASE", [stranger])).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ProposeAsync(opened, "RELEASE", [.. Enumerable.Repeat(hits[0], 21)]))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ProposeAsync(opened, "RELEASE", hits)).EnsureSuccessStatusCode();
        (await ProposeAsync(opened, "RELEASE", hits)).EnsureSuccessStatusCode();
        (await ProposeAsync(opened, "RELEASE", [])).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await (await Olga.ApproveAsync(opened)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await Oscar.PostAsJsonAsync($"/v1/cases/{opened}/returns", new { reason = "Are you sure?" }))
            .EnsureSuccessStatusCode();
        (await Olga.ProposeAsync(opened, "RELEASE")).EnsureSuccessStatusCode();
        (await Oscar.ApproveAsync(opened)).EnsureSuccessStatusCode();

        (await ItemsAsync("")).ShouldBeEmpty();
        (await ScreenAsync(People.Namesake)).Answer.Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Theory]
    [InlineData(2, null)]
    [InlineData(1, "Bank of Lagos")]
    public async Task Details_that_changed_since_the_screening_are_not_suppressed(int version, string? bank)
    {
        var (transfer, answer) = await ScreenAsync(People.Namesake);
        var hits = await HitsAsync(answer.CaseId!.Value);
        _compliance.Transactions.Add(_tenant,
            People.Namesake with { Version = version, Bank = bank }, transfer.Facts.SenderId);

        (await (await ProposeAsync(answer.CaseId.Value, "RELEASE", hits)).CodeAsync()).ShouldBe("CASE_CHANGED");
        _compliance.Transactions.GoAway(_tenant);
        (await ProposeAsync(answer.CaseId.Value, "RELEASE", hits)).StatusCode
            .ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("suppression_needs_two_people", "'olga', 'olga', a.at, a.at + interval '1 day'")]
    [InlineData("what two people decided", "'otto', 'oscar', a.at, a.at + interval '1 day'")]
    [InlineData("what two people decided", "'olga', 'otto', a.at, a.at + interval '1 day'")]
    [InlineData("suppression_ends_within_a_year", "'olga', 'oscar', a.at, a.at + interval '400 days'")]
    [InlineData("what two people decided", "'olga', 'oscar', now(), now() + interval '1 day'")]
    [InlineData("what two people decided", "'olga', 'oscar', a.at, a.at + interval '1 day'", "9000001")]
    public async Task None_is_written_by_sql(string reason, string people, string entry = "9000002")
    {
        var opened = await SuppressAsync(People.Namesake);

        await _compliance.Service.ShouldRefuseAsync(_tenant, reason, $"""
            insert into suppressions (tenant_id, id, case_id, proposal_number, approval_number, party_id, name, list,
                entry_id, entry_hash, subject_hash, proposed_by, approved_by, approved_at, expires_at)
            select s.tenant_id, gen_random_uuid(), s.case_id, s.proposal_number, s.approval_number, s.party_id, s.name,
                s.list, '{entry}', s.entry_hash, s.subject_hash, {people}
            from suppressions s
            join case_events a on a.case_id = s.case_id and a.number = s.approval_number where s.case_id = $1
            """, opened.Value);
        await _compliance.Service.ShouldRefuseAsync(_tenant, "append-only",
            "update suppressions set expires_at = expires_at + interval '1 day' where case_id = $1", opened.Value);
        await _compliance.Service.ShouldRefuseAsync(_tenant, "append-only",
            "delete from suppressions where case_id = $1", opened.Value);
    }

    [Fact]
    public async Task Terms_that_were_changed_by_hand_are_found()
    {
        await SuppressAsync(People.Namesake);
        await _compliance.Service.ByHandAsync(
            ["case_terms"], "update case_terms set terms = replace(terms, '9000002', '9000001')");

        (await VerifyAsync()).ShouldBe(CaseFileVerification.Wrong);
    }

    private async Task<CaseId> SuppressAsync(StandInParty party)
    {
        var opened = (await ScreenAsync(party)).Answer.CaseId.ShouldNotBeNull();
        await DecideAsync(opened, await HitsAsync(opened));
        return opened;
    }

    private async Task DecideAsync(CaseId id, object[] hits)
    {
        (await ProposeAsync(id, "RELEASE", hits)).EnsureSuccessStatusCode();
        (await Oscar.ApproveAsync(id)).EnsureSuccessStatusCode();
    }

    private async Task<((TransactionId Id, TransactionFacts Facts) Transfer, ScreeningCompleted Answer)> ScreenAsync(
        StandInParty sender)
    {
        var transfer = await _compliance.FundAsync(_tenant, sender, People.Innocent);
        return (transfer, await _compliance.ScreenedAsync(transfer.Id));
    }

    private Task<HttpResponseMessage> ProposeAsync(CaseId id, string decision, object[] suppress) =>
        Olga.PostAsJsonAsync($"/v1/cases/{id}/proposals", new { decision, reason = "Somebody else.", suppress });

    private Task<object[]> HitsAsync(CaseId id) => Olga.HitsAsync(id);

    private async Task<JsonElement[]> ItemsAsync(string query) =>
        [.. (await (await Olga.GetAsync($"/v1/suppressions{query}")).JsonAsync()).GetProperty("items")
            .EnumerateArray()];

    private async Task<int> VerifyAsync()
    {
        using var output = new StringWriter();
        return await CaseFileVerification.RunAsync(
            _compliance.Service.AppConnectionString, output, output, CancellationToken.None);
    }
}
