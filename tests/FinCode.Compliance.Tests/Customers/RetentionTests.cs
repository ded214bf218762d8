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
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>What ends a relationship, and when two people may destroy what was shown in it.</summary>
public sealed class RetentionTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private Task<long> KeysAsync(PartyId customer) => compliance.CountAsync(
        "select count(*) from kyc_customer_keys where party_id = $1 and wrapped_key is not null", customer.Value);

    [Fact]
    public async Task A_party_that_was_erased_ends_the_relationship_once_and_nothing_is_destroyed()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ReachTierOneAsync(_tenant, customer);
        compliance.Transactions.Forget(_tenant, customer);
        var (unknown, id) = (PartyId.New(), Guid.CreateVersion7());
        await compliance.Service.PublishAsync(_tenant, new PartyErased(unknown, PartyRole.Sender));
        for (var i = 0; i < 2; i++)
            await compliance.Service.PublishAsync(_tenant, new PartyErased(customer, PartyRole.Sender), id);
        await compliance.Service.PublishAsync(_tenant, new PartyErased(customer, PartyRole.Sender));

        await Eventually.TrueAsync(async () => await compliance.CountAsync("select count(*) from kyc_customers "
            + "where party_id = $1 and ended_on is not null", customer.Value) == 1, "the relationship has ended");

        var olga = compliance.Officer(_tenant, "olga");
        (await (await olga.DecideAsync(customer, "ERASURE")).CodeAsync()).ShouldBe("RETAINED");
        (await KeysAsync(customer)).ShouldBe(1);
        (await compliance.CountAsync("select count(*) from kyc_document_contents c join kyc_documents d "
            + "on d.id = c.document_id where d.party_id = $1", customer.Value)).ShouldBe(2);
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);
        var history = await compliance.HistoryAsync(_tenant, customer);
        history.Count(type => type == "PARTY_ERASED").ShouldBe(1);
        history.ShouldNotContain("KEY_DESTROYED");
        (await compliance.CountAsync("select count(*) from kyc_customers where party_id = $1", unknown.Value))
            .ShouldBe(0);
    }

    [Fact]
    public async Task Nothing_is_destroyed_while_a_case_holds_and_nobody_is_told_of_it()
    {
        var (_, facts, held) = await compliance.HoldAsync(_tenant);
        var customer = facts.SenderId;
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        await compliance.EndLongAgoAsync(_tenant, customer);
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));

        var refused = await olga.DecideAsync(customer, "ERASURE");

        (await refused.CodeAsync()).ShouldBe("RETAINED");
        (await refused.Content.ReadAsStringAsync()).ShouldNotContain("case");
        (await olga.ProposeAsync(held, "RELEASE")).EnsureSuccessStatusCode();
        (await oscar.ApproveAsync(held)).EnsureSuccessStatusCode();
        (await olga.DecideAsync(customer, "ERASURE")).StatusCode.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_tenant_keeps_it_longer_when_two_people_say_so()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        await compliance.EndLongAgoAsync(_tenant, customer);
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var erasure = await (await olga.DecideAsync(customer, "ERASURE")).IdAsync();

        await KeepAsync(7);

        var refused = await oscar.ApproveAsync(customer, erasure);
        (await refused.CodeAsync()).ShouldBe("RETAINED");
        await compliance.AsIfAsync("kyc_decisions", "update kyc_decisions set state = 'APPROVED', closed_by = 'oscar', "
            + "closed_as = 'COMPLIANCE', closed_at = now() where party_id = $1 and kind = 'ERASURE'", customer.Value);
        await compliance.Service.ShouldRefuseAsync(_tenant, "two people destroy a key", "update kyc_customer_keys "
            + "set wrapped_key = null, destroyed_at = now() where party_id = $1", customer.Value);
        (await KeysAsync(customer)).ShouldBe(1);

        await KeepAsync(5);
        var again = await (await olga.DecideAsync(customer, "ERASURE")).IdAsync();
        (await oscar.ApproveAsync(customer, again)).EnsureSuccessStatusCode();
        (await KeysAsync(customer)).ShouldBe(0);

        async Task KeepAsync(int years)
        {
            var proposed = await (await olga.PutAsJsonAsync("/v1/kyc/retention-definition",
                new { content = new { years }, reason = "The law." })).JsonAsync();
            (await oscar.PostAsync($"/v1/kyc/retention-definition/versions/{proposed.GetProperty("version")}/approve",
                null)).EnsureSuccessStatusCode();
        }
    }

    [Fact]
    public async Task With_a_customer_go_the_words_of_cases_and_of_reports_whose_years_are_over()
    {
        var (_, facts, held) = await compliance.HoldAsync(_tenant);
        var (_, _, other) = await compliance.HoldAsync(_tenant);
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        foreach (var one in (CaseId[])[held, other])
        {
            (await olga.ProposeAsync(one, "RELEASE", "Zarkhovan came by.")).EnsureSuccessStatusCode();
            (await oscar.ApproveAsync(one)).EnsureSuccessStatusCode();
        }
        await compliance.ShowAsync(_tenant, facts.SenderId, "PASSPORT");
        var (old, young) = (await DraftAsync(held), await DraftAsync(held));
        await compliance.AsIfAsync("suspicion_report_events", "update suspicion_report_events "
            + "set at = at - interval '6 years' where report_id = $1", KeyOf(old));
        await compliance.Service.ShouldRefuseAsync(_tenant, "goes with that of its customer",
            "update case_keys set wrapped_key = null, destroyed_at = now() where case_id = $1", held.Value);
        await compliance.Service.ShouldRefuseAsync(_tenant, "as long as its customer",
            "update suspicion_reports set wrapped_key = null, destroyed_at = now() where id = $1", KeyOf(old));

        await compliance.EraseAsync(_tenant, facts.SenderId);

        (await TextsAsync(held)).ShouldBe(0);
        (await TextsAsync(other)).ShouldBe(1);
        using var output = new StringWriter();
        (await CaseFileVerification.RunAsync(compliance.Service.AppConnectionString, output, output,
            CancellationToken.None)).ShouldBe(CaseFileVerification.Fine, output.ToString());
        await compliance.Service.ShouldRefuseAsync(_tenant, "is destroyed once",
            "update case_keys set wrapped_key = 'x', destroyed_at = null where case_id = $1", held.Value);
        compliance.Service.Services.GetRequiredService<JobSignal<DestroyKeys>>().Wake();
        await Eventually.TrueAsync(
            async () => (await ReportAsync(old)).TryGetProperty("erasedAt", out _), "it is gone");
        var gone = await ReportAsync(old);
        gone.GetProperty("content").EnumerateObject().ShouldBeEmpty();
        gone.GetProperty("steps").GetArrayLength().ShouldBe(1);
        (await (await Mlro.PutAsJsonAsync(old, new { version = 1, content = new { } })).CodeAsync())
            .ShouldBe("INVALID_TRANSITION");
        (await ReportAsync(young)).GetProperty("content").GetProperty("subject").GetProperty("lastName").GetString()
            .ShouldBe("Zarkhovan");
        await compliance.Service.ShouldRefuseAsync(_tenant, "is kept for its own years",
            "update suspicion_reports set wrapped_key = null, destroyed_at = now() where id = $1", KeyOf(young));

        async Task<int> TextsAsync(CaseId id) => (await (await olga.GetAsync($"/v1/cases/{id}")).JsonAsync())
            .GetProperty("steps").EnumerateArray().Count(step => step.TryGetProperty("text", out _));

        static Guid KeyOf(Uri report) => Guid.ParseExact(report.ToString().Split("sar_")[1], "N");
    }

    private HttpClient Mlro => compliance.Service.ClientAs("mia", _tenant, Roles.Mlro);

    private async Task<JsonElement> ReportAsync(Uri report) => await (await Mlro.GetAsync(report)).JsonAsync();

    private async Task<Uri> DraftAsync(CaseId id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/suspicion-reports")
        {
            Content = JsonContent.Create(new { caseId = id, country = "GB" }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return (await Mlro.SendAsync(request)).Headers.Location.ShouldNotBeNull();
    }

    [Fact]
    public async Task Of_whom_everything_was_destroyed_the_risk_is_high()
    {
        await compliance.LiveRuleAsync(_tenant, """
            rule "High risk"
            when has(customer.riskLevel) && customer.riskLevel == "HIGH"
            then hold
            because "The customer is rated {customer.riskLevel}."
            """);
        var customer = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        (await compliance.SendAsync(_tenant, customer, 1_000)).ShouldBe(ScreeningOutcome.Clear);
        await compliance.ReachTierOneAsync(_tenant, customer);

        await compliance.EraseAsync(_tenant, customer);

        (await compliance.SendAsync(_tenant, customer, 1_000)).ShouldBe(ScreeningOutcome.Review);
        (await KeysAsync(customer)).ShouldBe(0);
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        (await compliance.Officer(_tenant, "olga").GetAsync(Kyc(customer, "/risk"))).StatusCode
            .ShouldBe(HttpStatusCode.Gone);
    }

    [Fact]
    public async Task A_transfer_resumes_a_relationship_on_file_and_a_refund_or_a_late_round_does_not()
    {
        var customer = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        var facts = ComplianceUnderTest.FactsOf(customer, compliance.Transactions.Add(_tenant, People.Innocent));
        var transfer = TransactionId.New();
        await compliance.Service.PublishAsync(_tenant, new TransactionFunded(
            transfer, facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 3));
        await compliance.ScreenedAsync(transfer, 3);
        var ended = await (await compliance.Officer(_tenant, "olga").DecideAsync(customer, "RELATIONSHIP_ENDED"))
            .IdAsync();
        (await compliance.Officer(_tenant, "oscar").ApproveAsync(customer, ended)).EnsureSuccessStatusCode();

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 4, RefundOnly: true));
        await compliance.ScreenedAsync(transfer, 4);
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 2));
        await compliance.ScreenedAsync(transfer, 2);
        (await compliance.HistoryAsync(_tenant, customer)).ShouldNotContain("RELATIONSHIP_RESUMED");
        (await compliance.CountAsync("select count(*) from kyc_customers where party_id = $1 and ended_on is not null",
            customer.Value)).ShouldBe(1);

        await compliance.SendAsync(_tenant, customer, 1_000);
        (await compliance.HistoryAsync(_tenant, customer)).ShouldContain("RELATIONSHIP_RESUMED");
        (await compliance.CountAsync("select count(*) from kyc_customers where party_id = $1 and ended_on is null",
            customer.Value)).ShouldBe(1);
    }
}
