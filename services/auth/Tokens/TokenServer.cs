using FinCode.Auth.Keys;
using FinCode.Auth.Storage;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace FinCode.Auth.Tokens;

/// <summary>
/// Sets up OpenIddict: client credentials for machines, rotating refresh tokens for people, ES256 access tokens.
/// </summary>
internal static class TokenServer
{
    public const string TokenPath = "/connect/token";

    public static void AddTokenServer(this IServiceCollection services, AuthSettings settings, KeyWrapping wrapping)
    {
        services.AddOpenIddict()
            .AddCore(core => core
                .UseEntityFrameworkCore(store => store
                    .UseDbContext<AuthDbContext>()
                    .ReplaceDefaultEntities<ClientApplication, ClientAuthorization, ClientScope, IssuedToken, Guid>())
                .ReplaceApplicationManager<ClientApplication, ClientRegistry>())
            .AddServer(server => ConfigureServer(server, settings, wrapping));
        services.AddSingleton<IOptionsChangeTokenSource<OpenIddictServerOptions>>(
            provider => provider.GetRequiredService<SigningKeyRing>());
        services.AddOptions<OpenIddictServerOptions>().Configure<SigningKeyRing>(
            (options, ring) => options.SigningCredentials.AddRange(ring.Published.Select(key => key.Credentials)));
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).PostConfigure<SigningKeyRing>(
            (options, ring) => options.ConfigurationManager = ring);
        services.AddScoped<TokenIssuer>();
    }

    private static void ConfigureServer(OpenIddictServerBuilder server, AuthSettings settings, KeyWrapping wrapping)
    {
        server.SetIssuer(settings.Issuer)
            .SetTokenEndpointUris(TokenPath)
            .AllowClientCredentialsFlow()
            .AllowRefreshTokenFlow()
            .RegisterScopes(Clients.AllScopes)
            .SetAccessTokenLifetime(AuthSettings.MachineAccessTokenLifetime)
            .SetRefreshTokenLifetime(AuthSettings.RefreshTokenLifetime)
            // A refresh token that comes twice means that somebody else has it: the whole sign-in ends.
            .SetRefreshTokenReuseLeeway(TimeSpan.Zero)
            .DisableSlidingRefreshTokenExpiration()
            .UseReferenceRefreshTokens()
            .DisableAccessTokenEncryption()
            .AddEncryptionKey(new SymmetricSecurityKey(wrapping.Derive("fincode refresh tokens")));
        server.UseAspNetCore()
            .EnableTokenEndpointPassthrough()
            // TLS ends before the gateway.
            .DisableTransportSecurityRequirement();
        server.AddEventHandler<ApplyTokenResponseContext>(handler => handler
            .UseInlineHandler(TokenIssuer.LeaveResponseToEndpoint)
            .SetOrder(int.MinValue));
        server.AddEventHandler<ApplyTokenResponseContext>(handler => handler
            .UseInlineHandler(LeaveOutErrorUri)
            .SetOrder(int.MinValue + 1));
        server.AddEventHandler<GenerateTokenContext>(handler => handler
            .UseSingletonHandler<SignWithCurrentKey>()
            .SetOrder(OpenIddictServerHandlers.Protection.AttachSecurityCredentials.Descriptor.Order + 1));
    }

    /// <summary>It would send our callers to another project's documentation.</summary>
    private static ValueTask LeaveOutErrorUri(ApplyTokenResponseContext context)
    {
        context.Response?.RemoveParameter("error_uri");
        return default;
    }

    /// <summary>Several keys are published; the schedule says which one signs now.</summary>
    private sealed class SignWithCurrentKey(SigningKeyRing ring) : IOpenIddictServerHandler<GenerateTokenContext>
    {
        public ValueTask HandleAsync(GenerateTokenContext context)
        {
            context.SigningCredentials = ring.Signer.Credentials;
            return default;
        }
    }
}
