using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Compliance.Tests.Customers;

/// <summary>Every route about customers, by what the service says of itself.</summary>
public sealed class CustomerRouteTests(ComplianceUnderTest compliance) : IClassFixture<ComplianceUnderTest>
{
    private static readonly string[] s_partners =
    [
        "get /v1/kyc/customers/{id}", "get /v1/kyc/forms/{code}", "post /v1/kyc/customers/{id}/answers",
        "post /v1/kyc/customers/{id}/documents", "post /v1/kyc/customers/{id}/verifications",
    ];

    [Fact]
    public async Task Nobody_without_a_role_or_scope_passes_and_partners_pass_where_they_bring_something()
    {
        var tenant = TestTenant.New();
        var routes = await RoutesAsync("/openapi/v1.json");
        routes.Count.ShouldBe(38);
        foreach (var route in routes.Where(one => !one.Contains("/callbacks/", StringComparison.Ordinal)))
        {
            (await SendAsync(compliance.Service.AnonymousClient(), route)).ShouldBe(HttpStatusCode.Unauthorized, route);
            foreach (var role in new[] { Roles.Cashier, Roles.Agent, Roles.Customer, Roles.Finance, Roles.Partner })
                (await SendAsync(compliance.Service.ClientAs("mallory", tenant, role), route))
                    .ShouldBe(HttpStatusCode.Forbidden, $"{role} {route}");
            var partner = await SendAsync(
                compliance.Service.ClientAs("partner", tenant, Roles.Partner, Scopes.KycWrite), route);
            (partner != HttpStatusCode.Forbidden).ShouldBe(s_partners.Contains(route), route);
        }
    }

    [Fact]
    public async Task The_document_for_partners_has_what_they_bring_and_nothing_else() =>
        (await RoutesAsync("/openapi/partners.json")).ShouldBe(s_partners, ignoreOrder: true);

    private async Task<List<string>> RoutesAsync(string document)
    {
        var paths = (await compliance.Service.AnonymousClient().GetFromJsonAsync<JsonElement>(document))
            .GetProperty("paths");
        return [.. paths.EnumerateObject().Where(path => path.Name.StartsWith("/v1/kyc/", StringComparison.Ordinal))
            .SelectMany(path => path.Value.EnumerateObject().Select(verb => $"{verb.Name} {path.Name}"))];
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, string route)
    {
        var (verb, path) = (route.Split(' ')[0], route.Split(' ')[1]);
        path = path.Replace("/customers/{id}", $"/customers/{PartyId.New()}", StringComparison.Ordinal)
            .Replace("{code}", "NONE", StringComparison.Ordinal)
            .Replace("{number}", "1", StringComparison.Ordinal)
            .Replace("{version}", "1", StringComparison.Ordinal);
        path = System.Text.RegularExpressions.Regex.Replace(path, "\\{[a-zA-Z]+\\}", Guid.NewGuid().ToString());
        using var request = new HttpRequestMessage(new HttpMethod(verb.ToUpperInvariant()), path);
        if (verb is "post" or "put")
            request.Content = JsonContent.Create(new { });
        if (path.EndsWith("/documents", StringComparison.Ordinal))
            request.Content!.Headers.ContentType = new System.Net.Http.Headers.MediaTypeHeaderValue(CustomerCalls.Pdf);
        return (await client.SendAsync(request)).StatusCode;
    }
}
