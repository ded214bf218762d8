using System.Net;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.Time.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>What the time alone brings about.</summary>
public sealed class CustomerTimeTests : IAsyncLifetime
{
    private readonly TenantId _tenant = TestTenant.New();
    private readonly ComplianceUnderTest _compliance =
        new() { Clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow()) };

    public Task InitializeAsync() => _compliance.InitializeAsync();

    public Task DisposeAsync() => _compliance.DisposeAsync();

    private DateOnly Today => DateOnly.FromDateTime(_compliance.Clock!.GetUtcNow().UtcDateTime);

    [Fact]
    public async Task A_document_that_ends_is_awaited_again_and_the_tier_is_lost_and_announced()
    {
        var customer = _compliance.Transactions.Add(_tenant, People.Namesake);
        await _compliance.ReachTierOneAsync(_tenant, customer, Today.AddDays(10).ToString("O"));
        (await _compliance.TierAsync(_tenant, customer)).ShouldBe(1);

        await UntilAsync(TimeSpan.FromDays(11), async () =>
            (await _compliance.HistoryAsync(_tenant, customer)).Count(type => type == "TIER_CHANGED") == 2);

        var standing = await _compliance.StandingAsync(_tenant, customer);
        standing.GetProperty("tier").GetInt32().ShouldBe(0);
        standing.Awaited().ShouldBe(["IDENTITY_DOCUMENT EXPIRED NO_LONGER_VALID"]);
        await _compliance.Service.Events.WaitForAsync<KycVerificationCompleted>(
            one => one == new KycVerificationCompleted(customer, KycOutcome.Lapsed, 0, 1));
    }

    [Fact]
    public async Task A_review_falls_due_by_risk_asks_the_form_once_and_is_completed_by_an_officer()
    {
        var customer = _compliance.Transactions.Add(_tenant, People.Namesake with { Country = "IR" });
        await _compliance.StandingAsync(_tenant, customer);
        await UntilAsync(TimeSpan.FromSeconds(5), async () =>
            (await _compliance.RiskAsync(_tenant, customer)).Level() == "HIGH");
        var olga = _compliance.Officer(_tenant, "olga");

        await UntilAsync(TimeSpan.FromDays(366), async () =>
            (await _compliance.StandingAsync(_tenant, customer)).Awaited()
                .Contains("FORM:RISK_ASSESSMENT AWAITED REQUIRED_INFORMATION"));

        (await _compliance.WorklistAsync(_tenant)).ShouldBe(["REVIEW"]);
        (await (await olga.PostAsync(Kyc(customer, "/reviews"), null)).CodeAsync()).ShouldBe("STILL_AWAITED");
        (await _compliance.Partner(_tenant).AssessAsync(customer)).StatusCode.ShouldBe(HttpStatusCode.Created);
        (await olga.PostAsync(Kyc(customer, "/reviews"), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _compliance.WorklistAsync(_tenant)).ShouldBeEmpty();
        (await _compliance.HistoryAsync(_tenant, customer)).Count(type => type == "ASKED").ShouldBe(1);
    }

    [Fact]
    public async Task An_override_ends_by_itself()
    {
        var customer = _compliance.Transactions.Add(_tenant, People.Namesake);
        var until = _compliance.Clock!.GetUtcNow().AddDays(30);
        var decision = await (await _compliance.Officer(_tenant, "olga")
            .DecideAsync(customer, "RISK_OVERRIDE", "HIGH", until)).IdAsync();
        (await _compliance.Officer(_tenant, "oscar").ApproveAsync(customer, decision)).EnsureSuccessStatusCode();
        (await _compliance.RiskAsync(_tenant, customer)).Level().ShouldBe("HIGH");

        await UntilAsync(TimeSpan.FromDays(30), async () =>
            (await _compliance.RiskAsync(_tenant, customer)).Level() == "LOW");
    }

    [Fact]
    public async Task An_override_that_ends_does_not_bring_an_earlier_one_back()
    {
        var customer = _compliance.Transactions.Add(_tenant, People.Namesake);
        foreach (var (level, days) in new[] { ("HIGH", 60), ("MEDIUM", 30) })
        {
            var decision = await (await _compliance.Officer(_tenant, "olga").DecideAsync(
                customer, "RISK_OVERRIDE", level, _compliance.Clock!.GetUtcNow().AddDays(days))).IdAsync();
            (await _compliance.Officer(_tenant, "oscar").ApproveAsync(customer, decision)).EnsureSuccessStatusCode();
            _compliance.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        (await _compliance.RiskAsync(_tenant, customer)).Level().ShouldBe("MEDIUM");

        await UntilAsync(TimeSpan.FromDays(30), async () =>
            (await _compliance.RiskAsync(_tenant, customer)).Level() == "LOW");

        (await _compliance.RiskAsync(_tenant, customer)).TryGetProperty("override", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_source_of_wealth_that_ends_puts_the_due_diligence_on_the_worklist_again()
    {
        var customer = _compliance.Transactions.Add(_tenant, People.Namesake);
        var olga = _compliance.Officer(_tenant, "olga");
        (await olga.PutAsync(Kyc(customer, "/pep"), null)).EnsureSuccessStatusCode();
        await _compliance.ShowAsync(_tenant, customer, "SOURCE_OF_WEALTH", Today.AddDays(10).ToString("O"));
        var decision = await (await olga.DecideAsync(customer, "ENHANCED_DUE_DILIGENCE")).IdAsync();
        (await _compliance.Service.ClientAs("mia", _tenant, Roles.Manager).ApproveAsync(customer, decision))
            .EnsureSuccessStatusCode();
        (await _compliance.WorklistAsync(_tenant)).ShouldBeEmpty();

        await UntilAsync(TimeSpan.FromDays(11), async () =>
            (await _compliance.WorklistAsync(_tenant)).Contains("DUE_DILIGENCE"));

        (await _compliance.RiskAsync(_tenant, customer)).GetProperty("dueDiligence").GetString().ShouldBe("AWAITED");
    }

    [Fact]
    public async Task Five_years_after_the_end_two_people_destroy_the_key_and_the_history_stays()
    {
        var customer = _compliance.Transactions.Add(_tenant, People.Namesake);
        var (olga, oscar) = (_compliance.Officer(_tenant, "olga"), _compliance.Officer(_tenant, "oscar"));
        await _compliance.ReachTierOneAsync(_tenant, customer);
        var document = (await _compliance.StandingAsync(_tenant, customer)).GetProperty("documents")[0]
            .GetProperty("id").GetString();
        var ended = await (await olga.DecideAsync(customer, "RELATIONSHIP_ENDED")).IdAsync();
        (await oscar.ApproveAsync(customer, ended)).EnsureSuccessStatusCode();
        _compliance.Clock!.Advance(TimeSpan.FromDays(5 * 365));
        (await (await olga.DecideAsync(customer, "ERASURE")).CodeAsync()).ShouldBe("RETAINED");
        _compliance.Clock!.Advance(TimeSpan.FromDays(3));
        var erasure = await (await olga.DecideAsync(customer, "ERASURE")).IdAsync();
        (await (await olga.ApproveAsync(customer, erasure)).CodeAsync()).ShouldBe("FOUR_EYES");

        (await oscar.ApproveAsync(customer, erasure)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await olga.GetAsync(Kyc(customer, $"/documents/{document}/content"))).StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await olga.GetAsync(Kyc(customer, "/risk"))).StatusCode.ShouldBe(HttpStatusCode.Gone);
        (await _compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        (await _compliance.Partner(_tenant).UploadAsync(customer, "PASSPORT", NewPdf())).StatusCode
            .ShouldBe(HttpStatusCode.Gone);
        (await _compliance.CountAsync("select count(*) from kyc_customer_keys where party_id = $1 "
            + "and wrapped_key is null", customer.Value)).ShouldBe(1);
        (await _compliance.CountAsync("select count(*) from kyc_document_contents c join kyc_documents d "
            + "on d.id = c.document_id where d.party_id = $1", customer.Value)).ShouldBe(0);
        (await _compliance.HistoryAsync(_tenant, customer)).ShouldContain("KEY_DESTROYED");
    }

    /// <summary>The clock goes on by so much, and then in small steps until it holds.</summary>
    private Task UntilAsync(TimeSpan later, Func<Task<bool>> holds)
    {
        _compliance.Clock!.Advance(later);
        return Eventually.TrueAsync(async () =>
        {
            _compliance.Clock!.Advance(TimeSpan.FromSeconds(2));
            return await holds();
        }, "it came about");
    }
}
