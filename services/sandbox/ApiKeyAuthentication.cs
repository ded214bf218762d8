using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace FinCode.Sandbox;

/// <summary>
/// The outside world does not know the platform's tokens: callers of its APIs show an API key in <c>X-Api-Key</c>. It
/// is the default
/// scheme here, so the sandbox runs without an issuer.
/// </summary>
internal static class ApiKeyAuthentication
{
    public const string Scheme = "SandboxApiKey";
    public const string Header = "X-Api-Key";

    public static void AddApiKeyAuthentication(this WebApplicationBuilder builder)
    {
        builder.Services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(Scheme, null);
        builder.Services.PostConfigure<AuthenticationOptions>(options => options.DefaultScheme = Scheme);
    }

    public static TBuilder RequireApiKey<TBuilder>(this TBuilder builder) where TBuilder : IEndpointConventionBuilder =>
        builder.RequireAuthorization(new AuthorizationPolicyBuilder(Scheme).RequireAuthenticatedUser().Build());

    private sealed class ApiKeyHandler(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
            SandboxSettings settings)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers[Header].ToString() is not { Length: > 0 } key)
                return Task.FromResult(AuthenticateResult.NoResult());
            // Hashed first, so that the comparison takes as long for a key of another length.
            var isOurs = CryptographicOperations.FixedTimeEquals(
                SHA256.HashData(Encoding.UTF8.GetBytes(key)), SHA256.HashData(Encoding.UTF8.GetBytes(settings.ApiKey)));
            if (!isOurs)
                return Task.FromResult(AuthenticateResult.Fail("The API key is not known here."));
            var identity = new ClaimsIdentity([new Claim("sub", "merchant")], ApiKeyAuthentication.Scheme);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(identity), ApiKeyAuthentication.Scheme)));
        }
    }
}
