using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Reactions;

/// <summary>Everything about a transfer that holds a name or a country, on each way to a screening.</summary>
public sealed class TransferPartsTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData("note", "NOTE", "9000001")]
    [InlineData("relationship", "RELATIONSHIP", "9000001")]
    [InlineData("payer", "PAYER", "9000001")]
    [InlineData("address", "ADDRESS", "9000003")]
    [InlineData("bank", "BANK", "9000007")]
    [InlineData("bic", "BANK", "own-bank")]
    public async Task A_listed_name_or_code_opens_a_case_wherever_it_stands(string part, string name, string entry)
    {
        await ListOwnBankAsync();
        const string listed = "Temirbek Zarkhovan";
        var beneficiary = People.Innocent with
        {
            Address = part == "address" ? "c/o Kestrel Harbour Trading LLC, Lagos" : "1 Stand-in Street",
            Bank = part == "bank" ? "Banco Mercantil de Isla Quimera" : null,
            SwiftBic = part == "bic" ? "QUIMTHBK" : null,
        };
        var texts = new StandInTexts(
            part == "note" ? $"rent, please give it to {listed}" : "rent",
            part == "relationship" ? $"driver of {listed}" : "friend", part == "payer" ? listed : null);

        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, beneficiary, texts: texts);

        var screened = await compliance.ScreenedAsync(id);
        screened.Outcome.ShouldBe(ScreeningOutcome.Review);
        var detail = await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{screened.CaseId}"))
            .JsonAsync();
        var found = detail.GetProperty("evidence").GetProperty("parties").EnumerateArray()
            .Single(one => one.GetProperty("hits").GetArrayLength() > 0);
        (found.GetProperty("name").GetString(), found.GetProperty("hits")[0].GetProperty("entryId").GetString())
            .ShouldBe((name, entry));
        compliance.Logged.ShouldNotContain(line => line.Contains("driver of", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_transfer_without_any_of_it_is_clear()
    {
        await ListOwnBankAsync();

        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent,
            People.Innocent with { Bank = "First Harbour Bank", SwiftBic = "FHBKNGLA", BankCode = "058" },
            texts: new StandInTexts("School fees, second term", "sister", "Geraldine Winterbourne"));

        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Clear);
    }

    [Fact]
    public async Task Every_stored_score_alert_and_outcome_is_computed_again_from_the_evidence_and_the_policy()
    {
        await ListOwnBankAsync();
        await Operations.PolicyRequests.LivePolicyAsync(compliance, _tenant, new
        {
            thresholds = new object[]
            {
                new { kind = "ENTITY", threshold = 70 }, new { direction = "FREE_TEXT", threshold = 95 },
                new { corridor = "*-NG", direction = "SENDER", threshold = 80 },
            },
            countries = new[] { new { country = "RU", source = "NATIONALITY", effect = "REVIEW" } },
        });
        StandInParty[] senders =
            [People.Listed, People.Namesake, People.AlsoInnocent, new("Temirbek Zarkhavan", "1966-01-01", "KZ")];
        StandInTexts[] texts =
            [new("for Temirbek Zarkhovam"), new("rent", "uncle of Samuel Okonjo"), new(), new(PayerName: "Aurelio Q")];
        foreach (var (sender, said) in senders.Zip(texts))
        {
            var (id, _) = await compliance.FundAsync(_tenant, sender, People.Innocent with
            {
                Bank = "Banco Mercantil Isla Quimera", SwiftBic = "QUIMTHBK", Address = "Lunavara Shipping, Lagos",
            }, texts: said);
            await compliance.ScreenedAsync(id);
        }

        var policy = PolicyContent.Read(await TextAsync(
            "select content::text from policy_versions where tenant_id = $1 order by version desc limit 1"));
        var (hits, near, countries) = (0, 0, 0);
        foreach (var (outcome, evidence) in await StoredAsync())
        {
            foreach (var party in evidence.Parties)
            {
                foreach (var hit in party.Hits.Concat(party.Near ?? []))
                {
                    hit.NameScore.ShouldBe(ExplainedScore.OfNames(hit.Comparison) / 100m);
                    hit.Score.ShouldBe(ExplainedScore.OfHit(hit) / 100m);
                    var line = policy.ThresholdFor(hit.List, hit.Kind, party.Direction, new Corridor("GB", "NG"));
                    (hit.Threshold, hit.PolicyLine).ShouldBe((line.Points, line.Line));
                    hit.Score.ShouldBeGreaterThanOrEqualTo(party.Floor!.Value);
                }
                party.Hits.ShouldAllBe(hit => ExplainedScore.IsAlert(hit));
                party.Near.ShouldNotBeNull().ShouldAllBe(hit => !ExplainedScore.IsAlert(hit));
                party.HitCount.ShouldBe(party.Hits.Count);
                (hits, near) = (hits + party.Hits.Count, near + party.NearCount);
            }
            foreach (var check in evidence.Countries.ShouldNotBeNull())
            {
                (check.Effect, check.PolicyLine).ShouldBe(
                    policy.EffectOf(check.Country, check.Source) is var (effect, line) ? (effect, line) : (null, null));
                countries += check.Effect is null ? 0 : 1;
            }
            outcome.ShouldBe(ExplainedScore.NeedsReview(evidence) ? "REVIEW" : "CLEAR");
        }
        hits.ShouldBeGreaterThan(8);
        near.ShouldBeGreaterThan(0);
        countries.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_party_is_screened_with_its_bank_and_address_when_it_is_created_and_when_it_changes()
    {
        var party = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(party, PartyRole.Beneficiary, 1));
        await OutcomeOfAsync(party, 1, "CLEAR");

        compliance.Transactions.Add(_tenant,
            People.AlsoInnocent with { Version = 2, Address = "Kestrel Harbour Trading LLC, Lagos" }, party);
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(party, PartyRole.Beneficiary, 2));
        await OutcomeOfAsync(party, 2, "REVIEW");
    }

    [Fact]
    public async Task Asked_again_after_a_new_policy_a_transfer_is_judged_by_that_one_with_its_texts()
    {
        var (id, facts) = await compliance.FundAsync(
            _tenant, People.AlsoInnocent, People.Innocent, texts: new StandInTexts("for Temirbek Zarkhovan"));
        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(ScreeningOutcome.Review);
        await Operations.PolicyRequests.LivePolicyAsync(compliance, _tenant, new { textThreshold = 100 });

        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(id, facts, 2));

        var again = await compliance.ScreenedAsync(id, round: 2);
        (again.Outcome, again.PolicyVersion).ShouldBe((ScreeningOutcome.Clear, 2));
    }

    private async Task ListOwnBankAsync()
    {
        var content = new StringContent(
            "id,kind,name,identifiers\nown-bank,ENTITY,Quimera Merchant Bank,SWIFT_BIC:QUIMTHBK\n",
            Encoding.UTF8, new MediaTypeHeaderValue("text/csv", "utf-8"));
        await compliance.Officer(_tenant, "ada").PutAsync("/v1/screening-lists/own", content);
        (await compliance.Officer(_tenant, "ben").PostAsync("/v1/screening-lists/own/1/approve", null))
            .EnsureSuccessStatusCode();
    }

    private Task OutcomeOfAsync(PartyId party, int version, string outcome) => Eventually.TrueAsync(
        async () => await compliance.CountAsync("select count(*) from screenings where party_id = $1 "
            + "and party_version = $2 and outcome = $3", party.Value, version, outcome) == 1,
        $"version {version} to be {outcome}");

    private async Task<List<(string Outcome, Evidence Evidence)>> StoredAsync()
    {
        await using var command = compliance.Service.Owner.CreateCommand(
            "select outcome, evidence::text from screenings where tenant_id = $1");
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = _tenant.Value });
        await using var rows = await command.ExecuteReaderAsync();
        var stored = new List<(string, Evidence)>();
        while (await rows.ReadAsync())
        {
            stored.Add((rows.GetString(0),
                JsonSerializer.Deserialize<Evidence>(rows.GetString(1), ContractJson.Options)!));
        }
        return stored;
    }

    private async Task<string> TextAsync(string sql)
    {
        await using var command = compliance.Service.Owner.CreateCommand(sql);
        command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = _tenant.Value });
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
