using System.Security.Claims;
using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace FinCode.Testing;

/// <summary>
/// Issues tokens as the auth service does and serves its keys and a token endpoint, for services tested without it.
/// </summary>
public sealed class TestIssuer
{
    public const string Issuer = "http://issuer.test";
    private static readonly Lazy<Task<TestIssuer>> Shared = new(StartAsync);

    private readonly ECDsaSecurityKey _key = new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = "test-key" };

    private TestIssuer()
    {
    }

    public static Task<TestIssuer> SharedAsync() => Shared.Value;

    public string JwksUrl { get; private set; } = "";

    public string TokenUrl { get; private set; } = "";

    /// <summary>A token for the tenant (none for PLATFORM and SERVICE) with these roles and scopes.</summary>
    public string Token(
        TenantId? tenant, IEnumerable<string> roles, IEnumerable<string> scopes, string subject = "tester") =>
        Token(tenant, roles, scopes, subject, TimeSpan.FromHours(1), CallerAuthentication.Audience, "at+jwt");

    public string Token(
        TenantId? tenant, IEnumerable<string> roles, IEnumerable<string> scopes, string subject, TimeSpan lifetime,
        string audience, string type)
    {
        var claims = new List<Claim> { new("sub", subject), new(Caller.ScopeClaim, string.Join(' ', scopes)) };
        claims.AddRange(roles.Select(role => new Claim(Caller.RoleClaim, role)));
        if (tenant is not null)
            claims.Add(new Claim(Caller.TenantClaim, tenant.Value.ToString()));
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var handler = new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false };
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            TokenType = type,
            Subject = new ClaimsIdentity(claims),
            NotBefore = now.AddHours(-2),
            IssuedAt = now.AddHours(-2),
            Expires = now + lifetime,
            SigningCredentials = new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    private static async Task<TestIssuer> StartAsync()
    {
        var issuer = new TestIssuer();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(issuer.AnswerAsync);
        await app.StartAsync();
        issuer.JwksUrl = app.Urls.First() + "/.well-known/jwks";
        issuer.TokenUrl = app.Urls.First() + "/connect/token";
        return issuer;
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/connect/token")
            return context.Response.WriteAsJsonAsync(new
            {
                access_token = Token(null, [Roles.Service], [Scopes.PartiesInternal], "service"),
                token_type = "Bearer",
                expires_in = 3600,
            });
        var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(_key);
        return context.Response.WriteAsJsonAsync(new
        {
            keys = new[]
            {
                new
                {
                    kty = jwk.Kty, crv = jwk.Crv, x = jwk.X, y = jwk.Y, kid = _key.KeyId, use = "sig", alg = "ES256",
                },
            },
        });
    }
}
