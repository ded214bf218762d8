using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>From what a customer showed to what the shipped rules of limits say.</summary>
public sealed class TierToAlertTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task The_shipped_limit_of_a_tier_alerts_and_asks_until_the_tier_is_reached()
    {
        await compliance.LiveRuleAsync(_tenant,
            Compliance.Rules.RuleLibrary.All.Single(one => one.Key == "tier-amount-limit").Text);
        var customer = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        (await SendAsync(customer, 60_000)).ShouldBe(ScreeningOutcome.Review);
        (await compliance.CountAsync("select count(*) from rule_evaluations e join funded_transfers f "
            + "using (tenant_id, transaction_id) where f.sender_id = $1 and facts ->> 'kycTier' = '0' "
            + "and results -> 0 ->> 'explanation' like '%on KYC tier 0.'", customer.Value)).ShouldBe(1);
        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldContain("PROOF_OF_ADDRESS AWAITED REQUIRED_INFORMATION");
        (await compliance.HistoryAsync(_tenant, customer)).ShouldContain("ASKED");

        await compliance.ReachTierOneAsync(_tenant, customer);

        (await SendAsync(customer, 60_000)).ShouldBe(ScreeningOutcome.Clear);
        (await SendAsync(customer, 200_001)).ShouldBe(ScreeningOutcome.Review);
        await compliance.ShowAsync(_tenant, customer, "PROOF_OF_ADDRESS");
        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldNotContain(one => one.EndsWith("REQUIRED_INFORMATION", StringComparison.Ordinal)
                && one.StartsWith("PROOF_OF_ADDRESS", StringComparison.Ordinal));
        await compliance.ShowAsync(_tenant, customer, "BANK_STATEMENT");
        (await SendAsync(customer, 200_001)).ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task A_rule_sees_the_level_of_risk_in_force()
    {
        await compliance.LiveRuleAsync(_tenant, """
            rule "High risk"
            when has(customer.riskLevel) && customer.riskLevel == "HIGH"
            then hold
            because "The customer is rated {customer.riskLevel}."
            """);
        var customer = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        (await SendAsync(customer, 1_000)).ShouldBe(ScreeningOutcome.Clear);

        (await compliance.Officer(_tenant, "olga").PutAsync(CustomerCalls.Kyc(customer, "/pep"), null))
            .EnsureSuccessStatusCode();
        await Eventually.TrueAsync(
            async () => (await compliance.RiskAsync(_tenant, customer)).Level() == "HIGH", "it is rated");

        (await SendAsync(customer, 1_000)).ShouldBe(ScreeningOutcome.Review);
    }

    private Task<ScreeningOutcome> SendAsync(PartyId sender, long minor) =>
        compliance.SendAsync(_tenant, sender, minor);
}
