using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

public sealed class PolicyTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData("""{"list":"OFAC_SDN","threshold":90}""", ScreeningOutcome.Clear)]
    [InlineData("""{"list":"OWN","threshold":90}""", ScreeningOutcome.Review)]
    [InlineData("""{"kind":"PERSON","threshold":90}""", ScreeningOutcome.Clear)]
    [InlineData("""{"kind":"VESSEL","threshold":90}""", ScreeningOutcome.Review)]
    [InlineData("""{"direction":"SENDER","threshold":90}""", ScreeningOutcome.Clear)]
    [InlineData("""{"direction":"BENEFICIARY","threshold":90}""", ScreeningOutcome.Review)]
    [InlineData("""{"corridor":"GB-NG","threshold":90}""", ScreeningOutcome.Clear)]
    [InlineData("""{"corridor":"*-NG","threshold":90}""", ScreeningOutcome.Clear)]
    [InlineData("""{"corridor":"NG-*","threshold":90}""", ScreeningOutcome.Review)]
    [InlineData("""{"list":"*","corridor":"*","threshold":90}""", ScreeningOutcome.Clear)]
    public async Task A_line_decides_for_what_it_names_and_for_nothing_else(string line, ScreeningOutcome outcome)
    {
        await compliance.LivePolicyAsync(
            _tenant, new { thresholds = new[] { JsonSerializer.Deserialize<JsonElement>(line) } });

        // The namesake scores 85.
        var (id, _) = await compliance.FundAsync(_tenant, People.Namesake, People.Innocent);

        (await compliance.ScreenedAsync(id)).Outcome.ShouldBe(outcome);
    }

    [Theory]
    [InlineData("NATIONALITY")]
    [InlineData("RESIDENCE")]
    [InlineData("ADDRESS")]
    [InlineData("BANK")]
    [InlineData("CORRIDOR")]
    public async Task A_country_of_the_policy_opens_a_case_from_wherever_it_is_read(string source)
    {
        await compliance.LivePolicyAsync(_tenant, new
        {
            countries = new[] { new { country = source == "CORRIDOR" ? "NG" : "CU", source, effect = "BLOCK" } },
        });
        var beneficiary = People.AlsoInnocent with
        {
            Country = source == "RESIDENCE" ? "CU" : "NG",
            Nationality = source == "NATIONALITY" ? "CU" : "NG",
            Address = source == "ADDRESS" ? "1 Stand-in Street, Cuba" : "1 Stand-in Street",
            SwiftBic = source == "BANK" ? "ABCDCU2X" : null,
        };

        var (id, _) = await compliance.FundAsync(_tenant, People.AlsoInnocent, beneficiary);

        var screened = await compliance.ScreenedAsync(id);
        screened.Outcome.ShouldBe(ScreeningOutcome.Review);
        var detail = await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{screened.CaseId}"))
            .JsonAsync();
        var evidence = detail.GetProperty("evidence");
        evidence.GetProperty("reasons").EnumerateArray().Select(one => one.GetString()).ShouldBe(["COUNTRY"]);
        evidence.GetProperty("countries").EnumerateArray()
            .Where(one => one.TryGetProperty("effect", out _)).ShouldAllBe(one =>
                one.GetProperty("source").GetString() == source && one.GetProperty("effect").GetString() == "BLOCK"
                && one.GetProperty("policyLine").GetInt32() == 1);
        detail.GetProperty("suggestion").GetString().ShouldBe("REJECT");
    }

    [Fact]
    public async Task What_is_not_given_stays_as_it_is_in_force()
    {
        await compliance.LivePolicyAsync(_tenant, new
        {
            thresholds = new[] { new { kind = "VESSEL", threshold = 70 } },
            listAges = new[] { new { list = "OFAC_SDN", maxAgeHours = 6 } },
        });
        await compliance.LivePolicyAsync(_tenant, new { textThreshold = 92.5 });

        var policy = await (await compliance.Officer(_tenant, "olga").GetAsync("/v1/screening-policies")).JsonAsync();

        policy.GetProperty("version").GetInt64().ShouldBe(3);
        var content = policy.GetProperty("content");
        content.GetProperty("textThreshold").GetDecimal().ShouldBe(92.5m);
        content.GetProperty("thresholds")[0].GetProperty("kind").GetString().ShouldBe("VESSEL");
        content.GetProperty("listAges")[0].GetProperty("maxAgeHours").GetInt32().ShouldBe(6);
        content.GetProperty("countries").GetArrayLength().ShouldBe(3);
    }

    [Theory]
    [InlineData("""{}""", "/reviewThreshold")]
    [InlineData("""{"textThreshold":101}""", "/textThreshold")]
    [InlineData("""{"thresholds":[{"list":"OFAC_SDN"}]}""", "/thresholds/0/threshold")]
    [InlineData("""{"thresholds":[null]}""", "/thresholds/0/threshold")]
    [InlineData("""{"thresholds":[{"threshold":90},{"list":"*","threshold":80}]}""", "/thresholds/1")]
    [InlineData("""{"thresholds":[{"corridor":"GB","threshold":90}]}""", "/thresholds/0/corridor")]
    [InlineData("""{"thresholds":[{"corridor":"GB-Nigeria","threshold":90}]}""", "/thresholds/0/to")]
    [InlineData("""{"thresholds":[{"list":"ofac","threshold":90}]}""", "/thresholds/0/list")]
    [InlineData("""{"thresholds":[{"list":"OFAC_SDM","threshold":90}]}""", "/thresholds/0/list")]
    [InlineData("""{"listAges":[{"list":"OFAC_SDM","maxAgeHours":2}]}""", "/listAges/0/list")]
    [InlineData("""{"countries":[{"country":"UK","effect":"BLOCK"}]}""", "/countries/0/country")]
    [InlineData("""{"countries":[{"effect":"BLOCK"}]}""", "/countries/0/country")]
    [InlineData("""{"countries":[{"country":"Iran","effect":"BLOCK"}]}""", "/countries/0/country")]
    [InlineData("""{"countries":[{"country":"IR"}]}""", "/countries/0/effect")]
    [InlineData("""{"countries":[{"country":"IR","effect":"REVIEW"},{"country":"IR","effect":"BLOCK"}]}""",
        "/countries/1")]
    [InlineData("""{"listAges":[{"list":"OFAC_SDN","maxAgeHours":25}]}""", "/listAges/0/maxAgeHours")]
    [InlineData("""{"listAges":[{"list":"OFAC_SDN","maxAgeHours":0}]}""", "/listAges/0/maxAgeHours")]
    [InlineData("""{"listAges":[{"maxAgeHours":2}]}""", "/listAges/0/list")]
    [InlineData("""{"listAges":[{"list":"OWN","maxAgeHours":2}]}""", "/listAges/0/list")]
    [InlineData("""{"textThreshold":90,"days":93}""", "/days")]
    public async Task What_is_no_policy_is_refused_with_its_place(string body, string pointer)
    {
        var answer = await compliance.Officer(_tenant, "olga")
            .PutPolicyAsync(JsonSerializer.Deserialize<JsonElement>(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await answer.JsonAsync()).GetProperty("errors").EnumerateArray()
            .Select(one => one.GetProperty("pointer").GetString()).ShouldContain(pointer);
        (await compliance.CountAsync("select count(*) from policy_proposals where tenant_id = $1", _tenant.Value))
            .ShouldBe(0);
    }

    [Fact]
    public async Task A_proposal_that_was_compared_with_an_older_policy_is_not_approved()
    {
        var proposal = await compliance.Officer(_tenant, "olga").ProposePolicyAsync(new { reviewThreshold = 90 });
        await compliance.LiveRuleAsync(_tenant, RuleRequests.LimitOf("500.00"));

        var refused = await compliance.Officer(_tenant, "oscar").ApprovePolicyAsync(proposal);

        (refused.StatusCode, await refused.CodeAsync()).ShouldBe((HttpStatusCode.Conflict, "POLICY_CHANGED"));
        var again = await compliance.Officer(_tenant, "olga").ProposePolicyAsync(new { reviewThreshold = 90 });
        again.GetProperty("baseVersion").GetInt64().ShouldBe(2);
        (await compliance.Officer(_tenant, "oscar").ApprovePolicyAsync(again)).StatusCode.ShouldBe(HttpStatusCode.OK);
        // A rule that is activated later keeps the content.
        await compliance.LiveRuleAsync(_tenant, RuleRequests.AtMostOf(2));
        (await (await compliance.Officer(_tenant, "olga").GetAsync("/v1/screening-policies")).JsonAsync())
            .GetProperty("reviewThreshold").GetDecimal().ShouldBe(90);
    }

    [Theory]
    [InlineData("a proposal is not rewritten", "update policy_proposals set content = '{}' where tenant_id = $1")]
    [InlineData("a proposal is not rewritten", "update policy_proposals set trial = '{}' where tenant_id = $1")]
    [InlineData("a proposal is not rewritten",
        "update policy_proposals set proposed_by = 'otto', approved_by = 'olga', state = 'APPROVED' "
        + "where tenant_id = $1")]
    [InlineData("never deleted", "delete from policy_proposals where tenant_id = $1")]
    [InlineData("proposal_needs_two_people",
        "update policy_proposals set approved_by = 'olga', state = 'APPROVED' where tenant_id = $1")]
    [InlineData("proposed first", "insert into policy_proposals select tenant_id, gen_random_uuid(), reason, "
        + "'APPROVED', proposed_by, proposed_at, 'otto', now(), base_version, content, trial from policy_proposals "
        + "where tenant_id = $1")]
    [InlineData("proposed and approved first", "insert into policy_versions (tenant_id, version, made_by, approved_by, "
        + "since, content) select tenant_id, 2, proposed_by, 'otto', now(), content from policy_proposals "
        + "where tenant_id = $1")]
    [InlineData("counted one by one", "insert into policy_versions (tenant_id, version, made_by, approved_by, "
        + "since, content) select tenant_id, 7, proposed_by, 'otto', now(), content from policy_proposals "
        + "where tenant_id = $1")]
    [InlineData("policy_has_its_parts", "insert into policy_versions (tenant_id, version, made_by, approved_by, "
        + "since, content) values ($1, 2, 'olga', 'otto', now(), '{}')")]
    public async Task Direct_sql_makes_no_policy_alone(string reason, string sql)
    {
        await compliance.Officer(_tenant, "olga").ProposePolicyAsync(new { reviewThreshold = 90 });

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, _tenant.Value);
    }

    [Fact]
    public async Task A_screening_of_names_alerts_by_the_lines_of_the_tenant()
    {
        await compliance.LivePolicyAsync(_tenant, new
        {
            thresholds = new object[]
            {
                new { list = "OFAC_SDN", kind = "PERSON", threshold = 99 },
                new { corridor = "GB-NG", threshold = 60 },
            },
        });

        var partner = compliance.Service.ClientAs("partner", _tenant, Roles.Partner, Scopes.ScreeningsRun);
        var person = await (await partner.PostAsJsonAsync(
            "/v1/screenings", new { name = "Temirbek Zarkhavan" })).JsonAsync();
        var company = await (await partner.PostAsJsonAsync(
            "/v1/screenings", new { name = "Kestrel Harbor Trading" })).JsonAsync();

        person.GetProperty("alert").GetBoolean().ShouldBeFalse();
        var shown = person.GetProperty("hits")[0];
        shown.GetProperty("alert").GetBoolean().ShouldBeFalse();
        shown.GetProperty("explanation").GetProperty("threshold").GetDecimal().ShouldBe(99);
        company.GetProperty("alert").GetBoolean().ShouldBeTrue();
        company.GetProperty("hits")[0].GetProperty("explanation").GetProperty("threshold").GetDecimal().ShouldBe(85);
    }
}
