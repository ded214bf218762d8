using System.Net;
using System.Text.Json;
using FinCode.Testing;
using static FinCode.Compliance.Tests.Customers.CustomerCalls;

namespace FinCode.Compliance.Tests.Customers;

public sealed class KycWorklistTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private readonly TenantId _tenant = TestTenant.New();

    private async Task<JsonElement> PageAsync(string query) =>
        await (await compliance.Officer(_tenant, "olga").GetAsync($"/v1/kyc/worklist?{query}")).JsonAsync();

    [Fact]
    public async Task Every_item_is_on_one_page_the_oldest_first_and_a_kind_alone_is_found()
    {
        var (uploaded, olga) = (new List<string>(), compliance.Officer(_tenant, "olga"));
        for (var i = 0; i < 5; i++)
            uploaded.Add(await (await compliance.Partner(_tenant).UploadAsync(
                compliance.Transactions.Add(_tenant, People.Namesake), "PASSPORT", NewPdf())).IdAsync());
        (await olga.DecideAsync(compliance.Transactions.Add(_tenant, People.Namesake), "RELATIONSHIP_ENDED"))
            .EnsureSuccessStatusCode();
        (await olga.PutAsync(Kyc(compliance.Transactions.Add(_tenant, People.Namesake), "/pep"), null))
            .EnsureSuccessStatusCode();

        var (found, after) = (new List<JsonElement>(), "");
        for (var pages = 0; pages < 5; pages++)
        {
            var page = await PageAsync($"limit=2{after}");
            found.AddRange(page.GetProperty("items").EnumerateArray());
            if (!page.TryGetProperty("next", out var next))
                break;
            after = $"&after={next.GetString()}";
        }

        found.Select(one => one.GetProperty("kind").GetString()).ShouldBe(
            ["DOCUMENT", "DOCUMENT", "DOCUMENT", "DOCUMENT", "DOCUMENT", "DECISION", "DUE_DILIGENCE"]);
        found.Take(5).Select(one => one.GetProperty("subjectId").GetString()).ShouldBe(uploaded);
        (await PageAsync("kind=DECISION")).GetProperty("items").GetArrayLength().ShouldBe(1);
        foreach (var wrong in new[] { "kind=WHATEVER", "after=soon", "after=1.2.3.4", "limit=0", "limit=101" })
            (await olga.GetAsync($"/v1/kyc/worklist?{wrong}")).StatusCode
                .ShouldBe(HttpStatusCode.UnprocessableEntity, wrong);
    }
}
