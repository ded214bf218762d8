using System.Net.Http.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>False positives in what transfers say in words.</summary>
public sealed class TextSuppressionTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task In_a_text_it_holds_for_these_words_of_this_sender_and_no_others()
    {
        var said = new StandInTexts("for Temirbek Zarkhovan", "friend");
        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent, texts: said);
        var opened = (await compliance.ScreenedAsync(id)).CaseId.ShouldNotBeNull();
        using var olga = compliance.Officer(_tenant, "olga");
        var hits = await olga.HitsAsync(opened);
        hits.ShouldHaveSingleItem().ToString()!.ShouldContain("NOTE");
        compliance.Transactions.Say(id, said with { Note = "for Temirbek  Zarkhovan" });
        var changed = await olga.PostAsJsonAsync($"/v1/cases/{opened}/proposals",
            new { decision = "RELEASE", reason = "Somebody else.", suppress = hits });
        (await changed.CodeAsync()).ShouldBe("CASE_CHANGED");
        compliance.Transactions.Say(id, said);
        await compliance.ReleaseAsync(_tenant, opened, isSomebodyElse: true);

        (await SayAsync(People.AlsoInnocent, said)).ShouldBe(ScreeningOutcome.Clear);
        (await SayAsync(People.AlsoInnocent, said with { Relationship = "brother" }))
            .ShouldBe(ScreeningOutcome.Clear);
        (await SayAsync(People.AlsoInnocent, said with { Note = "to Temirbek Zarkhovan" }))
            .ShouldBe(ScreeningOutcome.Review);
        (await SayAsync(People.AlsoInnocent, said with { Relationship = said.Note })).ShouldBe(ScreeningOutcome.Review);
        (await SayAsync(People.Innocent, said)).ShouldBe(ScreeningOutcome.Review);
        (await SayAsync(People.AlsoInnocent with { Country = "IE" }, said)).ShouldBe(ScreeningOutcome.Review);
    }

    [Fact]
    public async Task Of_the_holder_of_an_account_it_holds_for_that_name_and_that_sender()
    {
        var said = new StandInTexts(PayerName: "Samuel Okonjo");
        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, People.Innocent, texts: said);
        var opened = (await compliance.ScreenedAsync(id)).CaseId.ShouldNotBeNull();
        await compliance.ReleaseAsync(_tenant, opened, isSomebodyElse: true);

        (await SayAsync(People.AlsoInnocent, said)).ShouldBe(ScreeningOutcome.Clear);
        (await SayAsync(People.AlsoInnocent, said with { PayerName = "Temirbek Zarkhovan" }))
            .ShouldBe(ScreeningOutcome.Review);
        (await SayAsync(People.Innocent, said)).ShouldBe(ScreeningOutcome.Review);
    }

    private async Task<ScreeningOutcome> SayAsync(StandInParty sender, StandInTexts texts)
    {
        var (id, _) = await compliance.FundAsync(_tenant, sender, People.AlsoInnocent, texts: texts);
        return (await compliance.ScreenedAsync(id)).Outcome;
    }
}
