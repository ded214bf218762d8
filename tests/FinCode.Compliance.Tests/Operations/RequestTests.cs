using System.Net;
using System.Text;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

public sealed class RequestTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Theory]
    [InlineData("POST", "/v1/cases/{case}/proposals", "{", 400, "MALFORMED_REQUEST", null)]
    [InlineData("POST", "/v1/cases/{case}/proposals", "{}", 422, "VALIDATION_ERROR", "/decision")]
    [InlineData("POST", "/v1/cases/{case}/proposals",
        """{"decision":"FORGIVE","reason":"x"}""", 422, "VALIDATION_ERROR", "/decision")]
    [InlineData("POST", "/v1/cases/{case}/proposals",
        """{"decision":"RELEASE","reason":"  "}""", 422, "VALIDATION_ERROR", "/reason")]
    [InlineData("POST", "/v1/cases/{case}/proposals",
        """{"decision":"RELEASE","reason":"x","approvedBy":"me"}""", 422, "VALIDATION_ERROR", null)]
    [InlineData("POST", "/v1/cases/{case}/returns", """{"reason":null}""", 422, "VALIDATION_ERROR", "/reason")]
    [InlineData("POST", "/v1/cases/{case}/approvals", """{"steps":1}""", 409, "INVALID_TRANSITION", null)]
    [InlineData("POST", "/v1/cases/{case}/approvals", "{}", 422, "VALIDATION_ERROR", "/steps")]
    [InlineData("POST", "/v1/cases/cas_00000000000000000000000000000000/approvals",
        """{"steps":1}""", 404, "NOT_FOUND", null)]
    [InlineData("GET", "/v1/cases/nonsense", null, 404, "NOT_FOUND", null)]
    [InlineData("GET", "/v1/cases?limit=many", null, 422, "VALIDATION_ERROR", "limit")]
    [InlineData("POST", "/v1/cases/{case}/proposals", "", 400, "MALFORMED_REQUEST", null)]
    [InlineData("POST", "/v1/cases/{case}/proposals",
        """{"decision":"RELEASE","reason":"x\u0000"}""", 422, "VALIDATION_ERROR", "/reason")]
    [InlineData("GET", "/v1/cases?status=SOMETIMES", null, 422, "VALIDATION_ERROR", "status")]
    [InlineData("GET", "/v1/cases?limit=1000", null, 422, "VALIDATION_ERROR", "limit")]
    [InlineData("GET", "/v1/cases?transactionId=1", null, 422, "VALIDATION_ERROR", "transactionId")]
    [InlineData("PUT", "/v1/screening-policies",
        """{"reviewThreshold":0,"reason":"none"}""", 422, "VALIDATION_ERROR", "/reviewThreshold")]
    [InlineData("PUT", "/v1/screening-policies",
        """{"reviewThreshold":"90","reason":"none"}""", 422, "VALIDATION_ERROR", "/reviewThreshold")]
    [InlineData("PUT", "/v1/screening-policies",
        """{"reviewThreshold":90.001,"reason":"none"}""", 422, "VALIDATION_ERROR", "/reviewThreshold")]
    public Task Bad_input_is_a_problem_with_a_code_and_stores_nothing(
        string method, string path, string? body, int status, string code, string? pointer) =>
        RefusesAsync(method, path, body, status, code, pointer);

    [Theory]
    [InlineData("POST", "/v1/screening-rules", "{}", 422, "VALIDATION_ERROR", "/text")]
    [InlineData("POST", "/v1/screening-rules", """{"text":"rule"}""", 422, "VALIDATION_ERROR", "/text")]
    [InlineData("POST", "/v1/screening-rules", """{"text":"rule\u0000"}""", 422, "VALIDATION_ERROR", "/text")]
    [InlineData("POST", "/v1/screening-rules",
        """{"name":"n","amountLimit":{"limit":{"amount":"1.00","currency":"GBP"}}}""",
        422, "VALIDATION_ERROR", null)]
    [InlineData("POST", "/v1/screening-rules/00000000-0000-0000-0000-000000000000/versions",
        """{"text":"rule \"x\" when true then hold because \"y\""}""", 404, "NOT_FOUND", null)]
    [InlineData("POST", "/v1/screening-rules/00000000-0000-0000-0000-000000000000/shadow",
        null, 404, "NOT_FOUND", null)]
    [InlineData("DELETE", "/v1/screening-rules/00000000-0000-0000-0000-000000000000/shadow",
        null, 404, "NOT_FOUND", null)]
    [InlineData("POST", "/v1/screening-rules/00000000-0000-0000-0000-000000000000/deactivate",
        """{"reason":"x"}""", 404, "NOT_FOUND", null)]
    [InlineData("GET", "/v1/screening-rules/00000000-0000-0000-0000-000000000000", null, 404, "NOT_FOUND", null)]
    [InlineData("POST", "/v1/screening-rules/backtests",
        """{"from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}""", 422, "VALIDATION_ERROR", "")]
    [InlineData("POST", "/v1/screening-rules/backtests", """{"text":"rule"}""", 422, "VALIDATION_ERROR", "/from")]
    [InlineData("POST", "/v1/screening-rules/backtests",
        """{"text":"rule","from":"2026-01-01T00:00:00Z","to":"2026-02-01T00:00:00Z"}""",
        422, "VALIDATION_ERROR", "/text")]
    [InlineData("POST", "/v1/screening-rules/replays",
        """{"from":"2026-01-01T00:00:00Z","to":"2026-06-01T00:00:00Z"}""", 422, "VALIDATION_ERROR", "/to")]
    [InlineData("POST", "/v1/screening-rules/00000000-0000-0000-0000-000000000000/activate",
        """{"version":1}""", 404, "NOT_FOUND", null)]
    [InlineData("POST", "/v1/screening-rules/00000000-0000-0000-0000-000000000000/activate",
        null, 422, "VALIDATION_ERROR", "/version")]
    public Task Bad_input_about_rules_is_a_problem_with_a_code_and_stores_nothing(
        string method, string path, string? body, int status, string code, string? pointer) =>
        RefusesAsync(method, path, body, status, code, pointer);

    private async Task RefusesAsync(
        string method, string path, string? body, int status, string code, string? pointer)
    {
        var (_, _, opened) = await compliance.HoldAsync(_tenant);
        using var request = new HttpRequestMessage(
            new HttpMethod(method), path.Replace("{case}", opened.ToString(), StringComparison.Ordinal));
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");

        var answer = await compliance.Officer(_tenant, "olga").SendAsync(request);

        answer.StatusCode.ShouldBe((HttpStatusCode)status);
        var problem = await answer.JsonAsync();
        problem.GetProperty("code").GetString().ShouldBe(code);
        if (pointer is not null)
            problem.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe(pointer);
        (await compliance.CountAsync("""
            select (select count(*) from case_events where tenant_id = $1 and type <> 'OPENED')
                 + (select count(*) from screening_rules where tenant_id = $1)
                 + (select count(*) from policy_proposals where tenant_id = $1)
            """, _tenant.Value)).ShouldBe(0);
    }

    [Fact]
    public async Task Another_tenant_finds_nothing()
    {
        var (id, _, opened) = await compliance.HoldAsync(_tenant);
        await compliance.Officer(_tenant, "olga").ProposeAsync(opened, "RELEASE");
        var stranger = compliance.Officer(TestTenant.New(), "oscar");

        (await stranger.GetAsync($"/v1/cases/{opened}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.ApproveAsync(opened)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.ProposeAsync(opened, "RELEASE")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await (await stranger.GetAsync($"/v1/cases?transactionId={id}")).JsonAsync())
            .GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("cases")]
    [InlineData("case_events")]
    [InlineData("screenings")]
    [InlineData("screening_requests")]
    [InlineData("funded_transfers")]
    [InlineData("payout_notices")]
    [InlineData("screening_rules")]
    [InlineData("screening_rule_versions")]
    [InlineData("screening_rule_events")]
    [InlineData("rule_evaluations")]
    [InlineData("policy_versions")]
    [InlineData("policy_proposals")]
    public async Task Row_level_security_stands_behind_every_tenants_table(string table)
    {
        await compliance.HoldAsync(_tenant);
        (await compliance.CountAsync(
            "select count(*) from pg_class where relname = $1 and relrowsecurity", table)).ShouldBe(1);
        await using var other = Npgsql.NpgsqlDataSource.Create(
            compliance.Service.AppConnectionStringOf(TestTenant.New()));
        await using var command = other.CreateCommand($"select count(*) from {table}");

        ((long)(await command.ExecuteScalarAsync())!).ShouldBe(0);
    }

    [Fact]
    public async Task Without_a_token_there_is_only_health_and_the_description()
    {
        var nobody = compliance.Service.AnonymousClient();

        (await nobody.GetAsync("/v1/cases")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await nobody.GetAsync("/v1/screening-lists")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await nobody.GetAsync("/alive")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var paths = (await (await nobody.GetAsync("/openapi/v1.json")).JsonAsync()).GetProperty("paths");
        paths.EnumerateObject().Select(path => path.Name)
            .Where(path => !path.StartsWith("/v1/kyc/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .ShouldBe([
            "/internal/holds",
            "/v1/cases", "/v1/cases/freezes", "/v1/cases/payout-notices", "/v1/cases/worklist", "/v1/cases/{id}",
            "/v1/cases/{id}/approvals", "/v1/cases/{id}/assignments", "/v1/cases/{id}/attachments",
            "/v1/cases/{id}/attachments/{number}", "/v1/cases/{id}/due-times",
            "/v1/cases/{id}/escalations", "/v1/cases/{id}/freeze-report",
            "/v1/cases/{id}/freeze-report/submissions", "/v1/cases/{id}/investigation", "/v1/cases/{id}/notes",
            "/v1/cases/{id}/proposals", "/v1/cases/{id}/returns", "/v1/cases/{id}/snoozes",
            "/v1/cases/{id}/unfreeze-approvals", "/v1/cases/{id}/unfreeze-proposals",
            "/v1/cases/{id}/unfreeze-returns",
            "/v1/customer-alerts", "/v1/customer-alerts/skipped", "/v1/screening-lists",
            "/v1/screening-lists/own", "/v1/screening-lists/own/{edition}/approve",
            "/v1/screening-lists/{list}/editions/{edition}/changes", "/v1/screening-policies",
            "/v1/screening-policies/trials", "/v1/screening-policies/{id}/approve", "/v1/screening-rules",
            "/v1/screening-rules/backtests",
            "/v1/screening-rules/library", "/v1/screening-rules/replays", "/v1/screening-rules/{id}",
            "/v1/screening-rules/{id}/activate", "/v1/screening-rules/{id}/deactivate",
            "/v1/screening-rules/{id}/shadow", "/v1/screening-rules/{id}/versions",
            "/v1/screenings", "/v1/screenings/compare", "/v1/suppressions", "/v1/suppressions/{id}/revocations",
            "/v1/suspicion-reports", "/v1/suspicion-reports/{id}", "/v1/suspicion-reports/{id}/approvals",
            "/v1/suspicion-reports/{id}/exports", "/v1/suspicion-reports/{id}/submissions"]);
    }
}
