using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using static FinCode.Auth.Tests.AuthUnderTest;

namespace FinCode.Auth.Tests;

public sealed class TokenTests
{
    [Fact]
    public async Task A_partners_token_is_a_signed_access_token_with_tenant_role_and_scopes()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var (id, secret) = await NewClientAsync(tenant, Scopes.QuotesWrite, Scopes.TransactionsRead);

        var token = await auth.TokenAsync(id, secret);

        token.Typ.ShouldBe("at+jwt");
        token.Alg.ShouldBe("ES256");
        token.Issuer.ShouldBe(Issuer);
        token.Audiences.ShouldBe([CallerAuthentication.Audience]);
        token.Subject.ShouldBe(id);
        token.GetClaim(Caller.TenantClaim).Value.ShouldBe(tenant.Id.ToString());
        token.GetClaim(Caller.RoleClaim).Value.ShouldBe(Roles.Partner);
        token.GetClaim(Caller.ScopeClaim).Value.Split(' ')
            .ShouldBe([Scopes.QuotesWrite, Scopes.TransactionsRead], ignoreOrder: true);
        (token.ValidTo - token.IssuedAt).ShouldBe(TimeSpan.FromHours(1));
        (await IsValidAsync(auth, token)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_key_id_is_the_keys_thumbprint_and_no_private_part_is_published()
    {
        var auth = await SharedAsync();
        var text = await auth.Anonymous.GetStringAsync("/.well-known/jwks");
        var token = await auth.TokenAsync(ServiceClient, ServiceSecret);

        var key = new JsonWebKeySet(text).Keys.Single(candidate => candidate.Kid == token.Kid);

        Base64UrlEncoder.Encode(key.ComputeJwkThumbprint()).ShouldBe(token.Kid);
        key.Crv.ShouldBe("P-256");
        JsonDocument.Parse(text).RootElement.GetProperty("keys").EnumerateArray()
            .ShouldAllBe(published => !HasPrivatePart(published));
    }

    [Fact]
    public async Task The_services_and_the_platform_get_tokens_of_no_tenant()
    {
        var auth = await SharedAsync();

        var service = await auth.TokenAsync(ServiceClient, ServiceSecret, Scopes.PartiesInternal);
        var platform = await auth.TokenAsync(PlatformClient, PlatformSecret);

        service.GetClaim(Caller.RoleClaim).Value.ShouldBe(Roles.Service);
        service.GetClaim(Caller.ScopeClaim).Value.ShouldBe(Scopes.PartiesInternal);
        platform.GetClaim(Caller.RoleClaim).Value.ShouldBe(Roles.Platform);
        service.TryGetClaim(Caller.TenantClaim, out _).ShouldBeFalse();
        platform.TryGetClaim(Caller.TenantClaim, out _).ShouldBeFalse();
    }

    [Fact]
    public async Task An_unknown_client_and_a_wrong_secret_get_the_same_answer()
    {
        var auth = await SharedAsync();

        var wrong = await auth.AskTokenAsync(ServiceClient, new string('x', 43));
        var unknown = await auth.AskTokenAsync("cli_00000000000000000000000000000000", ServiceSecret);

        (await JsonOf(wrong, 401)).GetProperty("error").GetString().ShouldBe("invalid_client");
        (await JsonOf(unknown, 401)).GetProperty("error").GetString().ShouldBe("invalid_client");
        (await wrong.Content.ReadAsStringAsync()).ShouldNotContain("error_uri");
    }

    [Theory]
    [InlineData(Scopes.TransactionsWrite)]
    [InlineData(Scopes.PartiesInternal)]
    [InlineData("everything")]
    public async Task A_scope_that_the_client_was_not_given_is_refused(string scope)
    {
        var auth = await SharedAsync();
        var (id, secret) = await NewClientAsync(await auth.NewTenantAsync(), Scopes.QuotesWrite);

        var answer = await JsonOf(await auth.AskTokenAsync(id, secret, scope), 400);

        answer.GetProperty("error").GetString().ShouldBeOneOf("invalid_scope", "invalid_request");
        answer.TryGetProperty("access_token", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_may_ask_for_less_than_it_was_given()
    {
        var auth = await SharedAsync();
        var (id, secret) = await NewClientAsync(await auth.NewTenantAsync(), [.. Scopes.Partner]);

        var token = await auth.TokenAsync(id, secret, Scopes.TransactionsRead);

        token.GetClaim(Caller.ScopeClaim).Value.ShouldBe(Scopes.TransactionsRead);
    }

    [Theory]
    [InlineData("password")]
    [InlineData("refresh_token")]
    [InlineData("authorization_code")]
    [InlineData("")]
    public async Task A_machine_gets_tokens_in_no_other_way(string grantType)
    {
        var auth = await SharedAsync();

        var answer = await auth.PostTokenAsync(
            ("grant_type", grantType), ("client_id", ServiceClient), ("client_secret", ServiceSecret),
            ("username", "x"), ("password", "x"), ("refresh_token", "x"), ("code", "x"));

        ((int)answer.StatusCode).ShouldBeInRange(400, 401);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("access_token");
    }

    [Fact]
    public async Task Discovery_names_the_public_address_and_not_this_host()
    {
        var auth = await SharedAsync();

        var document = await JsonOf(await auth.Anonymous.GetAsync("/.well-known/openid-configuration"), 200);

        document.GetProperty("issuer").GetString().ShouldBe(Issuer);
        document.GetProperty("token_endpoint").GetString().ShouldBe(Issuer + "connect/token");
        document.GetProperty("jwks_uri").GetString().ShouldBe(Issuer + ".well-known/jwks");
    }

    [Fact]
    public async Task A_revoked_client_gets_no_more_tokens()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var (id, secret) = await NewClientAsync(tenant, Scopes.QuotesWrite);

        var revoked = await JsonOf(await tenant.Manager.PostAsync($"/v1/partner-clients/{id}/revoke", null), 200);
        var again = await tenant.Manager.PostAsync($"/v1/partner-clients/{id}/revoke", null);
        var rotated = await tenant.Manager.PostAsync($"/v1/partner-clients/{id}/rotate-secret", null);

        revoked.GetProperty("status").GetString().ShouldBe("REVOKED");
        (await auth.AskTokenAsync(id, secret)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        again.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK);
        (await CodeOf(rotated, 409)).ShouldBe(Problems.InvalidTransition);
    }

    [Fact]
    public async Task A_new_secret_replaces_the_old_one()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var (id, secret) = await NewClientAsync(tenant, Scopes.QuotesWrite);

        var rotated = await JsonOf(
            await tenant.Manager.PostAsync($"/v1/partner-clients/{id}/rotate-secret", null), 200);

        (await auth.AskTokenAsync(id, secret)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
        await auth.TokenAsync(id, rotated.GetProperty("clientSecret").GetString()!);
    }

    [Fact]
    public async Task Secrets_are_random_and_only_their_hashes_are_kept()
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();
        var (first, firstSecret) = await NewClientAsync(tenant, Scopes.QuotesWrite);
        var (_, secondSecret) = await NewClientAsync(tenant, Scopes.QuotesWrite);

        firstSecret.Length.ShouldBe(43);
        firstSecret.ShouldNotBe(secondSecret);
        await using var command = auth.Service.Owner.CreateCommand(
            "select client_secret from client_applications where client_id = $1");
        command.Parameters.Add(new() { Value = first });
        ((string)(await command.ExecuteScalarAsync())!).ShouldNotContain(firstSecret);
        (await tenant.Manager.GetStringAsync("/v1/partner-clients")).ShouldNotContain(firstSecret);
    }

    [Theory]
    [InlineData(Scopes.PartiesInternal)]
    [InlineData("offline_access")]
    [InlineData("nothing:known")]
    public async Task A_partner_client_cannot_be_given_a_scope_that_is_not_for_partners(string scope)
    {
        var auth = await SharedAsync();
        var tenant = await auth.NewTenantAsync();

        var answer = await tenant.Manager.PostAsJsonAsync(
            "/v1/partner-clients", new { name = "x", scopes = new[] { scope } });

        (await CodeOf(answer, 422)).ShouldBe(Problems.ValidationError);
    }

    private static bool HasPrivatePart(JsonElement key) => key.TryGetProperty("d", out _);

    private static async Task<bool> IsValidAsync(AuthUnderTest auth, JsonWebToken token)
    {
        var keys = new JsonWebKeySet(await auth.Anonymous.GetStringAsync("/.well-known/jwks"));
        var expected = new TokenValidationParameters
        {
            ValidIssuer = Issuer,
            ValidAudience = CallerAuthentication.Audience,
            ValidTypes = ["at+jwt"],
            IssuerSigningKeys = keys.GetSigningKeys(),
        };
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token.EncodedToken, expected);
        return result.IsValid;
    }
}
