using System.Security.Cryptography;
using System.Text;
using FinCode.Auth.Storage;
using Microsoft.Extensions.Options;
using OpenIddict.Abstractions;
using OpenIddict.Core;

namespace FinCode.Auth.Tokens;

/// <summary>
/// Machines' secrets are 256 random bits, so one SHA-256 is as good as a slow hash and costs a token request nothing;
/// the compare is in fixed time. A revoked client is answered like a wrong secret.
/// </summary>
internal sealed class ClientRegistry(
    IOpenIddictApplicationCache<ClientApplication> cache,
    ILogger<OpenIddictApplicationManager<ClientApplication>> logger,
    IOptionsMonitor<OpenIddictCoreOptions> options,
    IOpenIddictApplicationStore<ClientApplication> store)
    : OpenIddictApplicationManager<ClientApplication>(cache, logger, options, store)
{
    private const int SecretBytes = 32;

    public static string NewSecret() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretBytes))
            .TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public override async ValueTask<bool> ValidateClientSecretAsync(
        ClientApplication application, string secret, CancellationToken cancellationToken = default) =>
        await base.ValidateClientSecretAsync(application, secret, cancellationToken) && application.RevokedAt is null;

    protected override ValueTask<string> ObfuscateClientSecretAsync(
        string secret, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(secret))));

    protected override ValueTask<bool> ValidateClientSecretAsync(
        string secret, string comparand, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(secret)), Convert.FromBase64String(comparand)));
}
