using System.Net;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>Anna showed something, and then the customer is called Bob.</summary>
public sealed class IdentityChangeTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private static StandInParty Anna { get; } = new("Anna Winterbourne", "1979-11-30");

    private static StandInParty Bob { get; } = new("Robert Summerfield", "1985-02-01", Version: 2);

    private async Task BecomesAsync(PartyId customer, StandInParty other)
    {
        compliance.Transactions.Add(_tenant, other, customer);
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(customer, PartyRole.Sender, other.Version));
        await Eventually.TrueAsync(async () => await compliance.CountAsync("select count(*) from kyc_customers "
            + "where party_id = $1 and profile_version = $2", customer.Value, other.Version) == 1, "it is heard");
    }

    [Theory]
    [InlineData("Robert Summerfield", "1979-11-30")]
    [InlineData("Anna Winterbourne", "1985-02-01")]
    public async Task A_tier_is_that_of_the_name_and_birth_date_that_documents_were_shown_for(string name, string born)
    {
        await compliance.LiveRuleAsync(_tenant,
            Compliance.Rules.RuleLibrary.All.Single(one => one.Key == "tier-amount-limit").Text);
        var customer = compliance.Transactions.Add(_tenant, Anna);
        await compliance.ReachTierOneAsync(_tenant, customer);
        (await compliance.SendAsync(_tenant, customer, 60_000)).ShouldBe(ScreeningOutcome.Clear);

        // Before anything was heard of the change: screening has read the details themselves.
        var other = Anna with { Name = name, Born = born, Version = 2 };
        compliance.Transactions.Add(_tenant, other, customer);
        (await compliance.SendAsync(_tenant, customer, 60_000)).ShouldBe(ScreeningOutcome.Review);
        await BecomesAsync(customer, other);

        (await compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        (await compliance.WorklistAsync(_tenant)).ShouldContain("IDENTITY");
        await compliance.Service.Events.WaitForAsync<KycVerificationCompleted>(
            one => one == new KycVerificationCompleted(customer, KycOutcome.Lapsed, 0, 1));
        await compliance.ReachTierOneAsync(_tenant, customer);
        (await compliance.SendAsync(_tenant, customer, 60_000)).ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task The_same_name_written_otherwise_is_the_same_and_a_review_closes_what_was_looked_at()
    {
        var (customer, olga) = (compliance.Transactions.Add(_tenant, Anna), compliance.Officer(_tenant, "olga"));
        await compliance.ReachTierOneAsync(_tenant, customer);

        await BecomesAsync(customer, Anna with { Name = "ANNA  winterbourne", Country = "IE", Version = 2 });
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);
        (await compliance.WorklistAsync(_tenant)).ShouldBeEmpty();

        await BecomesAsync(customer, Bob with { Version = 3 });
        (await compliance.WorklistAsync(_tenant)).ShouldBe(["IDENTITY"]);
        (await olga.PostAsync(Kyc(customer, "/reviews"), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await compliance.WorklistAsync(_tenant)).ShouldBeEmpty();
        await BecomesAsync(customer, Anna with { Version = 4 });
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);
    }

    [Fact]
    public async Task What_was_uploaded_under_another_name_is_not_accepted_and_is_shown_again()
    {
        var (customer, olga) = (compliance.Transactions.Add(_tenant, Anna), compliance.Officer(_tenant, "olga"));
        var (partner, content) = (compliance.Partner(_tenant), NewPdf());
        var first = await (await partner.UploadAsync(customer, "PASSPORT", content)).IdAsync();
        await BecomesAsync(customer, Bob);

        (await (await olga.ReviewAsync(customer, first)).CodeAsync()).ShouldBe("IDENTITY_CHANGED");

        var second = await (await partner.UploadAsync(customer, "PASSPORT", content)).IdAsync();
        second.ShouldNotBe(first);
        (await olga.ReviewAsync(customer, second)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await olga.ReviewAsync(customer, first, "REFUSE", refusalCode: "DETAILS_DIFFER")).StatusCode
            .ShouldBe(HttpStatusCode.OK);
        (await compliance.StandingAsync(_tenant, customer)).Awaited().ShouldBe(["SELFIE AWAITED TO_VERIFY"]);
    }

    [Fact]
    public async Task Answers_and_a_due_diligence_are_those_of_one_person()
    {
        var (customer, olga) = (compliance.Transactions.Add(_tenant, Anna), compliance.Officer(_tenant, "olga"));
        await compliance.ReachTierOneAsync(_tenant, customer);
        await compliance.ShowAsync(_tenant, customer, "PROOF_OF_ADDRESS");
        (await compliance.Partner(_tenant).AnswerAsync(customer, "SOURCE_OF_FUNDS", 0,
            ("SOURCE", ["SALARY"]), ("YEARLY_INCOME", ["42000"]))).EnsureSuccessStatusCode();
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(2);
        (await olga.PutAsync(Kyc(customer, "/pep"), null)).EnsureSuccessStatusCode();
        await LookIntoAsync(customer);
        (await DueDiligenceAsync(customer)).ShouldBe("DONE");

        await BecomesAsync(customer, Bob);

        (await DueDiligenceAsync(customer)).ShouldBe("AWAITED");
        (await compliance.WorklistAsync(_tenant)).ShouldContain("DUE_DILIGENCE");
        await compliance.ReachTierOneAsync(_tenant, customer);
        await compliance.ShowAsync(_tenant, customer, "PROOF_OF_ADDRESS");
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);
        await compliance.ShowAsync(_tenant, customer, "SOURCE_OF_WEALTH");
        (await DueDiligenceAsync(customer)).ShouldBe("AWAITED");
        await LookIntoAsync(customer);
        (await DueDiligenceAsync(customer)).ShouldBe("DONE");
    }

    [Fact]
    public async Task What_came_before_anything_was_heard_is_given_the_first_identity()
    {
        var customer = compliance.Transactions.Add(_tenant, Anna);
        await compliance.ReachTierOneAsync(_tenant, customer);
        await compliance.AsIfAsync(
            "kyc_documents", "update kyc_documents set identity_hash = null where party_id = $1", customer.Value);

        await compliance.AsIfAsync("kyc_customers",
            "update kyc_customers set identity_hash = null, due_at = now() where party_id = $1", customer.Value);

        await Eventually.TrueAsync(async () => await compliance.CountAsync("select count(*) from kyc_documents d "
            + "join kyc_customers c using (tenant_id, party_id, identity_hash) where d.party_id = $1",
            customer.Value) == 2, "they are given it");
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);
        (await compliance.CountAsync("select count(*) from kyc_documents where party_id = $1 "
            + "and (identity_hash like '%Anna%' or length(identity_hash) <> 64)", customer.Value)).ShouldBe(0);
    }

    private const string HoldsHighRisk = """
        rule "High risk"
        when has(customer.riskLevel) && customer.riskLevel == "HIGH"
        then hold
        because "The customer is rated {customer.riskLevel}."
        """;

    [Theory]
    [InlineData("Robert Summerfield", "1979-11-30", "GB", true)]
    [InlineData("Anna Winterbourne", "1985-02-01", "GB", true)]
    [InlineData("Anna Winterbourne", "1979-11-30", "FR", true)]
    [InlineData("ANNA  winterbourne", "1979-11-30", "GB", false)]
    public async Task An_override_of_the_risk_ends_with_the_details_that_it_was_given_to(
        string name, string born, string country, bool isOther)
    {
        await compliance.LiveRuleAsync(_tenant, HoldsHighRisk);
        var customer = await compliance.RatedAsync(_tenant, Anna, "LOW");
        var first = await OverrideAsync(customer);
        var after = isOther ? "LOW" : "HIGH";

        await BecomesAsync(customer, Anna with { Name = name, Born = born, Country = country, Version = 2 });

        var risk = await compliance.RiskAsync(_tenant, customer);
        (risk.Level(), risk.TryGetProperty("override", out _)).ShouldBe((after, !isOther));
        (await compliance.SendAsync(_tenant, customer, 1_000))
            .ShouldBe(isOther ? ScreeningOutcome.Clear : ScreeningOutcome.Review);
        (await compliance.CountAsync("select count(*) from kyc_events where party_id = $1 and type = 'OVERRIDE_ENDED' "
            + "and subject_id = $2 and detail = 'HIGH'", customer.Value, Guid.Parse(first))).ShouldBe(isOther ? 1 : 0);
        // The first details again do not bring it back; two people do.
        await BecomesAsync(customer, Anna with { Version = 3 });
        (await compliance.RiskAsync(_tenant, customer)).Level().ShouldBe(after);
        await OverrideAsync(customer);
        (await compliance.RiskAsync(_tenant, customer)).Level().ShouldBe("HIGH");
        (await compliance.HistoryAsync(_tenant, customer)).Count(type => type == "OVERRIDE_ENDED")
            .ShouldBe(isOther ? 1 : 0);
    }

    [Fact]
    public async Task An_override_that_waits_for_the_second_person_is_not_approved_for_somebody_else()
    {
        var customer = await compliance.RatedAsync(_tenant, Anna, "LOW");
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var decision = await (await olga.DecideAsync(
            customer, "RISK_OVERRIDE", "HIGH", TimeProvider.System.GetUtcNow().AddDays(30))).IdAsync();

        await BecomesAsync(customer, Bob);

        (await (await oscar.ApproveAsync(customer, decision)).CodeAsync()).ShouldBe("IDENTITY_CHANGED");
        (await compliance.RiskAsync(_tenant, customer)).Level().ShouldBe("LOW");
        await compliance.Service.ShouldRefuseAsync(_tenant, "an override that has ended stays so",
            "update kyc_customers set overrides_since = null where party_id = $1", customer.Value);
        (await olga.DeleteAsync(Kyc(customer, $"/decisions/{decision}"))).EnsureSuccessStatusCode();
        await OverrideAsync(customer);
        (await compliance.RiskAsync(_tenant, customer)).Level().ShouldBe("HIGH");
    }

    [Fact]
    public async Task Screening_takes_an_override_for_nobody_else_also_before_the_change_was_heard_of()
    {
        await compliance.LiveRuleAsync(_tenant, HoldsHighRisk);
        var customer = await compliance.RatedAsync(_tenant, Anna, "LOW");
        await OverrideAsync(customer);
        (await compliance.SendAsync(_tenant, customer, 1_000)).ShouldBe(ScreeningOutcome.Review);

        compliance.Transactions.Add(_tenant, Bob, customer);

        (await compliance.SendAsync(_tenant, customer, 1_000)).ShouldBe(ScreeningOutcome.Clear);
    }

    private async Task<string> OverrideAsync(PartyId customer)
    {
        var decision = await (await compliance.Officer(_tenant, "olga").DecideAsync(
            customer, "RISK_OVERRIDE", "HIGH", TimeProvider.System.GetUtcNow().AddDays(30))).IdAsync();
        (await compliance.Officer(_tenant, "oscar").ApproveAsync(customer, decision)).EnsureSuccessStatusCode();
        return decision;
    }

    private async Task LookIntoAsync(PartyId customer)
    {
        await compliance.ShowAsync(_tenant, customer, "SOURCE_OF_WEALTH");
        var decision = await (await compliance.Officer(_tenant, "olga")
            .DecideAsync(customer, "ENHANCED_DUE_DILIGENCE")).IdAsync();
        (await compliance.Service.ClientAs("mia", _tenant, Roles.Manager).ApproveAsync(customer, decision))
            .StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<string?> DueDiligenceAsync(PartyId customer) =>
        (await compliance.RiskAsync(_tenant, customer)).GetProperty("dueDiligence").GetString();
}
