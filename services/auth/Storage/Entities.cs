using Microsoft.AspNetCore.Identity;
using OpenIddict.EntityFrameworkCore.Models;

namespace FinCode.Auth.Storage;

/// <summary>A tenant. Suspended, it gets no more tokens; what is under way needs none.</summary>
internal sealed class Principal
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? SuspendedAt { get; set; }
}

/// <summary>
/// A person of one tenant. The user name is the tenant and the e-mail, so an address may occur in several tenants.
/// </summary>
internal sealed class StaffUser : IdentityUser<Guid>
{
    public required Guid TenantId { get; init; }

    public required string DisplayName { get; set; }

    public required string[] Roles { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset? DisabledAt { get; set; }

    /// <summary>The MANAGER who added the person; null for a tenant's first one, whom the platform added.</summary>
    public string? CreatedBy { get; init; }

    public string? ApprovedBy { get; set; }

    /// <summary>The password is one that somebody else chose.</summary>
    public bool MustChangePassword { get; set; }

    /// <summary>Nobody signs in until a second person has approved.</summary>
    public bool AwaitsApproval =>
        CreatedBy is not null && ApprovedBy is null && Roles.Any(Model.StaffRules.RolesOfTwo.Contains);

    public static string NameOf(Guid tenant, string email) => $"{tenant:N}:{email}";
}

/// <summary>An OAuth client. Partners' clients belong to a tenant, the platform's own to none.</summary>
internal sealed class ClientApplication
    : OpenIddictEntityFrameworkCoreApplication<Guid, ClientAuthorization, IssuedToken>
{
    public Guid? TenantId { get; set; }

    /// <summary>PARTNER, SERVICE or PLATFORM; null for the console, through which people sign in.</summary>
    public string? Role { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}

/// <summary>One sign-in: the family that all its refresh tokens belong to.</summary>
internal sealed class ClientAuthorization
    : OpenIddictEntityFrameworkCoreAuthorization<Guid, ClientApplication, IssuedToken>;

internal sealed class ClientScope : OpenIddictEntityFrameworkCoreScope<Guid>;

internal sealed class IssuedToken : OpenIddictEntityFrameworkCoreToken<Guid, ClientApplication, ClientAuthorization>;

/// <summary>A key that signs access tokens; its private part is wrapped by the master key.</summary>
internal sealed class SigningKeyRow : Model.IScheduledKey
{
    /// <summary>The JWK thumbprint (RFC 7638), base64url.</summary>
    public required string KeyId { get; init; }

    public required byte[] WrappedPrivateKey { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset SignsFrom { get; init; }
}
