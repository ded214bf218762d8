using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

/// <summary>Money that goes back: only who gets it and whose account that is are looked at.</summary>
public sealed class RefundScreeningTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task A_listed_sender_holds_the_refund_in_a_case()
    {
        var (id, facts) = await compliance.FundAsync(_tenant, People.Innocent, People.AlsoInnocent);
        await compliance.ScreenedAsync(id);
        compliance.Transactions.Add(_tenant, People.Listed with { Version = 2 }, facts.SenderId);

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2, RefundOnly: true));

        var screened = await compliance.ScreenedAsync(id, 2);
        (screened.Outcome, screened.CaseId is null).ShouldBe((ScreeningOutcome.Review, false));
        (await compliance.CountAsync("select count(*) from screenings s, "
            + "jsonb_array_elements(s.evidence -> 'parties') p "
            + "where s.id = $1 and p ->> 'role' = 'BENEFICIARY'", screened.ScreeningId.Value)).ShouldBe(0);
    }

    [Fact]
    public async Task Whose_account_the_money_goes_back_to_is_looked_at_and_what_was_written_is_not()
    {
        var (id, facts) = await compliance.FundAsync(_tenant, People.Innocent, People.AlsoInnocent);
        await compliance.ScreenedAsync(id);
        compliance.Transactions.Say(id, new StandInTexts("for Temirbek Zarkhovan"));
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2, RefundOnly: true));
        (await compliance.ScreenedAsync(id, 2)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        compliance.Transactions.Say(id, new StandInTexts(PayerName: "Temirbek Zarkhovan"));

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 3, RefundOnly: true));

        (await compliance.ScreenedAsync(id, 3)).Outcome.ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task A_beneficiary_who_gets_nothing_any_more_does_not_hold_it_and_ends_the_case_about_him()
    {
        var (id, facts) = await compliance.FundAsync(_tenant, People.Innocent, People.Listed);
        var held = (await compliance.ScreenedAsync(id)).CaseId.ShouldNotBeNull();

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2, RefundOnly: true));

        (await compliance.ScreenedAsync(id, 2)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        (await compliance.CountAsync("select count(*) from cases where id = $1 and closure = 'SUPERSEDED'",
            held.Value)).ShouldBe(1);
        (await compliance.CountAsync("select count(*) from rule_evaluations where transaction_id = $1",
            id.Value)).ShouldBe(1);
    }
}
