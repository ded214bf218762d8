using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Validates access tokens (RFC 9068: <c>at+jwt</c>, ES256, audience "fincode") against the keys of the auth service.
/// Settings:
/// <c>Auth:Issuer</c>, the public address of the platform, and <c>Auth:JwksUrl</c>, where this host reaches the keys
/// (<c>http://auth/.well-known/jwks</c> by service discovery unless set).
/// </summary>
public static class CallerAuthentication
{
    public const string Audience = "fincode";
    public const string DefaultJwksUrl = "http://auth/.well-known/jwks";

    private const int ClockSkewSeconds = 30;
    private const int KeyRefreshSeconds = 10;
    private const string KeysClient = "jwks";

    internal static void AddCallerAuthentication(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddHttpClient(KeysClient);
        services.AddHttpContextAccessor();
        services.AddScoped(provider =>
            Caller.From(provider.GetRequiredService<IHttpContextAccessor>().HttpContext!.User)
            ?? throw new InvalidOperationException("This endpoint takes a Caller but lets anonymous requests in."));
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        KeepNoDataProtectionKeys(services);
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme)
            .Configure<IHttpClientFactory, IConfiguration>(ConfigureTokens);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(Authenticated().Build())
            .SetDefaultPolicy(Authenticated().Build());
    }

    /// <summary>Lets in a caller that has the scope (partners) or one of the roles (people).</summary>
    public static TBuilder RequireAccess<TBuilder>(this TBuilder builder, string? scope, params string[] roles)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAuthorization(Authenticated()
            .RequireAssertion(context => Caller.From(context.User) is { } caller
                && ((scope is not null && caller.Has(scope)) || roles.Any(caller.IsIn)))
            .Build());

    /// <summary>Lets in a caller that has one of the roles.</summary>
    public static TBuilder RequireRole<TBuilder>(this TBuilder builder, params string[] roles)
        where TBuilder : IEndpointConventionBuilder => builder.RequireAccess(null, roles);

    private static AuthorizationPolicyBuilder Authenticated() => new AuthorizationPolicyBuilder()
        .RequireAuthenticatedUser()
        .RequireAssertion(context => Caller.From(context.User) is not null);

    private static void ConfigureTokens(
        JwtBearerOptions options, IHttpClientFactory clients, IConfiguration configuration)
    {
        var jwksUrl = configuration["Auth:JwksUrl"] ?? DefaultJwksUrl;
        options.MapInboundClaims = false;
        options.RequireHttpsMetadata = false;
        options.ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
            jwksUrl, new KeySetRetriever(), new FactoryDocumentRetriever(clients, KeysClient))
        {
            // A token signed with a key that was just published makes the handler ask again, at most this often.
            RefreshInterval = TimeSpan.FromSeconds(KeyRefreshSeconds),
        };
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuers = IssuerSpellings(configuration.Require("Auth:Issuer")),
            ValidAudience = Audience,
            ValidTypes = ["at+jwt"],
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            NameClaimType = "sub",
            RoleClaimType = Caller.RoleClaim,
            ClockSkew = TimeSpan.FromSeconds(ClockSkewSeconds),
        };
    }

    /// <summary>
    /// An address without a path is the same with and without its last slash; tokens carry it with the slash.
    /// </summary>
    private static string[] IssuerSpellings(string issuer) => [issuer.TrimEnd('/'), issuer.TrimEnd('/') + "/"];

    /// <summary>
    /// The framework brings data protection along with authentication and would write keys to the home folder at start.
    /// Bearer tokens need none: no cookies, no form tokens.
    /// </summary>
    private static void KeepNoDataProtectionKeys(IServiceCollection services)
    {
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        foreach (var warmUp in services.Where(service => service.ServiceType == typeof(IHostedService)
            && service.ImplementationType?.Name == "DataProtectionHostedService").ToArray())
            services.Remove(warmUp);
    }

    private sealed class KeySetRetriever : IConfigurationRetriever<OpenIdConnectConfiguration>
    {
        public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
            string address, IDocumentRetriever retriever, CancellationToken cancel)
        {
            var keySet = new JsonWebKeySet(await retriever.GetDocumentAsync(address, cancel));
            var configuration = new OpenIdConnectConfiguration { JsonWebKeySet = keySet };
            foreach (var key in keySet.GetSigningKeys())
                configuration.SigningKeys.Add(key);
            return configuration;
        }
    }

    private sealed class FactoryDocumentRetriever(IHttpClientFactory clients, string name) : IDocumentRetriever
    {
        public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
        {
            using var client = clients.CreateClient(name);
            return await client.GetStringAsync(new Uri(address), cancel);
        }
    }
}
