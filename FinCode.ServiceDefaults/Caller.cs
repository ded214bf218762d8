using System.Security.Claims;
using FinCode.Contracts;

namespace FinCode.ServiceDefaults;

/// <summary>
/// Who asks, from the validated token: subject, tenant (<see cref="Tenants.Platform"/> for PLATFORM and SERVICE
/// tokens), roles and scopes. Endpoints take it as a parameter.
/// </summary>
public sealed record Caller(string Subject, TenantId Tenant, IReadOnlyList<string> Roles, IReadOnlyList<string> Scopes)
{
    public const string TenantClaim = "tenant";
    public const string RoleClaim = "role";
    public const string ScopeClaim = "scope";

    public bool IsIn(string role) => Roles.Contains(role);

    public bool Has(string scope) => Scopes.Contains(scope);

    /// <summary>
    /// Null when the principal is anonymous or its tenant claim is missing or malformed where its roles need one.
    /// </summary>
    internal static Caller? From(ClaimsPrincipal principal)
    {
        if (principal.Identity?.IsAuthenticated != true
            || principal.FindFirstValue("sub") is not { Length: > 0 } subject)
            return null;
        var roles = principal.FindAll(RoleClaim).Select(claim => claim.Value).ToArray();
        var scopes = principal.FindAll(ScopeClaim).SelectMany(claim => claim.Value.Split(' ')).ToArray();
        if (TenantId.TryParse(principal.FindFirstValue(TenantClaim), null, out var tenant))
            return tenant == Tenants.Platform ? null : new Caller(subject, tenant, roles, scopes);
        var isTenantless = roles.Length > 0
            && roles.All(role => role is Contracts.Roles.Platform or Contracts.Roles.Service);
        return isTenantless ? new Caller(subject, Tenants.Platform, roles, scopes) : null;
    }
}
