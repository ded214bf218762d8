using System.Net;
using System.Net.Http.Json;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

public sealed class RiskTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private Task<PartyId> RatedAsync(StandInParty party, string level) =>
        compliance.RatedAsync(_tenant, party, level);

    private Task BecomesAsync(PartyId customer, string level) => compliance.BecomesAsync(_tenant, customer, level);

    [Fact]
    public async Task A_recorded_sender_is_rated_with_shares_that_are_whole_and_can_be_computed_again()
    {
        // Nothing verified 15, a new relationship 10, a country of high risk 60, its citizen 30.
        var customer = await RatedAsync(new StandInParty("Soraya Tehrani", Country: "IR"), "HIGH");

        var rating = (await compliance.RiskAsync(_tenant, customer)).GetProperty("rating");
        rating.GetProperty("points").GetInt32().ShouldBe(115);
        rating.GetProperty("recomputed").GetBoolean().ShouldBeTrue();
        rating.GetProperty("factors").EnumerateArray().Sum(one => one.GetProperty("shareBasisPoints").GetInt32())
            .ShouldBe(10_000);
        rating.GetProperty("factors").EnumerateArray()
            .Where(one => one.GetProperty("points").GetInt32() > 0)
            .Select(one => $"{one.GetProperty("factor")} {one.GetProperty("points")} "
                + one.GetProperty("shareBasisPoints"))
            .ShouldBe(["COUNTRY 60 5217", "NATIONALITY 30 2609", "TIER 15 1304", "AGE_OF_RELATIONSHIP 10 870"]);
        (await compliance.CountAsync("select count(*) from kyc_risk_scores where party_id = $1 "
            + "and position('IR'::bytea in sealed_inputs) > 0", customer.Value)).ShouldBe(0);
    }

    [Fact]
    public async Task A_customer_about_whom_something_is_wrong_holds_up_nobody_else()
    {
        var broken = await RatedAsync(People.Namesake, "LOW");
        await using (var command = compliance.Service.Owner.CreateCommand(
            "update kyc_customers set profile = 'torn', due_at = '2020-01-01' where party_id = $1"))
        {
            command.Parameters.Add(new Npgsql.NpgsqlParameter { Value = broken.Value });
            await command.ExecuteNonQueryAsync();
        }

        await RatedAsync(People.AlsoInnocent, "LOW");

        await Eventually.TrueAsync(async () => await compliance.CountAsync("select count(*) from kyc_customers "
            + "where party_id = $1 and due_at > now()", broken.Value) == 1, "it is put off");
    }

    [Fact]
    public async Task A_beneficiary_is_no_customer()
    {
        var beneficiary = compliance.Transactions.Add(_tenant, People.Innocent);
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(beneficiary, PartyRole.Beneficiary, 1));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from screenings where party_id = $1", beneficiary.Value) == 1, "it is screened");

        compliance.Transactions.Add(_tenant, People.Innocent with { Role = "BENEFICIARY" }, beneficiary);
        (await compliance.Partner(_tenant).GetAsync(Kyc(beneficiary))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await compliance.Partner(_tenant).UploadAsync(beneficiary, "PASSPORT", NewPdf())).StatusCode
            .ShouldBe(HttpStatusCode.NotFound);
        (await compliance.CountAsync("select count(*) from kyc_customers where party_id = $1", beneficiary.Value))
            .ShouldBe(0);
    }

    [Fact]
    public async Task Ratings_follow_what_changes_and_earlier_ones_stay_as_they_were()
    {
        var customer = await RatedAsync(People.Namesake, "LOW");
        (await compliance.RiskAsync(_tenant, customer)).GetProperty("rating").GetProperty("points").GetInt32()
            .ShouldBe(25);

        await compliance.ReachTierOneAsync(_tenant, customer);
        (await compliance.RiskAsync(_tenant, customer)).GetProperty("rating").GetProperty("points").GetInt32()
            .ShouldBe(15);
        compliance.Transactions.Add(_tenant, People.Namesake with { Country = "IR", Version = 2 }, customer);
        await compliance.Service.PublishAsync(_tenant, new PartyRecorded(customer, PartyRole.Sender, 2));
        await BecomesAsync(customer, "HIGH");

        var first = await (await compliance.Officer(_tenant, "olga").GetAsync(Kyc(customer, "/risk/1"))).JsonAsync();
        (first.GetProperty("points").GetInt32(), first.GetProperty("recomputed").GetBoolean()).ShouldBe((25, true));
        await compliance.Service.ShouldRefuseAsync(_tenant, "append-only",
            "update kyc_risk_scores set level = 'LOW' where party_id = $1", customer.Value);
    }

    [Fact]
    public async Task What_rules_add_raises_the_rating()
    {
        await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("10.00", "warn, risk 50"));
        var customer = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        var facts = ComplianceUnderTest.FactsOf(customer, compliance.Transactions.Add(_tenant, People.Innocent));
        await compliance.Service.PublishAsync(_tenant, new TransactionFunded(
            TransactionId.New(), facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 1));

        // 50 points of rules are 40 of the card; nothing verified 15, new 10.
        await BecomesAsync(customer, "HIGH");
        var inputs = (await compliance.RiskAsync(_tenant, customer)).GetProperty("rating").GetProperty("inputs");
        (inputs.GetProperty("rulePoints").GetInt32(), inputs.GetProperty("corridors")[0].GetString())
            .ShouldBe((50, "GB-NG"));
    }

    [Fact]
    public async Task An_override_needs_a_second_person_and_an_end()
    {
        var customer = await RatedAsync(new StandInParty("Soraya Tehrani", Country: "IR"), "HIGH");
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var until = TimeProvider.System.GetUtcNow().AddDays(30);
        (await olga.DecideAsync(customer, "RISK_OVERRIDE", "LOW")).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await olga.DecideAsync(customer, "RISK_OVERRIDE", "LOW", until.AddYears(2))).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        var decision = await (await olga.DecideAsync(customer, "RISK_OVERRIDE", "LOW", until)).IdAsync();
        (await (await olga.DecideAsync(customer, "RISK_OVERRIDE", "LOW", until)).IdAsync()).ShouldBe(decision);
        (await (await oscar.DecideAsync(customer, "RISK_OVERRIDE", "LOW", until)).CodeAsync())
            .ShouldBe("INVALID_TRANSITION");

        HttpClient[] sessions = [olga, compliance.Service.ClientAs("olga", _tenant, Roles.Compliance, Roles.Manager)];
        foreach (var session in sessions)
            (await (await session.ApproveAsync(customer, decision)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await compliance.RiskAsync(_tenant, customer)).Level().ShouldBe("HIGH");
        (await oscar.ApproveAsync(customer, decision)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var risk = await compliance.RiskAsync(_tenant, customer);
        risk.Level().ShouldBe("LOW");
        risk.GetProperty("rating").GetProperty("level").GetString().ShouldBe("HIGH");
        risk.GetProperty("override").GetProperty("closedBy").GetString().ShouldBe("oscar");
        (await (await oscar.DeleteAsync(Kyc(customer, $"/decisions/{decision}"))).CodeAsync())
            .ShouldBe("INVALID_TRANSITION");
    }

    [Theory]
    [InlineData("customer_decision_needs_two_people",
        "update kyc_decisions set state = 'APPROVED', closed_by = 'olga', closed_as = 'COMPLIANCE', closed_at = now() "
        + "where party_id = $1")]
    [InlineData("customer_decision_is_whole", "update kyc_decisions set state = 'APPROVED' where party_id = $1")]
    [InlineData("is not rewritten", "update kyc_decisions set proposed_by = 'otto' where party_id = $1")]
    [InlineData("is not rewritten", "update kyc_decisions set level = 'MEDIUM' where party_id = $1")]
    [InlineData("is never deleted", "delete from kyc_decisions where party_id = $1")]
    [InlineData("begins PROPOSED", "insert into kyc_decisions (tenant_id, id, party_id, kind, level, until, "
        + "sealed_reason, state, proposed_by, proposed_at, closed_by, closed_as, closed_at) select tenant_id, "
        + "gen_random_uuid(), party_id, kind, level, until, sealed_reason, 'APPROVED', 'olga', now(), 'oscar', "
        + "'COMPLIANCE', now() from kyc_decisions where party_id = $1")]
    public async Task Direct_sql_decides_nothing_alone(string reason, string sql)
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        (await compliance.Officer(_tenant, "olga").DecideAsync(
            customer, "RISK_OVERRIDE", "LOW", TimeProvider.System.GetUtcNow().AddDays(30))).EnsureSuccessStatusCode();

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, customer.Value);
    }

    [Fact]
    public async Task A_politically_exposed_person_is_asked_for_more_and_blocked_by_nothing()
    {
        var customer = await RatedAsync(People.AlsoInnocent, "LOW");
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var manager = compliance.Service.ClientAs("mia", _tenant, Roles.Manager);
        (await manager.PutAsync(Kyc(customer, "/pep"), null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await olga.PutAsync(Kyc(customer, "/pep"), null)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var risk = await compliance.RiskAsync(_tenant, customer);
        (risk.Level(), risk.GetProperty("dueDiligence").GetString()).ShouldBe(("HIGH", "AWAITED"));
        (await compliance.StandingAsync(_tenant, customer)).Awaited()
            .ShouldContain("SOURCE_OF_WEALTH AWAITED REQUIRED_INFORMATION");
        (await compliance.WorklistAsync(_tenant)).ShouldContain("DUE_DILIGENCE");
        var facts = ComplianceUnderTest.FactsOf(customer, compliance.Transactions.Add(_tenant, People.Innocent));
        var transfer = TransactionId.New();
        await compliance.Service.PublishAsync(_tenant, new TransactionFunded(
            transfer, facts, facts.SendAmount, "psp:sandbox", PaidAfterEnd: false, ScreeningRound: 1));
        (await compliance.ScreenedAsync(transfer)).Outcome.ShouldBe(ScreeningOutcome.Clear);

        (await (await olga.DecideAsync(customer, "ENHANCED_DUE_DILIGENCE")).CodeAsync())
            .ShouldBe("DUE_DILIGENCE_INCOMPLETE");
        await compliance.ShowAsync(_tenant, customer, "SOURCE_OF_WEALTH");
        var decision = await (await olga.DecideAsync(customer, "ENHANCED_DUE_DILIGENCE")).IdAsync();
        (await oscar.ApproveAsync(customer, decision)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        await compliance.Service.ShouldRefuseAsync(_tenant, "due_diligence_is_approved_by_a_senior",
            "update kyc_decisions set state = 'APPROVED', closed_by = 'oscar', closed_as = 'COMPLIANCE', "
            + "closed_at = now() where id = $1", Guid.Parse(decision));
        (await manager.ApproveAsync(customer, decision)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await compliance.RiskAsync(_tenant, customer)).GetProperty("dueDiligence").GetString().ShouldBe("DONE");
        (await compliance.WorklistAsync(_tenant)).ShouldNotContain("DUE_DILIGENCE");
        var cleared = await (await olga.DecideAsync(customer, "PEP_CLEARED")).IdAsync();
        (await compliance.RiskAsync(_tenant, customer)).GetProperty("pep").GetBoolean().ShouldBeTrue();
        (await oscar.ApproveAsync(customer, cleared)).StatusCode.ShouldBe(HttpStatusCode.OK);
        risk = await compliance.RiskAsync(_tenant, customer);
        (risk.Level(), risk.GetProperty("pep").GetBoolean()).ShouldBe(("LOW", false));

        // A new mark asks for a new due diligence.
        (await olga.PutAsync(Kyc(customer, "/pep"), null)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await compliance.RiskAsync(_tenant, customer)).GetProperty("dueDiligence").GetString().ShouldBe("AWAITED");
        (await compliance.WorklistAsync(_tenant)).ShouldContain("DUE_DILIGENCE");
    }

    [Fact]
    public async Task Rows_of_a_tenant_are_hidden_from_another()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        await using var other = Npgsql.NpgsqlDataSource.Create(
            compliance.Service.AppConnectionStringOf(TestTenant.New()));
        foreach (var table in new[] { "kyc_customers", "kyc_documents", "kyc_document_contents", "kyc_events",
                     "kyc_customer_keys", "kyc_risk_scores", "kyc_decisions", "kyc_answers", "kyc_asks",
                     "kyc_verifications", "kyc_definitions" })
        {
            await using var command = other.CreateCommand($"select count(*) from {table}");
            ((long)(await command.ExecuteScalarAsync())!).ShouldBe(0, table);
        }
    }

    [Fact]
    public async Task Nothing_is_erased_before_five_years_are_over_and_the_date_is_said()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        (await (await olga.DecideAsync(customer, "ERASURE")).CodeAsync()).ShouldBe("RETAINED");
        var ended = await (await olga.DecideAsync(customer, "RELATIONSHIP_ENDED")).IdAsync();
        (await oscar.ApproveAsync(customer, ended)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var refused = await olga.DecideAsync(customer, "ERASURE");

        var until = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddYears(5);
        (await refused.Content.ReadAsStringAsync()).ShouldContain($"{until:O}");
        (await olga.PostAsJsonAsync(Kyc(customer, "/asks"), new { item = "LETTER" })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
    }
}
