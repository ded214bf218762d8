using System.Text.Json.Nodes;
using FinCode.Flow.Tests.Support;
using FinCode.Gateway;

namespace FinCode.Flow.Tests;

/// <summary>
/// The checked-in OpenAPI documents are what the running services serve. <c>UPDATE_SNAPSHOTS=1</c> writes them anew
/// after a change that
/// was meant.
/// </summary>
public sealed class OpenApiTests
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    private static readonly string[] ForPartners = ["auth", "transactions", "compliance", "notifications"];

    public static TheoryData<string> Services { get; } =
        ["auth", "transactions", "compliance", "ledger", "notifications"];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_document_in_the_repository_is_the_one_that_the_service_serves(string noun)
    {
        var served = await ServedAsync(noun, "v1");
        // Where it happens to listen is not part of the contract.
        served.AsObject().Remove("servers");

        await CompareAsync(noun, OpenApiMerge.ToText(served));
    }

    [Fact]
    public async Task The_partners_document_is_the_union_of_what_the_services_serve_to_partners() =>
        await CompareAsync("partners", OpenApiMerge.ToText(await PartnersAsync()));

    [Fact]
    public async Task Partners_are_shown_no_word_of_what_happens_inside()
    {
        var served = OpenApiMerge.ToText(await PartnersAsync());

        string[] inside =
            ["/v1/cases", "/v1/ledger", "/internal/", "/v1/principals", "\"stage\"", "/v1/screening-", "screeningId"];
        foreach (var word in inside)
            served.ShouldNotContain(word, Case.Insensitive);
        // Who screens names by itself has asked for it; what becomes of a transfer never says so.
        OpenApiMerge.ToText(await ServedAsync("transactions", "partners"))
            .ShouldNotContain("screening", Case.Insensitive);
        foreach (var path in new[] { "/v1/quotes", "/v1/transactions", "/v1/webhook-endpoints", "/connect/token" })
            served.ShouldContain($"\"{path}\"");
    }

    private static async Task CompareAsync(string name, string served)
    {
        var path = Path.Combine(Root(), "docs", "openapi", name + ".json");
        if (IsUpdate)
            await File.WriteAllTextAsync(path, served);

        File.Exists(path).ShouldBeTrue($"{path} is missing; run the tests with UPDATE_SNAPSHOTS=1");
        (await File.ReadAllTextAsync(path)).ShouldBe(served, $"{path} is out of date; UPDATE_SNAPSHOTS=1 renews it");
    }

    private static async Task<JsonNode> PartnersAsync()
    {
        var documents = new List<JsonNode>();
        foreach (var noun in ForPartners)
            documents.Add(await ServedAsync(noun, "partners"));
        return OpenApiMerge.Merge(documents);
    }

    private static async Task<JsonNode> ServedAsync(string noun, string document)
    {
        var platform = await SharedPlatform.StartAsync();
        using var client = new HttpClient();
        return JsonNode.Parse(
            await client.GetStringAsync(new Uri(platform.Address(noun), $"openapi/{document}.json")))!;
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "FinCode.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException(
                "FinCode.sln is above no folder.");
        return folder;
    }
}
