using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using FinCode.Compliance.Reports;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>Reports of suspicion about somebody of whom there is no transfer.</summary>
public sealed class ActivityReportTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private const string Path = "/v1/suspicion-reports";

    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Ada => compliance.Service.ClientAs("ada", _tenant, Roles.Mlro);

    private HttpClient Ben => compliance.Service.ClientAs("ben", _tenant, Roles.Mlro);

    [Theory]
    [InlineData("PERSON", "person", new[] { "first_name", "last_name", "birthdate", "nationality1", "residence" })]
    [InlineData("ENTITY", "entity", new[] { "name", "incorporation_country_code" })]
    public async Task It_is_exported_as_an_activity_with_its_subject(string kind, string element, string[] fields)
    {
        var draft = await DraftAsync(kind == "PERSON"
            ? People.Listed
            : new StandInParty("Kestrel Harbour Trading LLC", Country: "AE", Kind: kind));
        var drafted = draft.GetProperty("content");
        drafted.GetProperty("reportCode").GetString().ShouldBe("SAR");
        draft.GetProperty("missing").EnumerateArray().Select(one => one.GetString())
            .ShouldNotContain("The transfer is missing.");
        var edited = await EditAsync(draft);

        (await Ben.PostAsJsonAsync($"{Path}/{IdOf(draft)}/approvals", new { version = 2 })).EnsureSuccessStatusCode();
        var file = await (await Ada.PostAsync($"{Path}/{IdOf(draft)}/exports", null)).Content.ReadAsByteArrayAsync();
        (await (await Ben.PostAsync($"{Path}/{IdOf(draft)}/exports", null)).Content.ReadAsByteArrayAsync())
            .ShouldBe(file);

        edited.GetProperty("missing").EnumerateArray().ShouldBeEmpty();
        var report = XDocument.Load(new MemoryStream(file)).Root!;
        Names(report).ShouldBe(
        [
            "rentity_id", "submission_code", "report_code", "entity_reference", "submission_date",
            "currency_code_local", "reporting_person", "location", "reason", "action", "activity",
            "report_indicators",
        ]);
        report.Element("report_code")!.Value.ShouldBe("SAR");
        Names(report.Element("activity")!).ShouldBe(["report_parties"]);
        Names(report.Element("activity")!.Element("report_parties")!).ShouldBe(["report_party"]);
        var party = report.Element("activity")!.Element("report_parties")!.Element("report_party")!;
        Names(party).ShouldBe([element, "reason"]);
        Names(party.Element(element)!).ShouldBe(fields);
        party.Element("reason")!.Value.ShouldBe("Asked <how> to stay unseen.");
    }

    [Fact]
    public void It_needs_its_subject_and_is_of_the_kind_for_activities()
    {
        var person = new ReportParty("A", "B", null, new DateOnly(1980, 1, 1), "UG", "UG");
        var content = new ReportContent(1, null, null, "SAR", person, new ReportAddress("B", "1", "Kampala", "UG"),
            person, "Why", "What", ["1"], null);
        var (withBirth, without) = (ReportProfile.Of("DE"), ReportProfile.Of("UG"));

        ReportCompleteness.Missing(content, withBirth).ShouldBeEmpty();
        ReportCompleteness.Missing(content with { Subject = null }, without).ShouldBe(["The subject is missing."]);
        ReportCompleteness.Missing(content with { Subject = person with { LastName = null } }, without)
            .ShouldHaveSingleItem().ShouldContain("The subject's last name");
        ReportCompleteness.Missing(content with { ReportCode = "STR" }, without)
            .ShouldBe(["A report without a transfer is of the kind SAR."]);
        var unborn = content with { Subject = person with { DateOfBirth = null } };
        ReportCompleteness.Missing(unborn, without).ShouldBeEmpty();
        ReportCompleteness.Missing(unborn, withBirth).ShouldBe(["The subject's date of birth is missing."]);
    }

    private static IEnumerable<string> Names(XElement element) => element.Elements().Select(one => one.Name.LocalName);

    private static string IdOf(JsonElement report) => report.GetProperty("id").GetString()!;

    /// <summary>Of the case of a customer who was registered and sent nothing.</summary>
    private async Task<JsonElement> DraftAsync(StandInParty party)
    {
        var customer = compliance.Transactions.Add(_tenant, party);
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(customer, PartyRole.Sender, 1, OutsideTransfer: true));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from cases where party_id = $1", customer.Value) == 1, "the case");
        var worklist = await (await compliance.Officer(_tenant, "olga").GetAsync("/v1/cases/worklist")).JsonAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, Path)
        {
            Content = JsonContent.Create(
                new { caseId = worklist.GetProperty("items")[0].GetProperty("id").GetString(), country = "DE" }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await (await Ada.GetAsync((await Ada.SendAsync(request)).Headers.Location)).JsonAsync();
    }

    private async Task<JsonElement> EditAsync(JsonElement draft)
    {
        var drafted = draft.GetProperty("content");
        var answer = await Ada.PutAsJsonAsync($"{Path}/{IdOf(draft)}", new
        {
            version = 1,
            content = new
            {
                reportingEntityId = 4711,
                entityReference = drafted.GetProperty("entityReference"),
                reportCode = drafted.GetProperty("reportCode"),
                reportingPerson = new { firstName = "Ada", lastName = "Berg" },
                location = new { type = "B", address = "1 Bank Street", city = "Berlin", countryCode = "DE" },
                subject = drafted.GetProperty("subject"),
                reason = "Asked <how> to stay unseen.",
                action = "The relationship was not begun.",
                indicators = new[] { "1101" },
                transactions = drafted.GetProperty("transactions"),
            },
        });
        answer.EnsureSuccessStatusCode();
        return await answer.JsonAsync();
    }
}
