using FinCode.Auth.Storage;
using FinCode.ServiceDefaults;
using OpenIddict.Abstractions;

namespace FinCode.Auth.Jobs;

/// <summary>Removes tokens and sign-ins that ended and that no reuse needs to be recognised by any more.</summary>
internal sealed class PruneTokens(
    TenantSight sight, IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations,
    TimeProvider clock) : IJob
{
    public static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Longer than a refresh token lives, so that a used one that is presented again is still known.</summary>
    public static readonly TimeSpan KeptFor = AuthSettings.RefreshTokenLifetime + TimeSpan.FromDays(1);

    public async Task<bool> RunOnceAsync(CancellationToken cancellationToken)
    {
        sight.Everything();
        var threshold = clock.GetUtcNow() - KeptFor;
        await tokens.PruneAsync(threshold, cancellationToken);
        await authorizations.PruneAsync(threshold, cancellationToken);
        return false;
    }
}
