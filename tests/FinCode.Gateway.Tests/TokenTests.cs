using System.Text;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static FinCode.Gateway.Tests.GatewayUnderTest;

namespace FinCode.Gateway.Tests;

public sealed class TokenTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task A_good_token_passes_and_reaches_the_service()
    {
        var gateway = await SharedAsync();
        var token = await TokenAsync(Hour, "fincode", "at+jwt");

        var seen = await gateway.SeenAsync(
            new HttpRequestMessage(HttpMethod.Get, "/v1/quotes"), gateway.ClientWith(token));

        seen.Headers["authorization"].ShouldBe("Bearer " + token);
    }

    [Fact]
    public async Task Expired_tokens_and_those_for_others_or_of_another_type_are_refused()
    {
        await IsRefusedAsync(await TokenAsync(TimeSpan.FromMinutes(-5), "fincode", "at+jwt"));
        await IsRefusedAsync(await TokenAsync(Hour, "somebody-else", "at+jwt"));
        await IsRefusedAsync(await TokenAsync(Hour, "fincode", "JWT"));
        await IsRefusedAsync(await TokenAsync(Hour, "fincode", "id+jwt"));
    }

    [Fact]
    public async Task A_token_that_was_changed_is_refused()
    {
        var parts = (await TokenAsync(Hour, "fincode", "at+jwt")).Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1])
            .Replace(Roles.Cashier, Roles.Platform, StringComparison.Ordinal);

        await IsRefusedAsync($"{parts[0]}.{Base64UrlEncoder.Encode(payload)}.{parts[2]}");
    }

    [Fact]
    public async Task A_token_without_a_signature_is_refused()
    {
        var parts = (await TokenAsync(Hour, "fincode", "at+jwt")).Split('.');
        var header = Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"at+jwt\"}");

        await IsRefusedAsync($"{header}.{parts[1]}.");
        await IsRefusedAsync($"{parts[0]}.{parts[1]}.");
        await IsRefusedAsync("nonsense");
    }

    [Fact]
    public async Task A_token_signed_with_an_own_key_or_with_the_public_key_as_a_secret_is_refused()
    {
        var good = new JsonWebToken(await TokenAsync(Hour, "fincode", "at+jwt"));
        using var own = System.Security.Cryptography.ECDsa.Create();
        own.GenerateKey(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        await IsRefusedAsync(Forge(new ECDsaSecurityKey(own) { KeyId = good.Kid }, SecurityAlgorithms.EcdsaSha256));

        using var http = new HttpClient();
        var keys = await http.GetStringAsync((await TestIssuer.SharedAsync()).JwksUrl);
        var published = Encoding.UTF8.GetBytes(keys);
        await IsRefusedAsync(
            Forge(new SymmetricSecurityKey(published) { KeyId = good.Kid }, SecurityAlgorithms.HmacSha256));
    }

    [Fact]
    public async Task A_valid_token_without_a_tenant_where_the_role_needs_one_is_forbidden()
    {
        var gateway = await SharedAsync();
        using var client = gateway.Service.ClientAs("somebody", null, Roles.Manager);

        (await CodeOf(await client.GetAsync("/v1/quotes"), 403)).ShouldBe(Problems.Forbidden);
    }

    private static string Forge(SecurityKey key, string algorithm) => new JsonWebTokenHandler().CreateToken(
        new SecurityTokenDescriptor
        {
            Issuer = TestIssuer.Issuer,
            Audience = "fincode",
            TokenType = "at+jwt",
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "forger", [Caller.RoleClaim] = Roles.Platform,
                [Caller.TenantClaim] = TestTenant.New().ToString(),
            },
            SigningCredentials = new SigningCredentials(key, algorithm),
        });

    private static async Task<string> TokenAsync(TimeSpan lifetime, string audience, string type) =>
        (await TestIssuer.SharedAsync()).Token(
            TestTenant.New(), [Roles.Cashier], [], "somebody", lifetime, audience, type);

    private static async Task IsRefusedAsync(string token)
    {
        var gateway = await SharedAsync();
        using var client = gateway.ClientWith(token);
        (await CodeOf(await client.GetAsync("/v1/quotes"), 401)).ShouldBe(Problems.AuthRequired);
    }
}
