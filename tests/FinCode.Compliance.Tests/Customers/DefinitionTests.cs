using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using FinCode.Compliance.Tests.Operations;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Customers;

public sealed class DefinitionTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData("tiers")]
    [InlineData("forms")]
    [InlineData("scorecard")]
    [InlineData("retention")]
    public async Task A_change_is_in_force_when_a_second_person_approved_it(string noun)
    {
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var content = await ShippedAsync(noun);
        var first = await ProposeAsync(olga, noun, content);
        first.StatusCode.ShouldBe(HttpStatusCode.Accepted, await first.Content.ReadAsStringAsync());
        (await VersionOf(first)).ShouldBe(1);
        (await VersionOf(await ProposeAsync(olga, noun, content))).ShouldBe(1);
        (await VersionOf(await ProposeAsync(oscar, noun, content))).ShouldBe(2);

        (await (await ApproveAsync(oscar, noun, 2)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await (await ApproveAsync(olga, noun, 1)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await ApproveAsync(olga, noun, 0)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await InForceAsync(noun)).ShouldBe(0);
        (await ApproveAsync(olga, noun, 2)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ApproveAsync(olga, noun, 2)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await InForceAsync(noun)).ShouldBe(2);
        (await (await olga.GetAsync(Path(noun) + "/versions/1")).JsonAsync()).GetProperty("state").GetString()
            .ShouldBe("WITHDRAWN");

        foreach (var role in new[] { Roles.Cashier, Roles.Partner, Roles.Finance })
        {
            var other = compliance.Service.ClientAs("mallory", _tenant, role);
            (await other.GetAsync(Path(noun))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await ProposeAsync(other, noun, content)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
            (await ApproveAsync(other, noun, 2)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Theory]
    [InlineData("definition_needs_two_people",
        "update kyc_definitions set state = 'IN_FORCE', approved_by = 'olga', approved_at = now() "
        + "where tenant_id = $1")]
    [InlineData("definition_is_whole", "update kyc_definitions set state = 'IN_FORCE' where tenant_id = $1")]
    [InlineData("is not rewritten", "update kyc_definitions set proposed_by = 'otto' where tenant_id = $1")]
    [InlineData("is not rewritten", "update kyc_definitions set content = '{}' where tenant_id = $1")]
    [InlineData("is never deleted", "delete from kyc_definitions where tenant_id = $1")]
    [InlineData("begins PROPOSED", "insert into kyc_definitions (tenant_id, kind, version, content, reason, state, "
        + "proposed_by, proposed_at, approved_by, approved_at) values ($1, 'FORMS', 7, '{}', 'x', 'IN_FORCE', 'olga', "
        + "now(), 'oscar', now())")]
    [InlineData("retention_is_five_years_or_longer", "insert into kyc_definitions (tenant_id, kind, version, content, "
        + "reason, state, proposed_by, proposed_at) values ($1, 'RETENTION', 7, '{\"years\": 4}', 'x', 'PROPOSED', "
        + "'olga', now())")]
    public async Task Direct_sql_puts_nothing_in_force_alone(string reason, string sql)
    {
        (await ProposeAsync(compliance.Officer(_tenant, "olga"), "tiers", await ShippedAsync("tiers")))
            .EnsureSuccessStatusCode();

        await compliance.Service.ShouldRefuseAsync(_tenant, reason, sql, _tenant.Value);
    }

    [Theory]
    [InlineData("tiers", "tiers", "[]", "/content/tiers")]
    [InlineData("tiers", "tiers", """[{"tier":2,"requirements":[{"code":"A","anyOf":["SELFIE"]}]}]""",
        "/content/tiers")]
    [InlineData("tiers", "tiers", """[{"tier":1,"requirements":[{"code":"A","anyOf":["TATTOO"]}]}]""",
        "/content/tiers")]
    [InlineData("tiers", "reviewMonths", """{"low":12,"medium":24,"high":12}""", "/content/reviewMonths")]
    [InlineData("forms", "forms", """[{"code":"A","title":"A","questions":[]}]""", "/content/forms/0")]
    [InlineData("forms", "forms",
        """[{"code":"A","title":"A","questions":[{"code":"Q","text":"Q","type":"CHOICE","required":true}]}]""",
        "/content/forms/0")]
    [InlineData("scorecard", "factors", """[{"factor":"PEP","words":{"YES":-1},"otherwise":0}]""",
        "/content/factors/0")]
    [InlineData("scorecard", "factors", """[{"factor":"TIER","words":{"YES":1},"otherwise":0}]""",
        "/content/factors/0")]
    [InlineData("scorecard", "highFrom", "1", "/content/highFrom")]
    [InlineData("retention", "years", "4", "/content/years")]
    [InlineData("retention", "years", "31", "/content/years")]
    [InlineData("tiers", "tiers", "[null]", "/content/tiers/0")]
    [InlineData("tiers", "tiers", """[{"tier":1}]""", "/content/tiers/0")]
    [InlineData("tiers", "enhanced", """[{"code":"A","anyOf":[null]}]""", "/content/enhanced/0/anyOf/0")]
    [InlineData("forms", "forms", """[{"code":"A","title":"A","questions":[null]}]""",
        "/content/forms/0/questions/0")]
    [InlineData("scorecard", "factors", "[null]", "/content/factors/0")]
    public async Task What_cannot_be_used_is_refused_with_its_place(
        string noun, string member, string json, string pointer)
    {
        var content = await ShippedAsync(noun);
        content[member] = JsonNode.Parse(json);

        var refused = await ProposeAsync(compliance.Officer(_tenant, "olga"), noun, content);

        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.JsonAsync()).GetProperty("errors").EnumerateArray()
            .Select(error => error.GetProperty("pointer").GetString()).ShouldContain(pointer);
    }

    [Fact]
    public async Task Customers_follow_a_change_of_tiers()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        (await compliance.TierAsync(_tenant, customer)).ShouldBe(0);
        var content = await ShippedAsync("tiers");
        content["tiers"] = JsonNode.Parse(
            """[{"tier":1,"requirements":[{"code":"IDENTITY_DOCUMENT","anyOf":["PASSPORT"]}]}]""");
        (await ProposeAsync(compliance.Officer(_tenant, "olga"), "tiers", content)).EnsureSuccessStatusCode();
        (await ApproveAsync(compliance.Officer(_tenant, "oscar"), "tiers", 1)).EnsureSuccessStatusCode();

        (await compliance.TierAsync(_tenant, customer)).ShouldBe(1);
        var told = await compliance.Service.Events.WaitForAsync<KycVerificationCompleted>(
            one => one.PartyId == customer);
        (told.Outcome, told.Tier, told.PreviousTier).ShouldBe((KycOutcome.Approved, 1, 0));
    }

    [Fact]
    public async Task What_is_left_out_is_said()
    {
        foreach (var noun in new[] { "tiers", "forms", "scorecard", "retention" })
            (await ProposeAsync(compliance.Officer(_tenant, "olga"), noun, new JsonObject())).StatusCode
                .ShouldBe(HttpStatusCode.UnprocessableEntity, noun);
    }

    [Fact]
    public async Task Tiers_ask_for_forms_that_there_are_whichever_is_changed()
    {
        var (olga, oscar) = (compliance.Officer(_tenant, "olga"), compliance.Officer(_tenant, "oscar"));
        var tiers = await ShippedAsync("tiers");
        tiers["tiers"]![1]!["requirements"]![0]!["anyOf"] = new JsonArray("FORM:WEALTH");
        (await ProposeAsync(olga, "tiers", tiers)).EnsureSuccessStatusCode();
        (await (await ApproveAsync(oscar, "tiers", 1)).CodeAsync()).ShouldBe("FORM_MISSING");
        var forms = await ShippedAsync("forms");
        var wealth = forms["forms"]![0]!.DeepClone();
        wealth["code"] = "WEALTH";
        forms["forms"]!.AsArray().Add(wealth);
        (await ProposeAsync(olga, "forms", forms)).EnsureSuccessStatusCode();
        (await ApproveAsync(oscar, "forms", 1)).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ApproveAsync(oscar, "tiers", 1)).StatusCode.ShouldBe(HttpStatusCode.OK);

        (await ProposeAsync(olga, "forms", await ShippedAsync("forms"))).EnsureSuccessStatusCode();
        var refused = await ApproveAsync(oscar, "forms", 2);
        (await refused.Content.ReadAsStringAsync()).ShouldContain("WEALTH");
        (await refused.CodeAsync()).ShouldBe("FORM_MISSING");
        (await InForceAsync("forms")).ShouldBe(1);
    }

    [Theory]
    [InlineData("update kyc_definitions set approved_by = 'otto' where tenant_id = $1")]
    [InlineData("update kyc_definitions set state = 'PROPOSED', approved_by = null, approved_at = null "
        + "where tenant_id = $1")]
    [InlineData("update kyc_definitions set state = 'WITHDRAWN', approved_by = null, approved_at = null "
        + "where tenant_id = $1")]
    public async Task What_is_in_force_is_only_replaced(string sql)
    {
        (await ProposeAsync(compliance.Officer(_tenant, "olga"), "tiers", await ShippedAsync("tiers")))
            .EnsureSuccessStatusCode();
        (await ApproveAsync(compliance.Officer(_tenant, "oscar"), "tiers", 1)).EnsureSuccessStatusCode();

        await compliance.Service.ShouldRefuseAsync(_tenant, "is not rewritten", sql, _tenant.Value);
    }

    private static string Path(string noun) => $"/v1/kyc/{noun}-definition";

    private async Task<JsonNode> ShippedAsync(string noun) =>
        (await compliance.Officer(_tenant, "olga").GetFromJsonAsync<JsonNode>(Path(noun) + "/versions/0"))!["content"]!
            .DeepClone();

    private async Task<int> InForceAsync(string noun) =>
        (await (await compliance.Officer(_tenant, "olga").GetAsync(Path(noun))).JsonAsync())
            .GetProperty("inForce").GetProperty("version").GetInt32();

    private static Task<HttpResponseMessage> ProposeAsync(HttpClient officer, string noun, JsonNode content) =>
        officer.PutAsJsonAsync(Path(noun), new { content, reason = "As decided." });

    private static Task<HttpResponseMessage> ApproveAsync(HttpClient officer, string noun, int version) =>
        officer.PostAsync($"{Path(noun)}/versions/{version}/approve", null);

    private static async Task<int> VersionOf(HttpResponseMessage answer) =>
        (await answer.JsonAsync()).GetProperty("version").GetInt32();
}
