using System.Text.Json;
using System.Text.Json.Nodes;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Hosting;

namespace FinCode.Flow.Tests;

/// <summary>
/// The checked-in OpenAPI documents are what the running services serve. <c>UPDATE_SNAPSHOTS=1</c> writes them anew
/// after a change that
/// was meant.
/// </summary>
public sealed class OpenApiTests
{
    private static readonly bool IsUpdate = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static TheoryData<string, string, string> Documents { get; } = new()
    {
        { "auth", "auth", "v1" },
        { "transactions", "transactions", "v1" },
        { "compliance", "compliance", "v1" },
        { "ledger", "ledger", "v1" },
        { "notifications", "notifications", "v1" },
        { "partners", PlatformServices.Gateway, "partners" },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task The_document_in_the_repository_is_the_one_that_is_served(string file, string noun,
        string document)
    {
        var served = await ServedAsync(noun, document);
        var path = Path.Combine(Root(), "docs", "openapi", file + ".json");
        if (IsUpdate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, served);
        }

        File.Exists(path).ShouldBeTrue($"{path} is missing; run the tests with UPDATE_SNAPSHOTS=1");
        (await File.ReadAllTextAsync(path)).ShouldBe(served,
            $"{path} is not what {noun} serves; UPDATE_SNAPSHOTS=1 renews it");
    }

    [Fact]
    public async Task Partners_are_shown_no_word_of_what_happens_inside()
    {
        var served = await ServedAsync(PlatformServices.Gateway, "partners");

        foreach (var word in new[] { "\"stage\"", "/v1/cases", "/v1/ledger", "screening", "/internal/",
            "/v1/principals" })
            served.ShouldNotContain(word, Case.Insensitive);
        foreach (var path in new[] { "\"/v1/quotes\"", "\"/v1/transactions\"", "\"/v1/webhook-endpoints\"",
            "\"/connect/token\"" })
            served.ShouldContain(path);
    }

    private static async Task<string> ServedAsync(string noun, string document)
    {
        var platform = await SharedPlatform.StartAsync();
        using var client = new HttpClient();
        var text = await client.GetStringAsync(new Uri(platform.Address(noun), $"openapi/{document}.json"));
        var parsed = JsonNode.Parse(text)!.AsObject();
        // Where it happens to listen is not part of the contract.
        parsed.Remove("servers");
        return parsed.ToJsonString(Indented) + "\n";
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
