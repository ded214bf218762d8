using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>What a customer who asks may be told, and what may not be seen in it.</summary>
public sealed class SubjectAccessTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    [Fact]
    public async Task It_holds_what_the_customer_brought_and_what_was_done_with_it_and_is_on_file()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake with { Nationality = "NG" });
        var olga = compliance.Officer(_tenant, "olga");
        await compliance.ReachTierOneAsync(_tenant, customer);
        (await olga.PostAsJsonAsync(Kyc(customer, "/asks"), new { item = "BANK_STATEMENT" })).EnsureSuccessStatusCode();
        (await compliance.Partner(_tenant).AssessAsync(customer)).EnsureSuccessStatusCode();
        await compliance.SendAsync(_tenant, customer, 1_000);
        var ended = await (await olga.DecideAsync(customer, "RELATIONSHIP_ENDED")).IdAsync();
        await olga.DecideAsync(customer, "RISK_OVERRIDE", "HIGH", TimeProvider.System.GetUtcNow().AddDays(30));
        (await compliance.Officer(_tenant, "oscar").ApproveAsync(customer, ended)).EnsureSuccessStatusCode();

        await Eventually.HoldsAsync(async () =>
            (await RecordAsync(customer)).GetProperty("nationality").GetString().ShouldBe("NG"));
        var record = await RecordAsync(customer);

        record.GetProperty("tier").GetInt32().ShouldBe(1);
        record.GetProperty("country").GetString().ShouldBe("GB");
        record.GetProperty("documents").EnumerateArray().Select(one => one.GetProperty("type").GetString())
            .ShouldBe(["SELFIE", "PASSPORT"]);
        var answers = record.GetProperty("answers")[0];
        answers.GetProperty("form").GetString().ShouldBe("RISK_ASSESSMENT");
        answers.GetProperty("answers")[0].GetProperty("values")[0].GetString().ShouldBe("UP_TO_5000");
        record.GetProperty("asked").EnumerateArray().Select(one => one.GetProperty("item").GetString())
            .ShouldContain("BANK_STATEMENT");
        record.GetProperty("decisions").EnumerateArray().Select(one => one.GetProperty("kind").GetString())
            .ShouldBe(["RELATIONSHIP_ENDED"]);
        record.GetProperty("transfers").GetArrayLength().ShouldBe(1);
        (await compliance.HistoryAsync(_tenant, customer)).ShouldContain("RECORD_GIVEN");
        compliance.Logged.ShouldNotContain(line => line.Contains("UP_TO_5000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_who_is_suspected_it_says_the_same_as_of_anybody_else()
    {
        var (transfer, facts, held) = await compliance.HoldAsync(_tenant);
        var suspected = facts.SenderId;
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(suspected, PartyRole.Sender, 1, OutsideTransfer: true));
        await Eventually.TrueAsync(async () => await compliance.CountAsync(
            "select count(*) from customer_alerts where party_id = $1", suspected.Value) == 1, "the alert");
        // Looked at again, which nobody else's transfer is.
        await compliance.Service.PublishAsync(_tenant, new ScreeningRequested(transfer, facts, 2));
        await compliance.ScreenedAsync(transfer, 2);
        var report = await DraftAsync(held);
        var innocent = compliance.Transactions.Add(_tenant, People.AlsoInnocent);
        await compliance.Service.PublishAsync(
            _tenant, new PartyRecorded(innocent, PartyRole.Sender, 1, OutsideTransfer: true));
        await compliance.SendAsync(_tenant, innocent, 1_000);
        foreach (var one in (PartyId[])[suspected, innocent])
            await Eventually.HoldsAsync(async () =>
            {
                (await RecordAsync(one)).TryGetProperty("country", out _).ShouldBeTrue();
                (await RecordAsync(one)).GetProperty("detailsComparedAt").GetArrayLength().ShouldBe(1);
            });

        var record = await RecordAsync(suspected);

        Shape(record).ShouldBe(Shape(await RecordAsync(innocent)));
        record.GetProperty("transfers").GetArrayLength().ShouldBe(1);
        foreach (var word in (string[])
            ["case", "alert", "suspicion", "report", "OFAC", "hit", "score", "rule", "risk", "review", "outcome",
             $"{held}", report, "Zarkhovan"])
            record.GetRawText().ShouldNotContain(word, Case.Insensitive);
    }

    [Fact]
    public async Task Others_get_nothing_and_what_was_destroyed_is_said_to_be()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.ShowAsync(_tenant, customer, "PASSPORT");
        var stranger = compliance.Service.ClientAs("eve", TestTenant.New(), Roles.Compliance);
        (await stranger.GetAsync(Kyc(customer, "/data"))).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        foreach (var role in (string[])
            [Roles.Manager, Roles.Agent, Roles.Cashier, Roles.Customer, Roles.Finance, Roles.Partner])
            (await compliance.Service.ClientAs("mallory", _tenant, role, Scopes.KycWrite)
                .GetAsync(Kyc(customer, "/data"))).StatusCode.ShouldBe(HttpStatusCode.Forbidden, role);
        (await compliance.Officer(_tenant, "olga").GetAsync(Kyc(customer, "/data?cursor=me"))).StatusCode
            .ShouldBe(HttpStatusCode.UnprocessableEntity);

        await compliance.EraseAsync(_tenant, customer);

        var gone = await compliance.Officer(_tenant, "olga").GetAsync(Kyc(customer, "/data"));
        (gone.StatusCode, await gone.CodeAsync()).ShouldBe((HttpStatusCode.Gone, "ERASED"));
    }

    [Fact]
    public async Task Transfers_come_by_pages()
    {
        var customer = compliance.Transactions.Add(_tenant, People.Namesake);
        await compliance.SendAsync(_tenant, customer, 1_000);
        await compliance.SendAsync(_tenant, customer, 2_000);
        var newest = (await RecordAsync(customer)).GetProperty("transfers")[0].GetProperty("transactionId").GetString();

        var older = await RecordAsync(customer, $"?cursor={newest}");

        older.GetProperty("transfers").GetArrayLength().ShouldBe(1);
        older.TryGetProperty("nextCursor", out _).ShouldBeFalse();
    }

    private async Task<JsonElement> RecordAsync(PartyId customer, string query = "")
    {
        var answer = await compliance.Service.ClientAs("mia", _tenant, Roles.Mlro)
            .GetAsync(Kyc(customer, "/data" + query));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    private async Task<string> DraftAsync(CaseId id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/suspicion-reports")
        {
            Content = JsonContent.Create(new { caseId = id, country = "GB" }),
        };
        request.Headers.Add("Idempotency-Key", Guid.NewGuid().ToString());
        var drafted = await compliance.Service.ClientAs("mia", _tenant, Roles.Mlro).SendAsync(request);
        return drafted.Headers.Location.ShouldNotBeNull().ToString().Split('/')[^1];
    }

    /// <summary>Which fields there are, and how many of each list.</summary>
    private static string Shape(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => string.Join(
            ",", value.EnumerateObject().Select(field => $"{field.Name}:{Shape(field.Value)}")),
        JsonValueKind.Array => $"[{string.Join(";", value.EnumerateArray().Select(Shape))}]",
        _ => value.ValueKind.ToString(),
    };
}
