using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

public sealed class ScreeningRequestTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Partner => compliance.Service.ClientAs("partner", _tenant, Roles.Partner, Scopes.ScreeningsRun);

    [Fact]
    public async Task A_listed_name_alerts_with_its_explanation()
    {
        var answer = await ScreenAsync(new { name = "Темирбек Зархован" });

        answer.GetProperty("alert").GetBoolean().ShouldBeTrue();
        var hit = answer.GetProperty("hits")[0];
        hit.GetProperty("entryId").GetString().ShouldBe("9000001");
        hit.GetProperty("score").GetDecimal().ShouldBeGreaterThanOrEqualTo(85);
        hit.GetProperty("ofacScore").GetInt32().ShouldBeInRange(80, 100);
        var explanation = hit.GetProperty("explanation");
        explanation.GetProperty("queryTokens").EnumerateArray().Select(word => word.GetString())
            .ShouldBe(["TEMIRBEK", "ZARKHOVAN"]);
        explanation.GetProperty("pairs")[0].GetProperty("method").GetString().ShouldBe("TRANSLITERATION");
        explanation.GetProperty("algorithmVersion").GetInt32().ShouldBe(6);
    }

    [Fact]
    public async Task An_exact_name_alone_scores_100_and_details_move_it_by_the_steps_shown()
    {
        var alone = await ScreenAsync(new { name = "Samuel Okonjo" });
        var other = await ScreenAsync(new
        {
            name = "Samuel Okonjo", kind = "PERSON", dateOfBirth = "1991-03-02", country = "GB", gender = "FEMALE",
        });

        alone.GetProperty("hits")[0].GetProperty("score").GetDecimal().ShouldBe(100);
        var hit = other.GetProperty("hits")[0];
        var steps = hit.GetProperty("explanation").GetProperty("steps").EnumerateArray().ToArray();
        steps.Select(step => step.GetProperty("code").GetString()).ShouldContain("BIRTH_YEAR_DIFFERS");
        hit.GetProperty("score").GetDecimal()
            .ShouldBe(100 + (steps.Sum(step => step.GetProperty("points").GetInt32()) / 100m));
    }

    [Fact]
    public async Task An_identifier_finds_its_entry_whatever_the_name()
    {
        var answer = await ScreenAsync(new
        {
            name = "Somebody Else", identifiers = new[] { new { type = "PASSPORT", value = "00x 0000001" } },
        });

        var hit = answer.GetProperty("hits")[0];
        hit.GetProperty("entryId").GetString().ShouldBe("9000001");
        hit.GetProperty("alert").GetBoolean().ShouldBeTrue();
        hit.GetProperty("explanation").GetProperty("steps")[0].GetProperty("code").GetString()
            .ShouldBe("IDENTIFIER_MATCHES");
    }

    [Fact]
    public async Task A_batch_is_answered_in_its_order()
    {
        var answers = await ScreenAsync(
            new[] { new { name = "Geraldine Winterbourne" }, new { name = "Kestrel Harbor Trading Limited" } });

        answers.GetArrayLength().ShouldBe(2);
        answers[0].GetProperty("alert").GetBoolean().ShouldBeFalse();
        answers[0].GetProperty("hits").GetArrayLength().ShouldBe(0);
        answers[1].GetProperty("hits")[0].GetProperty("entryId").GetString().ShouldBe("9000003");
    }

    [Fact]
    public async Task A_name_that_cannot_be_read_alerts_without_a_hit()
    {
        var answer = await ScreenAsync(new { name = "ភូទីន" });

        answer.GetProperty("alert").GetBoolean().ShouldBeTrue();
        answer.GetProperty("isComparable").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("Mohammed al-Zawahiri", "Muhammad Alzawahiri", true)]
    [InlineData("Kim Jongun", "KIM, Jong Un", true)]
    [InlineData("J. Quirosande", "QUIROSANDE, John", true)]
    [InlineData("فلاديمير", "Vladimir", true)]
    [InlineData("OOO Lunavara", "LUNAVARA LLC", true)]
    [InlineData("Maria Fernandes", "Pedro Okonjo", false)]
    public async Task Two_names_are_compared_alike_from_both_sides(string query, string target, bool alert)
    {
        var one = await CompareAsync(query, target);
        var other = await CompareAsync(target, query);

        one.GetProperty("alert").GetBoolean().ShouldBe(alert);
        one.GetProperty("score").GetDecimal().ShouldBe(other.GetProperty("score").GetDecimal());
    }

    [Theory]
    [InlineData("/v1/screenings", "{", 400, "MALFORMED_REQUEST", null)]
    [InlineData("/v1/screenings", "{}", 422, "VALIDATION_ERROR", "/name")]
    [InlineData("/v1/screenings", "[]", 422, "VALIDATION_ERROR", "")]
    [InlineData("/v1/screenings", "[null]", 422, "VALIDATION_ERROR", "/0")]
    [InlineData("/v1/screenings", """[{"name":"A B"},{"name":" "}]""", 422, "VALIDATION_ERROR", "/1/name")]
    [InlineData("/v1/screenings", """{"name":"A B","country":"Russia"}""", 422, "VALIDATION_ERROR", "/country")]
    [InlineData("/v1/screenings", """{"name":"A B","kind":"ROBOT"}""", 422, "VALIDATION_ERROR", null)]
    [InlineData("/v1/screenings", """{"name":"A B","dateOfBirth":"1952-13-01"}""", 422, "VALIDATION_ERROR", null)]
    [InlineData("/v1/screenings", """{"name":"A B","identifiers":[{"type":"IMO"}]}""",
        422, "VALIDATION_ERROR", "/identifiers/0/value")]
    [InlineData("/v1/screenings/compare", """{"query":"A B"}""", 422, "VALIDATION_ERROR", "/target")]
    public async Task Bad_input_is_a_problem_that_says_where(
        string path, string body, int status, string code, string? pointer)
    {
        var answer = await Partner.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));

        answer.StatusCode.ShouldBe((HttpStatusCode)status);
        var problem = await answer.JsonAsync();
        problem.GetProperty("code").GetString().ShouldBe(code);
        if (pointer is not null)
            problem.GetProperty("errors")[0].GetProperty("pointer").GetString().ShouldBe(pointer);
    }

    [Fact]
    public async Task Names_and_batches_beyond_the_limits_are_refused_not_cut()
    {
        var name = await Partner.PostAsJsonAsync("/v1/screenings", new { name = new string('Z', 501) });
        var batch = await Partner.PostAsJsonAsync(
            "/v1/screenings", Enumerable.Repeat(new { name = "Samuel Okonjo" }, 101));
        var full = await Partner.PostAsJsonAsync(
            "/v1/screenings", Enumerable.Repeat(new { name = "Samuel Okonjo" }, 100));

        name.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        batch.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await full.JsonAsync()).GetArrayLength().ShouldBe(100);
    }

    [Fact]
    public async Task It_needs_the_scope_and_logs_no_name()
    {
        var without = compliance.Service.ClientAs("partner", _tenant, Roles.Partner, Scopes.TransactionsWrite);

        (await without.PostAsJsonAsync("/v1/screenings", new { name = "Samuel Okonjo" })).StatusCode
            .ShouldBe(HttpStatusCode.Forbidden);
        await ScreenAsync(new { name = "Quintessa Marlowesdottir" });
        await Partner.PostAsJsonAsync("/v1/screenings", new { name = "Quintessa Marlowesdottir", country = "?" });

        compliance.Logged.ShouldNotContain(line => line.Contains("Marlowesdottir", StringComparison.OrdinalIgnoreCase));
    }

    private async Task<JsonElement> ScreenAsync(object body)
    {
        // The lists are read when the service starts, which a first request need not wait for.
        HttpResponseMessage? answer = null;
        await Eventually.TrueAsync(async () =>
        {
            answer = await Partner.PostAsJsonAsync("/v1/screenings", body);
            return answer.StatusCode != HttpStatusCode.ServiceUnavailable;
        }, "lists");
        answer!.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<JsonElement> CompareAsync(string query, string target)
    {
        await ScreenAsync(new { name = "Samuel Okonjo" });
        var answer = await Partner.PostAsJsonAsync("/v1/screenings/compare", new { query, target, kind = "PERSON" });
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await answer.JsonAsync();
    }
}
