using System.Security.Claims;
using FinCode.Auth.Storage;
using FinCode.ServiceDefaults;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace FinCode.Auth.Tokens;

/// <summary>
/// The claims of a token: who, of which tenant, in which roles, with which scopes, for the FinCode services.
/// </summary>
internal static class Identities
{
    public static ClaimsPrincipal Of(ClientApplication client, IEnumerable<string> scopes)
    {
        var tenant = client.TenantId is { } id ? new TenantId(id) : (TenantId?)null;
        var principal = Make(client.ClientId!, tenant, [client.Role!], scopes);
        return principal.SetAccessTokenLifetime(AuthSettings.MachineAccessTokenLifetime);
    }

    public static ClaimsPrincipal Of(StaffUser user)
    {
        var principal = Make(
            new UserId(user.Id).ToString(), new TenantId(user.TenantId), user.Roles, [Scopes.OfflineAccess]);
        return principal.SetAccessTokenLifetime(AuthSettings.StaffAccessTokenLifetime);
    }

    private static ClaimsPrincipal Make(
        string subject, TenantId? tenant, IEnumerable<string> roles, IEnumerable<string> scopes)
    {
        var identity = new ClaimsIdentity(
            OpenIddictServerAspNetCoreDefaults.AuthenticationScheme, Claims.Subject, Caller.RoleClaim);
        identity.SetClaim(Claims.Subject, subject);
        identity.SetClaims(Caller.RoleClaim, [.. roles]);
        if (tenant is not null)
            identity.SetClaim(Caller.TenantClaim, tenant.Value.ToString());
        identity.SetScopes(scopes);
        identity.SetResources(CallerAuthentication.Audience);
        identity.SetDestinations(_ => [Destinations.AccessToken]);
        return new ClaimsPrincipal(identity);
    }
}
