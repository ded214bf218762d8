using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>What officers do with a case before it is decided.</summary>
public sealed class CaseWorkTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private DateTimeOffset Now =>
        compliance.Service.Services.GetRequiredService<TimeProvider>().GetUtcNow();

    private HttpClient Olga => compliance.Officer(_tenant, "olga");

    [Fact]
    public async Task A_case_is_given_investigated_returned_and_decided()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);

        (await StatusAsync(id, "assignments", new { assignee = "oscar" })).ShouldBe(("ASSIGNED", "oscar"));
        (await StatusAsync(id, "investigation", new { })).ShouldBe(("INVESTIGATING", "olga"));
        await Olga.ProposeAsync(id, "FREEZE", "It is him.");
        (await CodeAsync(id, "investigation", new { })).ShouldBe("INVALID_TRANSITION");
        (await CodeAsync(id, "assignments", new { assignee = "otto" })).ShouldBe("INVALID_TRANSITION");
        var returned = await compliance.Officer(_tenant, "oscar").PostAsJsonAsync(
            $"/v1/cases/{id}/returns", new { reason = "Which document?" });
        (await returned.JsonAsync()).GetProperty("status").GetString().ShouldBe("RETURNED");
        (await StatusAsync(id, "investigation", new { })).ShouldBe(("INVESTIGATING", "olga"));
        await Olga.ProposeAsync(id, "RELEASE", "Passport seen.");
        await compliance.Officer(_tenant, "oscar").ApproveAsync(id);

        (await DetailAsync(id)).GetProperty("steps").EnumerateArray()
            .Select(step => step.GetProperty("type").GetString()).ShouldBe(
            [
                "OPENED", "ASSIGNED", "INVESTIGATION_BEGUN", "DECISION_PROPOSED", "PROPOSAL_RETURNED",
                "INVESTIGATION_BEGUN", "DECISION_PROPOSED", "DECISION_APPROVED",
            ]);
        (await CodeAsync(id, "escalations", new { level = 1, reason = "Late." })).ShouldBe("INVALID_TRANSITION");
    }

    [Fact]
    public async Task What_is_approved_is_what_was_read()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        await Olga.ProposeAsync(id, "REJECT", "It is him.");
        const int read = 2;
        await Olga.PostAsJsonAsync($"/v1/cases/{id}/returns", new { reason = "Not yet." });
        await Olga.ProposeAsync(id, "RELEASE", "It is not him.");

        var oscar = compliance.Officer(_tenant, "oscar");
        (await (await oscar.ApproveAsync(id, read)).CodeAsync()).ShouldBe("CASE_CHANGED");
        (await (await Olga.ApproveAsync(id, read)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await oscar.ApproveAsync(id)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_step_that_is_asked_for_twice_is_taken_once()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        var due = Now.AddDays(3);
        for (var i = 0; i < 2; i++)
        {
            await StatusAsync(id, "assignments", new { assignee = "olga" });
            await StatusAsync(id, "investigation", new { });
            await StatusAsync(id, "escalations", new { level = 1, reason = "Over my limit." });
            await StatusAsync(id, "due-times", new { dueAt = due, reason = "Waits for the bank." });
            await StatusAsync(id, "snoozes", new { until = due.AddHours(-1), reason = "Waits for the bank." });
            (await Olga.SendAsync(Note(id, "Called the bank.", "note-1"))).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        (await DetailAsync(id)).GetProperty("steps").GetArrayLength().ShouldBe(7);
        (await (await Olga.SendAsync(Note(id, "Another text.", "note-1"))).CodeAsync())
            .ShouldBe("IDEMPOTENCY_KEY_REUSED");
    }

    [Fact]
    public async Task The_worklist_has_the_most_urgent_first_and_leaves_out_what_sleeps_and_what_is_closed()
    {
        var now = Now;
        var cases = new List<CaseId>();
        for (var i = 0; i < 5; i++)
            cases.Add((await compliance.HoldAsync(_tenant)).Case);
        await StatusAsync(cases[0], "due-times", new { dueAt = now.AddDays(9), reason = "Not urgent." });
        await StatusAsync(cases[1], "escalations", new { level = 1, reason = "A minister." });
        await StatusAsync(cases[2], "snoozes", new { until = now.AddHours(2), reason = "Waits for a document." });
        await Olga.ProposeAsync(cases[3], "RELEASE");
        await compliance.Officer(_tenant, "oscar").ApproveAsync(cases[3]);
        await StatusAsync(cases[4], "assignments", new { assignee = "olga" });

        (await WorklistAsync("")).ShouldBe([cases[1], cases[4], cases[0]]);
        (await WorklistAsync("?assignee=olga")).ShouldBe([cases[4]]);
        (await WorklistAsync("?overdue=true")).ShouldBeEmpty();
        var first = await (await Olga.GetAsync("/v1/cases/worklist?limit=2")).JsonAsync();
        (await WorklistAsync($"?limit=2&after={first.GetProperty("next").GetString()}")).ShouldBe([cases[0]]);
    }

    [Fact]
    public async Task A_case_sleeps_until_a_time_that_comes_and_not_longer_than_it_may_take()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        var now = Now;

        foreach (var until in new[] { now.AddMinutes(-1), now.AddDays(30) })
            (await CodeAsync(id, "snoozes", new { until, reason = "Waits." })).ShouldBe("NOT_IN_TIME");
        (await CodeAsync(id, "due-times", new { dueAt = now.AddMinutes(-1), reason = "Over." }))
            .ShouldBe("NOT_IN_TIME");
        await StatusAsync(id, "snoozes", new { until = now.AddHours(9), reason = "Waits." });
        await StatusAsync(id, "due-times", new { dueAt = now.AddHours(3), reason = "Sooner." });
        (await DetailAsync(id)).GetProperty("case").GetProperty("snoozedUntil").GetDateTimeOffset()
            .ShouldBe(now.AddHours(3), TimeSpan.FromSeconds(1));
        await StatusAsync(id, "escalations", new { level = 1, reason = "Now." });
        (await DetailAsync(id)).GetProperty("case").TryGetProperty("snoozedUntil", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("notes", "{}", "/text")]
    [InlineData("assignments", "{}", "/assignee")]
    [InlineData("escalations", """{"level":3,"reason":"x"}""", "/level")]
    [InlineData("escalations", """{"level":1}""", "/reason")]
    [InlineData("snoozes", """{"reason":"x"}""", "/until")]
    [InlineData("due-times", """{"reason":"x"}""", "/dueAt")]
    public async Task What_is_missing_is_said(string route, string body, string pointer)
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/cases/{id}/{route}")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            Headers = { { "Idempotency-Key", "k" } },
        };

        var refused = await Olga.SendAsync(request);

        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.Content.ReadAsStringAsync()).ShouldContain(pointer);
    }

    [Theory]
    [InlineData("notes", """{"text":"x"}""")]
    [InlineData("assignments", """{"assignee":"x"}""")]
    [InlineData("investigation", "{}")]
    [InlineData("escalations", """{"level":1,"reason":"x"}""")]
    public async Task Another_tenant_and_another_role_do_nothing(string route, string body)
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        foreach (var (client, status) in new[]
        {
            (compliance.Officer(TestTenant.New(), "olga"), HttpStatusCode.NotFound),
            (compliance.Service.ClientAs("mallory", _tenant, Roles.Manager), HttpStatusCode.Forbidden),
        })
        {
            client.DefaultRequestHeaders.Add("Idempotency-Key", "k");
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            (await client.PostAsync($"/v1/cases/{id}/{route}", content)).StatusCode.ShouldBe(status);
        }
    }

    private static HttpRequestMessage Note(CaseId id, string text, string key) =>
        new(HttpMethod.Post, $"/v1/cases/{id}/notes")
        {
            Content = JsonContent.Create(new { text }),
            Headers = { { "Idempotency-Key", key } },
        };

    private async Task<(string?, string?)> StatusAsync(CaseId id, string route, object body)
    {
        var answer = await Olga.PostAsJsonAsync($"/v1/cases/{id}/{route}", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        var summary = await answer.JsonAsync();
        return (summary.GetProperty("status").GetString(),
            summary.TryGetProperty("assignee", out var assignee) ? assignee.GetString() : null);
    }

    private async Task<string?> CodeAsync(CaseId id, string route, object body) =>
        await (await Olga.PostAsJsonAsync($"/v1/cases/{id}/{route}", body)).CodeAsync();

    private async Task<JsonElement> DetailAsync(CaseId id) =>
        await (await Olga.GetAsync($"/v1/cases/{id}")).JsonAsync();

    private async Task<CaseId[]> WorklistAsync(string query) =>
    [
        .. (await (await Olga.GetAsync($"/v1/cases/worklist{query}")).JsonAsync()).GetProperty("items").EnumerateArray()
            .Select(one => CaseId.Parse(one.GetProperty("id").GetString()!, null)),
    ];
}
