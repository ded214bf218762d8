using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Xml.Linq;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>Reports of suspicion: made by two people of one role, and unknown to everybody else.</summary>
public sealed class SuspicionReportTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private const string Path = "/v1/suspicion-reports";

    private readonly TenantId _tenant = TestTenant.New();

    private HttpClient Ada => compliance.Service.ClientAs("ada", _tenant, Roles.Mlro);

    private HttpClient Ben => compliance.Service.ClientAs("ben", _tenant, Roles.Mlro, Roles.Compliance);

    [Fact]
    public async Task A_draft_holds_the_facts_of_the_transfer_and_says_what_it_lacks()
    {
        var (transfer, _, id) = await compliance.HoldAsync(_tenant);

        var draft = await DraftAsync(id);

        var made = draft.GetProperty("content").GetProperty("transactions")[0];
        made.GetProperty("number").GetString().ShouldBe(transfer.Value.ToString("N"));
        made.GetProperty("foreignAmount").GetProperty("amount").GetString().ShouldBe("100.00");
        made.GetProperty("from").GetProperty("firstName").GetString().ShouldBe("Temirbek");
        made.GetProperty("from").GetProperty("lastName").GetString().ShouldBe("Zarkhovan");
        made.GetProperty("toCountry").GetString().ShouldBe("NG");
        var missing = draft.GetProperty("missing").EnumerateArray().Select(one => one.GetString()).ToArray();
        missing.ShouldContain("The amount in EUR is missing.");
        missing.ShouldContain("The reporting person is missing.");
        var refused = await ApproveAsync(Ben, draft);
        refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await refused.CodeAsync()).ShouldBe("REPORT_INCOMPLETE");
    }

    [Fact]
    public async Task What_one_writes_another_approves_and_it_is_exported_as_goaml()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        var edited = await EditAsync(Ada, await DraftAsync(id));

        (await (await ApproveAsync(Ada, edited)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await (await ExportAsync(Ben, edited)).CodeAsync()).ShouldBe("INVALID_TRANSITION");
        (await ApproveAsync(Ben, edited)).EnsureSuccessStatusCode();
        (await (await Ada.PutAsJsonAsync($"{Path}/{IdOf(edited)}", new { version = 2, content = Content(edited) }))
            .CodeAsync()).ShouldBe("INVALID_TRANSITION");
        var file = await (await ExportAsync(Ada, edited)).Content.ReadAsByteArrayAsync();
        (await (await ExportAsync(Ben, edited)).Content.ReadAsByteArrayAsync()).ShouldBe(file);

        var report = XDocument.Load(new MemoryStream(file)).Root!;
        report.Elements().Select(one => one.Name.LocalName).ShouldBe(
        [
            "rentity_id", "submission_code", "report_code", "entity_reference", "submission_date",
            "currency_code_local", "reporting_person", "location", "reason", "action", "transaction",
            "report_indicators",
        ]);
        var made = report.Element("transaction")!;
        made.Elements().Select(one => one.Name.LocalName).ShouldBe(
        [
            "transactionnumber", "transaction_location", "date_transaction", "transmode_code", "amount_local",
            "t_from_my_client", "t_to",
        ]);
        made.Element("amount_local")!.Value.ShouldBe("117.00");
        made.Element("t_from_my_client")!.Elements().Select(one => one.Name.LocalName).ShouldBe(
            ["from_funds_code", "from_foreign_currency", "from_person", "from_country"]);
        made.Element("t_from_my_client")!.Element("from_person")!.Element("birthdate")!.Value
            .ShouldBe("1964-10-07T00:00:00");
        report.Element("reason")!.Value.ShouldBe("Paid <twice> & split.");
        var steps = await (await Ben.GetAsync($"{Path}/{IdOf(edited)}")).JsonAsync();
        steps.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("type").GetString())
            .ShouldBe(["DRAFTED", "EDITED", "APPROVED", "EXPORTED", "EXPORTED"]);
    }

    [Fact]
    public async Task Whoever_edited_it_never_approves_it_and_what_is_approved_is_what_was_read()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        var first = await EditAsync(Ada, await DraftAsync(id));
        var second = await EditAsync(Ben, first);

        (await (await ApproveAsync(Ben, second)).CodeAsync()).ShouldBe("FOUR_EYES");
        (await (await ApproveAsync(Ada, second)).CodeAsync()).ShouldBe("FOUR_EYES");
        var cleo = compliance.Service.ClientAs("cleo", _tenant, Roles.Mlro);
        (await (await ApproveAsync(cleo, first)).CodeAsync()).ShouldBe("CASE_CHANGED");
        (await (await Ada.PutAsJsonAsync($"{Path}/{IdOf(first)}", new { version = 2, content = Content(first) }))
            .CodeAsync()).ShouldBe("CASE_CHANGED");
        (await ApproveAsync(cleo, second)).EnsureSuccessStatusCode();
    }

    [Theory]
    [InlineData(Roles.Compliance)]
    [InlineData(Roles.Manager)]
    [InlineData(Roles.Finance)]
    [InlineData(Roles.Cashier)]
    [InlineData(Roles.Partner)]
    public async Task To_everybody_else_there_is_none(string role)
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        var officer = compliance.Officer(_tenant, "olga");
        var before = await (await officer.GetAsync($"/v1/cases/{id}")).Content.ReadAsStringAsync();
        var draft = await EditAsync(Ada, await DraftAsync(id));
        await ApproveAsync(Ben, draft);
        var other = compliance.Service.ClientAs("mallory", _tenant, role);

        HttpResponseMessage[] answers =
        [
            await other.GetAsync(Path), await other.GetAsync($"{Path}/{IdOf(draft)}"),
            await other.GetAsync($"{Path}/sar_{Guid.NewGuid():N}"), await ApproveAsync(other, draft),
            await ExportAsync(other, draft),
            await other.PutAsJsonAsync($"{Path}/{IdOf(draft)}", new { version = 1, content = Content(draft) }),
        ];
        answers.ShouldAllBe(answer => answer.StatusCode == HttpStatusCode.Forbidden);
        (await (await officer.GetAsync($"/v1/cases/{id}")).Content.ReadAsStringAsync()).ShouldBe(before);
        (await compliance.Service.ClientAs("ada", TestTenant.New(), Roles.Mlro).GetAsync($"{Path}/{IdOf(draft)}"))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
        compliance.Logged.ShouldNotContain(line =>
            line.Contains("Paid <twice>", StringComparison.Ordinal)
            || line.Contains("Zarkhovan", StringComparison.OrdinalIgnoreCase));
        (await compliance.CountAsync("select count(*) from suspicion_reports where id = $1 and "
            + "(position('Temirbek'::bytea in sealed) > 0 or position('twice'::bytea in sealed) > 0)",
            Guid.ParseExact(IdOf(draft)[4..], "N"))).ShouldBe(0);
    }

    [Theory]
    [InlineData("who wrote a report does not approve it",
        "state = 'APPROVED', approved_by = 'ben', approved_at = now()")]
    [InlineData("report_is_whole", "state = 'APPROVED'")]
    [InlineData("what a report is about never changes", "drafted_by = 'mallory'")]
    [InlineData("what is approved is what was written",
        "state = 'APPROVED', approved_by = 'cleo', approved_at = now(), sealed = sealed || sealed")]
    public async Task No_sql_goes_around_the_second_person(string reason, string change)
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        var draft = await EditAsync(Ben, await DraftAsync(id));
        var key = Guid.ParseExact(IdOf(draft)[4..], "N");

        await compliance.Service.ShouldRefuseAsync(
            _tenant, reason, $"update suspicion_reports set {change} where id = $1", key);
        await compliance.Service.ShouldRefuseAsync(
            _tenant, "append-only", "update suspicion_report_events set actor = 'x' where report_id = $1", key);
        await compliance.Service.ShouldRefuseAsync(
            _tenant, "never deleted", "delete from suspicion_reports where id = $1", key);
    }

    [Fact]
    public async Task What_is_kept_for_a_repeated_request_holds_nothing_of_the_report()
    {
        var (transfer, _, id) = await compliance.HoldAsync(_tenant);

        IdOf(await DraftAsync(id)).ShouldStartWith("sar_");

        (await compliance.CountAsync("select count(*) from idempotent_requests where tenant_id = $1 and body is not "
            + "null", _tenant.Value)).ShouldBe(1);
        foreach (var word in (string[])["Zarkhovan", "Temirbek", "100.00", transfer.Value.ToString("N")])
            (await compliance.CountAsync("select count(*) from idempotent_requests r where r::text ilike $1",
                $"%{word}%")).ShouldBe(0);
    }

    [Fact]
    public async Task What_cannot_be_reported_is_refused()
    {
        var (_, _, id) = await compliance.HoldAsync(_tenant);
        (await PostAsync(new { caseId = id, country = "ZZ" })).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await PostAsync(new { caseId = CaseId.New(), country = "DE" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var draft = await DraftAsync(id);
        (await Ada.PutAsJsonAsync($"{Path}/{IdOf(draft)}", new { version = 1, content = new { reason = "a\u0001b" } }))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        compliance.Transactions.GoAway(_tenant);
        (await PostAsync(new { caseId = id, country = "DE" })).StatusCode
            .ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    private async Task<JsonElement> DraftAsync(CaseId id)
    {
        var answer = await PostAsync(new { caseId = id, country = "DE" });
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        var begun = await answer.JsonAsync();
        answer.Headers.Location!.ToString().ShouldBe($"{Path}/{IdOf(begun)}");
        var draft = await (await Ada.GetAsync($"{Path}/{IdOf(begun)}")).JsonAsync();
        JsonElement.DeepEquals(draft.GetProperty("missing"), begun.GetProperty("missing")).ShouldBeTrue();
        return draft;
    }

    private async Task<HttpResponseMessage> PostAsync(object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        return await Ada.SendAsync(request);
    }

    private static async Task<JsonElement> EditAsync(HttpClient officer, JsonElement report)
    {
        var answer = await officer.PutAsJsonAsync($"{Path}/{IdOf(report)}", new
        {
            version = report.GetProperty("version").GetInt32(), content = Content(report),
        });
        var edited = await answer.JsonAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, edited.ToString());
        edited.GetProperty("missing").EnumerateArray().ShouldBeEmpty();
        return edited;
    }

    /// <summary>All that was missing, beside the facts as they were drafted.</summary>
    private static object Content(JsonElement report)
    {
        var drafted = report.GetProperty("content").GetProperty("transactions")[0];
        return new
        {
            reportingEntityId = 4711,
            entityReference = "our-1",
            reportCode = "STR",
            reportingPerson = new { firstName = "Ada", lastName = "Berg" },
            location = new { type = "B", address = "1 Bank Street", city = "Berlin", countryCode = "DE" },
            reason = "Paid <twice> & split.",
            action = "Held and not paid out.",
            indicators = new[] { "1101" },
            transactions = new[] { new
            {
                number = drafted.GetProperty("number").GetString(),
                location = "Berlin",
                date = drafted.GetProperty("date").GetDateTimeOffset(),
                transmodeCode = "C",
                amountLocal = new { amount = "117.00", currency = "EUR" },
                foreignAmount = drafted.GetProperty("foreignAmount"),
                foreignRate = 1.17m,
                fromFundsCode = "K",
                from = drafted.GetProperty("from"),
                fromCountry = "GB",
                toFundsCode = "K",
                to = drafted.GetProperty("to"),
                toCountry = "NG",
            } },
        };
    }

    private static Task<HttpResponseMessage> ApproveAsync(HttpClient officer, JsonElement report) =>
        officer.PostAsJsonAsync($"{Path}/{IdOf(report)}/approvals", new
        {
            version = report.GetProperty("version").GetInt32(),
        });

    private static Task<HttpResponseMessage> ExportAsync(HttpClient officer, JsonElement report) =>
        officer.PostAsync($"{Path}/{IdOf(report)}/exports", null);

    private static string IdOf(JsonElement report) => report.GetProperty("id").GetString()!;
}
