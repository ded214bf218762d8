using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.IdentityModel.JsonWebTokens;

namespace FinCode.Auth.Tests;

/// <summary>A tenant that the platform made, and a client with its MANAGER's token.</summary>
internal sealed record Tenant(TenantId Id, string Email, string Password, HttpClient Manager);

internal sealed record Tokens(string AccessToken, string RefreshToken);

/// <summary>The auth service, running, asked through its public door only.</summary>
internal sealed class AuthUnderTest(ServiceUnderTest service)
{
    public const string Issuer = "https://fincode.test/";
    public const string Password = "a horse without a battery";

    /// <summary>What a MANAGER chose for somebody else.</summary>
    public const string FirstPassword = "a battery without a horse";
    public const string ServiceClient = "fincode-services";
    public const string PlatformClient = "fincode-platform";
    public static readonly string ServiceSecret = new('s', 43);
    public static readonly string PlatformSecret = new('p', 43);

    private static readonly Lazy<Task<AuthUnderTest>> One = new(async () => new AuthUnderTest(await StartAsync()));

    public ServiceUnderTest Service => service;

    public HttpClient Anonymous { get; } = service.AnonymousClient();

    /// <summary>One for all tests that bring their own tenant.</summary>
    public static Task<AuthUnderTest> SharedAsync() => One.Value;

    public static Dictionary<string, string?> Settings(params (string Key, string? Value)[] more)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Auth:Issuer"] = Issuer,
            ["Auth:MasterKey"] = Convert.ToBase64String(new byte[32]),
            ["Auth:Platform:ClientId"] = PlatformClient,
            ["Auth:Platform:ClientSecret"] = PlatformSecret,
            ["Auth:ServiceClientId"] = ServiceClient,
            ["Auth:ServiceClientSecret"] = ServiceSecret,
        };
        foreach (var (key, value) in more)
            settings[key] = value;
        return settings;
    }

    public static Task<ServiceUnderTest> StartAsync(Action<WebApplicationBuilder>? configure = null) =>
        ServiceUnderTest.StartAsync(AuthApp.Service, Settings(), configure);

    public Task<HttpResponseMessage> PostTokenAsync(params (string Key, string Value)[] form) =>
        Anonymous.PostAsync("/connect/token", new FormUrlEncodedContent(
            form.Select(field => KeyValuePair.Create(field.Key, field.Value))));

    public Task<HttpResponseMessage> AskTokenAsync(string clientId, string secret, string? scope = null) =>
        PostTokenAsync([
            ("grant_type", "client_credentials"), ("client_id", clientId), ("client_secret", secret),
            .. scope is null ? [] : new[] { ("scope", scope) }]);

    public Task<HttpResponseMessage> RefreshAsync(string refreshToken) => PostTokenAsync(
        ("grant_type", "refresh_token"), ("client_id", "fincode-console"), ("refresh_token", refreshToken));

    public async Task<JsonWebToken> TokenAsync(string clientId, string secret, string? scope = null)
    {
        var answer = await JsonOf(await AskTokenAsync(clientId, secret, scope), 200);
        return new JsonWebToken(answer.GetProperty("access_token").GetString());
    }

    public HttpClient ClientWith(string accessToken)
    {
        var client = service.AnonymousClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        return client;
    }

    public async Task<HttpClient> PlatformAsync() =>
        ClientWith((await TokenAsync(PlatformClient, PlatformSecret)).EncodedToken);

    public Task<HttpResponseMessage> PostSignInAsync(
        TenantId tenant, string email, string password, string? newPassword = null) => Anonymous.PostAsJsonAsync(
        "/v1/auth/sign-in", new { principal = tenant.ToString(), email, password, newPassword });

    public async Task<Tokens> SignInAsync(TenantId tenant, string email, string password = Password) =>
        ToTokens(await JsonOf(await PostSignInAsync(tenant, email, password), 200), "accessToken", "refreshToken");

    public async Task<Tokens> RefreshedAsync(string refreshToken) =>
        ToTokens(await JsonOf(await RefreshAsync(refreshToken), 200), "access_token", "refresh_token");

    public async Task<Tenant> NewTenantAsync(string email = "boss@example.org")
    {
        using var platform = await PlatformAsync();
        var created = await JsonOf(await platform.PostAsJsonAsync("/v1/principals", new
        {
            name = "Tenant " + Guid.CreateVersion7(),
            manager = new { email, password = Password },
        }), 201);
        var id = TenantId.Parse(created.GetProperty("id").GetString()!);
        return new Tenant(id, email, Password, ClientWith((await SignInAsync(id, email)).AccessToken));
    }

    /// <summary>A person who was approved and has a password of their own.</summary>
    public async Task<string> NewUserAsync(Tenant tenant, string email, params string[] roles)
    {
        var user = await JsonOf(await PostUserAsync(tenant.Manager, email, roles), 201);
        var id = user.GetProperty("id").GetString()!;
        using var platform = await PlatformAsync();
        await JsonOf(await platform.PostAsync($"/v1/users/{id}/approve", null), 200);
        await JsonOf(await PostSignInAsync(tenant.Id, email, FirstPassword, Password), 200);
        return id;
    }

    public static Task<HttpResponseMessage> PostUserAsync(HttpClient manager, string email, params string[] roles) =>
        manager.PostAsJsonAsync("/v1/users", new { email, displayName = "Somebody", roles, password = FirstPassword });

    public static async Task<(string Id, string Secret)> NewClientAsync(Tenant tenant, params string[] scopes)
    {
        var client = await JsonOf(
            await tenant.Manager.PostAsJsonAsync("/v1/partner-clients", new { name = "A machine", scopes }), 201);
        return (client.GetProperty("clientId").GetString()!, client.GetProperty("clientSecret").GetString()!);
    }

    public static async Task<JsonElement> JsonOf(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(status, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public static async Task<string> CodeOf(HttpResponseMessage response, int status) =>
        (await JsonOf(response, status)).GetProperty("code").GetString()!;

    private static Tokens ToTokens(JsonElement answer, string access, string refresh) =>
        new(answer.GetProperty(access).GetString()!, answer.GetProperty(refresh).GetString()!);
}
