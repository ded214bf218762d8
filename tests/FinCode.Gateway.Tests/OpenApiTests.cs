using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using static FinCode.Gateway.Tests.GatewayUnderTest;

namespace FinCode.Gateway.Tests;

public sealed partial class OpenApiTests
{
    private const string One = """
        {"openapi": "3.1.1", "info": {"title": "one"}, "servers": [{"url": "http://127.0.0.1:1"}],
         "paths": {"/v1/b": {"get": {}}}, "components": {"schemas": {"Money": {"type": "object"}, "B": {}}},
         "tags": [{"name": "B"}]}
        """;

    private const string Two = """
        {"openapi": "3.1.1", "info": {"title": "two"}, "paths": {"/v1/a": {"post": {}}},
         "components": {"schemas": {"Money": {"type": "object"}}, "securitySchemes": {"x": {}}},
         "tags": [{"name": "A"}, {"name": "B"}]}
        """;

    [Fact]
    public void The_union_has_everything_once_in_order_and_names_no_host()
    {
        var merged = OpenApiMerge.Merge([JsonNode.Parse(One)!, JsonNode.Parse(Two)!]);

        merged["paths"]!.AsObject().Select(path => path.Key).ShouldBe(["/v1/a", "/v1/b"]);
        merged["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ShouldBe(["B", "Money"]);
        merged["components"]!["securitySchemes"]!.AsObject().Count.ShouldBe(1);
        merged["tags"]!.AsArray().Select(tag => tag!["name"]!.GetValue<string>()).ShouldBe(["A", "B"]);
        OpenApiMerge.ToText(merged).ShouldNotContain("127.0.0.1");
        merged["info"]!["title"]!.GetValue<string>().ShouldBe(OpenApiMerge.Title);
    }

    [Fact]
    public void The_order_of_the_documents_does_not_matter() =>
        OpenApiMerge.ToText(OpenApiMerge.Merge([JsonNode.Parse(One)!, JsonNode.Parse(Two)!]))
            .ShouldBe(OpenApiMerge.ToText(OpenApiMerge.Merge([JsonNode.Parse(Two)!, JsonNode.Parse(One)!])));

    [Theory]
    [InlineData("""{"paths": {"/v1/b": {"get": {"summary": "other"}}}}""", "/v1/b")]
    [InlineData("""{"components": {"schemas": {"Money": {"type": "string"}}}}""", "schemas/Money")]
    public void Two_meanings_of_one_name_are_refused_with_the_name(string other, string name) =>
        Should.Throw<InvalidOperationException>(
            () => OpenApiMerge.Merge([JsonNode.Parse(One)!, JsonNode.Parse(other)!]))
            .Message.ShouldContain(name);

    [Fact]
    public async Task Partners_read_the_document_that_is_checked_in()
    {
        var gateway = await SharedAsync();

        var text = await gateway.Anonymous.GetStringAsync("/openapi/partners.json");

        OpenApiMerge.ToText(JsonNode.Parse(text)!).ShouldBe(text, "the file is written as the updater writes it");
        JsonNode.Parse(text)!["paths"]!["/connect/token"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Every_path_of_the_document_can_be_reached_through_the_gateway()
    {
        var gateway = await SharedAsync();
        var text = await gateway.Anonymous.GetStringAsync("/openapi/partners.json");
        var paths = JsonNode.Parse(text)!["paths"]!.AsObject();

        foreach (var (path, _) in paths)
            Routes.All.ShouldContain(
                route => path == route.Prefix || path.StartsWith(route.Prefix + "/", StringComparison.Ordinal), path);
    }

    [Fact]
    public async Task The_page_loads_nothing_from_elsewhere()
    {
        var gateway = await SharedAsync();

        using var response = await gateway.Anonymous.GetAsync("/docs/");
        var page = await response.Content.ReadAsStringAsync();

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        Source().Matches(page).Select(match => match.Groups[1].Value).ShouldAllBe(
            source => !source.Contains("//", StringComparison.Ordinal));
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("script-src 'self'");
        var script = Source().Matches(page).Select(match => match.Groups[1].Value)
            .First(source => source.Contains(".js", StringComparison.Ordinal));
        var code = await gateway.Anonymous.GetStringAsync(new Uri(new Uri("http://x/docs/"), script).AbsolutePath);
        code.Length.ShouldBeGreaterThan(1_000);
    }

    [GeneratedRegex("(?:src|href)=\"([^\"]+)\"")]
    private static partial Regex Source();
}
