using System.Text.Json;
using FinCode.Compliance.Jobs;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>
/// Customers who are on a list of politically exposed persons: what two people say of a hit, and what the due diligence
/// covers from then on. Each test has a service of its own: lists and clocks change.
/// </summary>
public sealed class PepMatchTests : IAsyncLifetime
{
    private static readonly StandInParty Exposed = new("Quillon Brastoe", "1971-04-02");

    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance = new()
    {
        Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()),
        Settings = { ["Compliance:MaxListAgeHours"] = "100000", ["Compliance:PepLists:0"] = "PLAIN" },
    };

    private HttpClient Olga => _compliance.Officer(_tenant, "olga");

    private HttpClient Oscar => _compliance.Officer(_tenant, "oscar");

    public async Task InitializeAsync()
    {
        await WriteAsync("id,kind,name,aliases\npep-1,PERSON,Quillon Brastoe,\npep-2,PERSON,Temirbek Zarkhovan,\n");
        await _compliance.InitializeAsync();
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from list_standings where list = 'PLAIN' and edition is not null") == 1, "the list");
    }

    public Task DisposeAsync() => _compliance.DisposeAsync();

    [Fact]
    public async Task Who_it_is_is_marked_and_after_the_due_diligence_the_entry_holds_no_transfer_any_more()
    {
        var customer = _compliance.Transactions.Add(_tenant, Exposed);
        var (_, first) = await ScreenAsync(customer);
        await ReleaseAsync(first.CaseId!.Value);

        var risk = await _compliance.RiskAsync(_tenant, customer);
        (risk.GetProperty("pep").GetBoolean(), risk.GetProperty("dueDiligence").GetString())
            .ShouldBe((true, "AWAITED"));
        (await _compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldContain("SOURCE_OF_WEALTH AWAITED REQUIRED_INFORMATION");
        (await _compliance.WorklistAsync(_tenant)).ShouldBe(["DUE_DILIGENCE"]);
        var (_, waiting) = await ScreenAsync(customer);
        (await ReasonsAsync(waiting)).ShouldBe(["DUE_DILIGENCE"]);

        var decision = await DiligenceAsync(customer);

        var (transfer, covered) = await ScreenAsync(customer);
        covered.Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await _compliance.CountAsync("select count(*) from screenings, "
            + "jsonb_to_record(evidence #> '{parties,0,hits,0,exposure}') as why(\"caseId\" text, "
            + "\"dueDiligenceId\" text, \"dueDiligenceUntil\" timestamptz) where transaction_id = $1 "
            + "and \"caseId\" = $2 and \"dueDiligenceId\" = $3 and \"dueDiligenceUntil\" > $4", transfer.Value,
            first.CaseId.ToString()!, decision, _compliance.Clock!.GetUtcNow().AddDays(364))).ShouldBe(1);
        // Releasing what waited says nothing new: the due diligence stands.
        await ReleaseAsync(waiting.CaseId!.Value);
        (await ScreenAsync(customer)).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task A_registered_customer_is_marked_by_the_release_of_his_case_and_the_transfer_waits_for_more()
    {
        var customer = _compliance.Transactions.Add(_tenant, Exposed);
        await RecordAsync(customer, 1);
        var own = CaseId.Parse((await OpenAsync()).ShouldHaveSingleItem().GetProperty("id").GetString()!);
        var (_, held) = await ScreenAsync(customer);

        await ReleaseAsync(own);

        (await IsMarkedAsync(customer)).ShouldBeTrue();
        (await OpenAsync()).ShouldHaveSingleItem().GetProperty("id").GetString().ShouldBe(held.CaseId.ToString());
        // Who is known to be exposed is no news at the next change.
        _compliance.Transactions.Add(_tenant, Exposed with { Version = 2, Address = "2 Stand-in Street" }, customer);
        await RecordAsync(customer, 2);
        (await OpenAsync()).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Somebody_else_is_neither_marked_nor_held_again()
    {
        var customer = _compliance.Transactions.Add(_tenant, Exposed);
        await RecordAsync(customer, 1);
        var own = CaseId.Parse((await OpenAsync()).ShouldHaveSingleItem().GetProperty("id").GetString()!);
        var (transfer, _) = await ScreenAsync(customer);

        await ReleaseAsync(own, isSomebodyElse: true);

        (await IsMarkedAsync(customer)).ShouldBeFalse();
        (await _compliance.Service.Events.WaitForAsync<CaseDecided>(one => one.TransactionId == transfer)).Decision
            .ShouldBe(CaseDecision.Release);
        (await ScreenAsync(customer)).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task A_sanction_is_covered_by_no_due_diligence()
    {
        var customer = _compliance.Transactions.Add(_tenant, People.Listed);
        var (_, first) = await ScreenAsync(customer);
        (await ReasonsAsync(first)).ShouldBe(["SANCTIONS", "DUE_DILIGENCE"]);
        await ReleaseAsync(first.CaseId!.Value);
        await DiligenceAsync(customer);

        var (_, second) = await ScreenAsync(customer);

        (await ReasonsAsync(second)).ShouldBe(["SANCTIONS"]);
    }

    [Fact]
    public async Task A_change_of_the_customer_or_of_the_entry_holds_again()
    {
        var customer = await CoveredAsync();
        StandInParty[] changes =
        [
            Exposed with { Version = 2, Born = "1971-04-03" }, Exposed with { Version = 3, Country = "IE" },
            Exposed with { Version = 4, Name = "Quillon  BRASTOE" },
        ];
        foreach (var changed in changes)
        {
            _compliance.Transactions.Add(_tenant, changed, customer);
            (await ReasonsAsync((await ScreenAsync(customer)).Answer)).ShouldBe(["DUE_DILIGENCE"]);
        }
        _compliance.Transactions.Add(_tenant, Exposed with { Version = 5 }, customer);
        (await ScreenAsync(customer)).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);

        await WriteAsync(
            "id,kind,name,aliases\npep-1,PERSON,Quillon Brastoe,Quill Brastoe\npep-2,PERSON,Temirbek Zarkhovan,\n");
        await Eventually.TrueAsync(async () =>
        {
            _compliance.LookForLists();
            _compliance.Clock!.Advance(TimeSpan.FromSeconds(61));
            _compliance.Service.Services.GetRequiredService<JobSignal<RescreenCustomers>>().Wake();
            return await _compliance.CountAsync("select count(*) from rescreenings where finished_at is not null") == 1;
        }, "the customers to meet the next version");
        // Another content of the entry is another person to look into.
        await ReleaseAsync(CaseId.Parse((await OpenAsync()).Single(one => one.TryGetProperty("partyId", out _))
            .GetProperty("id").GetString()!));
        (await _compliance.RiskAsync(_tenant, customer)).GetProperty("dueDiligence").GetString().ShouldBe("AWAITED");
        (await ReasonsAsync((await ScreenAsync(customer)).Answer)).ShouldBe(["DUE_DILIGENCE"]);
    }

    [Theory]
    [InlineData("2035-12-31", 366)]
    [InlineData(null, 11)]
    public async Task When_the_due_diligence_or_what_was_shown_for_it_ends_it_holds_again(string? expiresOn, int days)
    {
        var today = DateOnly.FromDateTime(_compliance.Clock!.GetUtcNow().UtcDateTime);
        var customer = await CoveredAsync(expiresOn ?? today.AddDays(10).ToString("O"));

        _compliance.Clock.Advance(TimeSpan.FromDays(days));

        (await ReasonsAsync((await ScreenAsync(customer)).Answer)).ShouldBe(["DUE_DILIGENCE"]);
    }

    [Fact]
    public async Task Who_is_cleared_is_held_again_and_marked_again_when_two_people_let_it_pass()
    {
        var customer = await CoveredAsync();
        var cleared = await (await Olga.DecideAsync(customer, "PEP_CLEARED")).IdAsync();
        (await Oscar.ApproveAsync(customer, cleared)).EnsureSuccessStatusCode();
        var (_, held) = await ScreenAsync(customer);
        (await ReasonsAsync(held)).ShouldBe(["DUE_DILIGENCE"]);

        _compliance.Clock!.Advance(TimeSpan.FromMinutes(1));
        await ReleaseAsync(held.CaseId!.Value);

        var risk = await _compliance.RiskAsync(_tenant, customer);
        (risk.GetProperty("pep").GetBoolean(), risk.GetProperty("dueDiligence").GetString())
            .ShouldBe((true, "AWAITED"));
    }

    [Fact]
    public async Task A_beneficiary_is_nobodys_customer()
    {
        var beneficiary = _compliance.Transactions.Add(_tenant, Exposed);
        var facts = ComplianceUnderTest.FactsOf(
            _compliance.Transactions.Add(_tenant, People.AlsoInnocent), beneficiary);
        await ReleaseAsync((await _compliance.ScreenAsync(_tenant, facts)).Answer.CaseId!.Value);

        (await _compliance.CountAsync("select count(*) from pep_matches")).ShouldBe(0);
        (await _compliance.CountAsync("select count(*) from kyc_customers where pep")).ShouldBe(0);
    }

    [Theory]
    [InlineData("two people let pass in a case", "entry_id", "'pep-2'")]
    [InlineData("two people let pass in a case", "entry_hash", "repeat('0', 64)")]
    [InlineData("two people let pass in a case", "party_version", "2")]
    public async Task None_is_written_by_sql(string reason, string column, string value)
    {
        await CoveredAsync();
        string[] columns = ["tenant_id", "party_id", "party_version", "list", "entry_id", "entry_hash", "case_id",
            "approval_number", "salt", "commitment", "confirmed_at"];

        await _compliance.Service.ShouldRefuseAsync(_tenant, reason,
            $"insert into pep_matches ({string.Join(", ", columns)}) select "
            + string.Join(", ", columns.Select(one => one == column ? value : one))
            + " from pep_matches where tenant_id = $1", _tenant.Value);
        await _compliance.Service.ShouldRefuseAsync(_tenant, "append-only",
            "update pep_matches set list = 'OTHER' where tenant_id = $1", _tenant.Value);
    }

    [Fact]
    public async Task What_is_somebody_else_is_not_written_by_sql()
    {
        var customer = _compliance.Transactions.Add(_tenant, Exposed);
        await ReleaseAsync((await ScreenAsync(customer)).Answer.CaseId!.Value, isSomebodyElse: true);

        await _compliance.Service.ShouldRefuseAsync(_tenant, "two people let pass in a case", """
            insert into pep_matches (tenant_id, party_id, party_version, list, entry_id, entry_hash, case_id,
                approval_number, salt, commitment, confirmed_at)
            select u.tenant_id, u.party_id, 1, u.list, u.entry_id, u.entry_hash, u.case_id, u.approval_number,
                s.evidence #>> '{parties,0,salt}', s.evidence #>> '{parties,0,commitment}', u.approved_at
            from suppressions u
            join cases c on c.tenant_id = u.tenant_id and c.id = u.case_id
            join screenings s on s.tenant_id = c.tenant_id and s.id = c.screening_id
            where u.tenant_id = $1
            """, _tenant.Value);
    }

    /// <summary>Whose next transfer is clear.</summary>
    private async Task<PartyId> CoveredAsync(string expiresOn = "2035-12-31")
    {
        var customer = _compliance.Transactions.Add(_tenant, Exposed);
        await ReleaseAsync((await ScreenAsync(customer)).Answer.CaseId!.Value);
        await DiligenceAsync(customer, expiresOn);
        (await ScreenAsync(customer)).Answer.Outcome.ShouldBe(ScreeningOutcome.Clear);
        // Who the customer is was heard by then, and is not asked again until another version is recorded.
        await Eventually.TrueAsync(async () => await _compliance.CountAsync(
            "select count(*) from kyc_customers where party_id = $1 and profile is not null", customer.Value) == 1,
            "the profile");
        return customer;
    }

    private async Task<string> DiligenceAsync(PartyId customer, string expiresOn = "2035-12-31")
    {
        await _compliance.ShowAsync(_tenant, customer, "SOURCE_OF_WEALTH", expiresOn);
        var decision = await (await Olga.DecideAsync(customer, "ENHANCED_DUE_DILIGENCE")).IdAsync();
        (await _compliance.Service.ClientAs("mia", _tenant, Roles.Manager).ApproveAsync(customer, decision))
            .EnsureSuccessStatusCode();
        return decision;
    }

    private Task<(TransactionId Id, ScreeningCompleted Answer)> ScreenAsync(PartyId customer) =>
        _compliance.ScreenAsync(_tenant, ComplianceUnderTest.FactsOf(
            customer, _compliance.Transactions.Add(_tenant, People.Innocent)));

    private async Task RecordAsync(PartyId customer, int version)
    {
        await _compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(customer, PartyRole.Sender, version, OutsideTransfer: true));
        await Eventually.TrueAsync(async () => await _compliance.CountAsync("select count(*) from screenings "
            + "where party_id = $1 and party_version = $2", customer.Value, version) == 1, "it is screened");
    }

    private Task ReleaseAsync(CaseId id, bool isSomebodyElse = false) =>
        _compliance.ReleaseAsync(_tenant, id, isSomebodyElse);

    private async Task<bool> IsMarkedAsync(PartyId customer) =>
        (await _compliance.RiskAsync(_tenant, customer)).GetProperty("pep").GetBoolean();

    private async Task<string[]> ReasonsAsync(ScreeningCompleted answer)
    {
        answer.Outcome.ShouldBe(ScreeningOutcome.Review);
        var detail = await (await Olga.GetAsync($"/v1/cases/{answer.CaseId}")).JsonAsync();
        return [.. detail.GetProperty("evidence").GetProperty("reasons").EnumerateArray()
            .Select(one => one.GetString()!)];
    }

    private async Task<JsonElement[]> OpenAsync() =>
        [.. (await (await Olga.GetAsync("/v1/cases/worklist")).JsonAsync()).GetProperty("items").EnumerateArray()];

    private async Task WriteAsync(string list)
    {
        var path = Path.Combine(_compliance.ListsFolder, "list.csv");
        await File.WriteAllTextAsync(path + ".next", list);
        File.Move(path + ".next", path, overwrite: true);
    }
}
