using System.Net.Http.Json;
using FinCode.Flow.Tests.Support;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>A customer is verified through the gateway, with the sandbox as the provider.</summary>
public sealed class CustomerFlowTests
{
    [Fact]
    public async Task A_customer_who_shows_document_and_face_to_the_provider_reaches_tier_1()
    {
        using var scene = await Scene.NewAsync();
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        var created = (await partner.PostAsync("v1/customers", new
        {
            kind = "PERSON", fullName = "Harriet Poole", dateOfBirth = "1977-02-01", country = "GB",
            address = "3 Quay Street, Bristol",
        }, Guid.CreateVersion7().ToString("N"), CancellationToken.None)).Must();
        var path = $"v1/kyc/customers/{created.Required("id")}";
        (await partner.GetAsync(path, CancellationToken.None)).Must().Body.GetProperty("awaited").GetArrayLength()
            .ShouldBe(2);
        var begun = (await partner.PostAsync(
            $"{path}/verifications", new { }, Guid.CreateVersion7().ToString("N"), CancellationToken.None)).Must();

        using var person = new HttpClient();
        (await person.PostAsJsonAsync(new Uri(begun.Required("url")), new { outcome = "APPROVED" }))
            .EnsureSuccessStatusCode();

        await Eventually.TrueAsync(async () => (await partner.GetAsync(path, CancellationToken.None)).Must().Body
            .GetProperty("tier").GetInt32() == 1, "tier 1 is reached");
    }
}
