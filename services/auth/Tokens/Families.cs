using FinCode.Auth.Storage;
using OpenIddict.Abstractions;

namespace FinCode.Auth.Tokens;

/// <summary>All tokens that came from one sign-in, and all sign-ins of one person.</summary>
internal static class Families
{
    public static async Task RevokeAsync(
        string authorizationId, IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations,
        CancellationToken cancellationToken)
    {
        if (await authorizations.FindByIdAsync(authorizationId, cancellationToken) is { } authorization)
            await authorizations.TryRevokeAsync(authorization, cancellationToken);
        await tokens.RevokeByAuthorizationIdAsync(authorizationId, cancellationToken);
    }

    public static async Task RevokeAllAsync(
        StaffUser user, IOpenIddictTokenManager tokens, IOpenIddictAuthorizationManager authorizations,
        CancellationToken cancellationToken)
    {
        var subject = new UserId(user.Id).ToString();
        await authorizations.RevokeBySubjectAsync(subject, cancellationToken);
        await tokens.RevokeBySubjectAsync(subject, cancellationToken);
    }
}
