using FinCode.Compliance.Model;
using FinCode.Messaging;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Storage;

/// <summary>The policy that is screened by, read.</summary>
internal sealed record PolicyInForce(long Version, PolicyContent Content);

internal static class PolicyStore
{
    /// <summary>What the tenant screens by now.</summary>
    /// <exception cref="TransientException">It cannot be read: whatever is to be screened by it waits.</exception>
    public static async Task<PolicyInForce> RequirePolicyAsync(
        this ComplianceDb db, TenantId tenant, CancellationToken cancellationToken)
    {
        var current = await db.CurrentPolicyAsync(tenant, cancellationToken);
        try
        {
            return new PolicyInForce(current.Version, current.Read());
        }
        catch (UnreadablePolicyException)
        {
            throw new TransientException($"Version {current.Version} of the screening policy cannot be read.");
        }
    }

    /// <summary>What the tenant screened by earlier; null when that cannot be read.</summary>
    public static async Task<PolicyContent?> FindPolicyAsync(
        this ComplianceDb db, TenantId tenant, long version, CancellationToken cancellationToken)
    {
        var earlier = await db.PolicyVersions.AsNoTracking().SingleOrDefaultAsync(
            policy => policy.TenantId == tenant && policy.Version == version, cancellationToken);
        try
        {
            return (earlier ?? PolicyVersion.Default(tenant)).Read();
        }
        catch (UnreadablePolicyException)
        {
            return null;
        }
    }
}
