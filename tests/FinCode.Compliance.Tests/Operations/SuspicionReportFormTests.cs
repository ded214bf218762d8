using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using FinCode.Compliance.Reports;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>To whom each country wants suspicions reported, how soon and in which form.</summary>
public sealed class SuspicionReportFormTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private const string Path = "/v1/suspicion-reports";

    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Ada => compliance.Service.ClientAs("ada", _tenant, Roles.Mlro);

    private HttpClient Ben => compliance.Service.ClientAs("ben", _tenant, Roles.Mlro);

    [Fact]
    public void Every_profile_is_whole()
    {
        ReportProfile.All.Select(one => one.Country).ShouldBeUnique();
        foreach (var profile in ReportProfile.All)
        {
            profile.Source.ShouldStartWith("https://");
            (profile.Format == ReportFormat.Goaml).ShouldBe(profile.Sections is null, profile.Country);
            if (profile.Format == ReportFormat.Goaml)
                (profile.LocalCurrency is not null && profile.MaxReasonLength == 4000).ShouldBeTrue(profile.Country);
            else
                profile.Sections!.SelectMany(section => section.Parts)
                    .ShouldBe(Enum.GetValues<ReportPart>().Except(
                        profile.Country == "GB" ? [ReportPart.Activity] : []), ignoreOrder: true);
        }
        ReportProfile.Of("FR").Country.ShouldBe("*");
    }

    [Theory]
    [InlineData("GB", "SAR", 24, "Main subject", "Reason for suspicion")]
    [InlineData("US", "SAR", 720, "Part I: Subject Information", "Part V: Narrative")]
    [InlineData("FR", "STR", 24, "Subject", "Reason and action")]
    public async Task Where_no_goaml_is_taken_the_same_two_people_make_a_document_and_file_it(
        string country, string kind, int hours, string first, string last)
    {
        var (transfer, _, id) = await compliance.HoldAsync(_tenant);
        var draft = await DraftAsync(id, country);
        var opened = (await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/cases/{id}")).JsonAsync())
            .GetProperty("case").GetProperty("openedAt").GetDateTimeOffset();
        draft.GetProperty("dueAt").GetDateTimeOffset().ShouldBe(opened.AddHours(hours));
        draft.GetProperty("profile").GetProperty("format").GetString().ShouldBe("DOCUMENT");
        draft.GetProperty("content").GetProperty("reportCode").GetString().ShouldBe(kind);
        draft.GetProperty("missing").EnumerateArray().Select(one => one.GetString())
            .ShouldContain("The name of the reporting institution is missing, or longer than 100 characters.");
        var report = await EditAsync(draft);
        (await (await FileAsync(report, "r-1")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await Ben.PostAsJsonAsync($"{Path}/{IdOf(report)}/approvals", new { version = 2 })).EnsureSuccessStatusCode();

        var answer = await Ada.PostAsync($"{Path}/{IdOf(report)}/exports", null);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        (await (await Ben.PostAsync($"{Path}/{IdOf(report)}/exports", null)).Content.ReadAsByteArrayAsync())
            .ShouldBe(bytes);
        var file = JsonDocument.Parse(bytes).RootElement;
        file.GetProperty("schema").GetString().ShouldBe(ReportDocument.Schema);
        file.GetProperty("report").GetProperty("transactions")[0].GetProperty("number").GetString()
            .ShouldBe(transfer.Value.ToString("N"));
        var text = file.GetProperty("text").GetString()!;
        text.ShouldContain($"1. {(country == "GB" ? "SAR header" : country == "US" ? first : "Report")}\n");
        text.ShouldContain($" {first}\n");
        text.IndexOf($" {last}\n", StringComparison.Ordinal)
            .ShouldBeGreaterThan(text.IndexOf("Temirbek Zarkhovan", StringComparison.Ordinal));
        text.ShouldContain("Paid twice.\nThen split.");
        text.ShouldContain("100.00 GBP");
        Encoding.UTF8.GetString(bytes).ShouldNotContain("<report>");

        (await FileAsync(report, "r-1")).EnsureSuccessStatusCode();
        (await FileAsync(report, "r-1")).EnsureSuccessStatusCode();
        (await (await FileAsync(report, "r-2")).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        var filed = await (await Ben.GetAsync($"{Path}/{IdOf(report)}")).JsonAsync();
        filed.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("type").GetString())
            .ShouldBe(["DRAFTED", "EDITED", "APPROVED", "EXPORTED", "EXPORTED", "FILED"]);
        filed.GetProperty("steps")[5].GetProperty("reference").GetString().ShouldBe("r-1");
        (await (await Ben.GetAsync(Path)).JsonAsync()).GetProperty("items")[0].TryGetProperty("filedAt", out _)
            .ShouldBeTrue();
    }

    [Fact]
    public async Task What_is_not_approved_is_neither_exported_nor_filed_whoever_writes_it()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        var key = Guid.ParseExact(IdOf(await DraftAsync(id, "GB"))[4..], "N");
        foreach (var (type, reference) in ((string, string)[])[("EXPORTED", "null"), ("FILED", "'r'")])
            await compliance.Service.ShouldRefuseAsync(_tenant, "only what two people agreed on leaves the house",
                "insert into suspicion_report_events (tenant_id, report_id, number, type, actor, sha256, at, "
                + $"reference) select tenant_id, id, 9, '{type}', 'x', sha256(sealed), now(), {reference} "
                + "from suspicion_reports where id = $1", key);
    }

    [Fact]
    public void Of_several_transfers_each_says_what_it_lacks_and_a_document_asks_for_no_codes()
    {
        var person = new ReportParty("A", "B", null, new DateOnly(1980, 1, 1), "GB", "GB");
        var whole = new ReportTransaction("1", null, DateTimeOffset.UnixEpoch, null, null, Money.Of(1, "KES"), null,
            null, person, "KE", null, person, "GB");
        var content = new ReportContent(1, "We", null, "SAR", person, null, person, "Why", "What", null,
            [whole, whole with { Number = null }]);

        ReportCompleteness.Missing(content, ReportProfile.Of("GB"))
            .ShouldBe(["Transfer 2: The number of the transfer is missing, or longer than 50 characters."]);
        ReportCompleteness.Missing(content with { Subject = null, Transactions = [] }, ReportProfile.Of("GB"))
            .ShouldBe(["The subject is missing."]);
        ReportCompleteness.Missing(content, ReportProfile.Of("UG"))
            .ShouldContain("Transfer 1: The amount in UGX is missing.");
        ReportCompleteness.Missing(content with { Reason = new string('x', 8001) }, ReportProfile.Of("GB"))
            .ShouldContain("The reason is missing, or longer than 8000 characters.");
    }

    private async Task<JsonElement> DraftAsync(CaseId id, string country)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = JsonContent.Create(new { caseId = id, country }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var answer = await Ada.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return await (await Ada.GetAsync(answer.Headers.Location)).JsonAsync();
    }

    private async Task<JsonElement> EditAsync(JsonElement draft)
    {
        var drafted = draft.GetProperty("content");
        var answer = await Ada.PutAsJsonAsync($"{Path}/{IdOf(draft)}", new
        {
            version = 1,
            content = new
            {
                reportingEntity = "Our Institution",
                entityReference = drafted.GetProperty("entityReference"),
                reportCode = drafted.GetProperty("reportCode"),
                reportingPerson = new { firstName = "Ada", lastName = "Berg" },
                location = new { type = "B", address = "1 Bank Street", city = "Town", countryCode = "GB" },
                subject = drafted.GetProperty("subject"),
                reason = "Paid twice.\nThen split.",
                action = "Held and not paid out.",
                transactions = drafted.GetProperty("transactions"),
            },
        });
        var edited = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, edited.ToString());
        edited.GetProperty("missing").EnumerateArray().ShouldBeEmpty();
        return edited;
    }

    private Task<HttpResponseMessage> FileAsync(JsonElement report, string reference) =>
        Ada.PostAsJsonAsync($"{Path}/{IdOf(report)}/submissions", new { reference });

    private static string IdOf(JsonElement report) => report.GetProperty("id").GetString()!;
}
