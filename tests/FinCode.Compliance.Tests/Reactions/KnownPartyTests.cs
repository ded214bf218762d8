using FinCode.Compliance.Rules;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

/// <summary>What transactions tells of parties beside their names, and what history makes of it.</summary>
public sealed class KnownPartyTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private async Task<string> EvidenceOfAsync(StandInParty sender)
    {
        var (id, _) = await compliance.FundAsync(_tenant, sender, People.Innocent);
        var screened = await compliance.ScreenedAsync(id);
        var file = await (await compliance.Officer(_tenant, "olga")
            .GetAsync($"/v1/cases/{screened.CaseId.ShouldNotBeNull()}")).JsonAsync();
        return file.ToString();
    }

    [Fact]
    public async Task The_passport_of_somebody_listed_opens_a_case_whatever_name_is_given()
    {
        var passport = new { type = "PASSPORT", number = "00X 0000001", country = "RU" };
        (await EvidenceOfAsync(new StandInParty("Geraldine Winterbourne", "1979-11-30", Identifiers: [passport])))
            .ShouldContain("IDENTIFIER_MATCHES");
        var (id, _) = await compliance.FundAsync(_tenant, new StandInParty("Geraldine Winterbourne", "1979-11-30",
            Identifiers: [passport with { country = "GB" }]), People.Innocent);
        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task Gender_is_evidence_in_the_flow()
    {
        (await EvidenceOfAsync(People.Listed with { Gender = "MALE" })).ShouldContain("GENDER_MATCHES");
        (await EvidenceOfAsync(People.Listed with { Gender = "FEMALE" })).ShouldContain("GENDER_DIFFERS");
    }

    [Fact]
    public async Task An_officer_sees_the_transfers_own_bank_and_by_what_the_parties_are_known()
    {
        var passport = new { type = "PASSPORT", number = "00X 0000001", country = "RU" };
        var (id, _) = await compliance.FundAsync(_tenant,
            People.Listed with { Gender = "MALE", Identifiers = [passport] },
            People.Innocent with { Bank = "Bank of this transfer", ProfileBank = "Bank of the profile" });
        var screened = await compliance.ScreenedAsync(id);
        var file = await (await compliance.Officer(_tenant, "olga")
            .GetAsync($"/v1/cases/{screened.CaseId.ShouldNotBeNull()}")).JsonAsync();
        var parties = file.GetProperty("parties").EnumerateArray().ToList();
        var sender = parties.Single(party => party.GetProperty("role").GetString() == "SENDER");
        sender.GetProperty("gender").GetString().ShouldBe("MALE");
        sender.GetProperty("identifiers")[0].GetProperty("number").GetString().ShouldBe("00X 0000001");
        parties.Single(party => party.GetProperty("role").GetString() == "BENEFICIARY").GetProperty("bankName")
            .GetString().ShouldBe("Bank of this transfer");
    }

    [Fact]
    public async Task A_party_that_was_erased_before_it_was_screened_is_noted_and_left()
    {
        var gone = PartyId.New();
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(gone, PartyRole.Sender, 3));
        await Eventually.TrueAsync(() => compliance.Logged.Any(line =>
            line.Contains($"There is no {gone} any more", StringComparison.Ordinal)), "the note");
        (await compliance.CountAsync("select count(*) from screenings where party_id = $1", gone.Value)).ShouldBe(0);
    }

    [Fact]
    public async Task A_kind_of_document_that_lists_do_not_have_stops_nothing()
    {
        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent with
        {
            Identifiers = [new { type = "RESIDENCE_PERMIT", number = "R-77", country = "GB" }],
        }, People.Innocent);
        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task Someone_who_sent_nothing_for_half_a_year_is_held_under_whichever_id()
    {
        var text = RuleLibrary.All.Single(rule => rule.Key == "dormant-then-active").Text;
        await compliance.LiveRuleAsync(_tenant, text);
        var keys = new LinkKeys("sender", "account", "name", "other name");
        var first = await FundAsync(keys);
        (await compliance.ScreenedAsync(first)).Outcome.ShouldBe(ScreeningOutcome.Clear);
        await using (var age = compliance.Service.Owner.CreateCommand(
            "update funded_transfers set funded_at = funded_at - interval '200 days' where tenant_id = $1"))
        {
            age.Parameters.Add(new Npgsql.NpgsqlParameter { Value = _tenant.Value });
            (await age.ExecuteNonQueryAsync()).ShouldBe(1);
        }

        // Another party id of the same person, and somebody else.
        var again = await compliance.ScreenedAsync(await FundAsync(keys));
        var stranger = await compliance.ScreenedAsync(await FundAsync(keys with { Sender = "stranger" }));

        again.Outcome.ShouldBe(ScreeningOutcome.Review);
        (await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{again.CaseId}")).JsonAsync())
            .ToString().ShouldContain(
                "500.00 GBP within 7 days, 500.00 GBP of it now: the last transfer before was 200 days ago.");
        stranger.Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    private async Task<TransactionId> FundAsync(LinkKeys keys)
    {
        var facts = ComplianceUnderTest.FactsOf(compliance.Transactions.Add(_tenant, People.AlsoInnocent),
            compliance.Transactions.Add(_tenant, People.Innocent), Money.Of(500_00, "GBP")) with { Keys = keys };
        var id = TransactionId.New();
        await compliance.Service.PublishAsync(_tenant, new TransactionFunded(
            id, facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 1));
        return id;
    }
}
