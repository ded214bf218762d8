using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Transactions.Operations;

/// <summary>What only our own services may ask: they belong to no tenant, and name the one they ask about.</summary>
internal static class InternalRequest
{
    /// <summary>Null when it may be answered.</summary>
    public static ProblemHttpResult? Refusal(Caller caller, string? tenant, out TenantId tenantId)
    {
        tenantId = default;
        if (!caller.IsIn(Contracts.Roles.Service))
            return Problems.Deny("Only services may read this.");
        return TenantId.TryParse(tenant, null, out tenantId)
            ? null
            : Problems.Invalid("tenant", "The tenant is needed, as prn_ and 32 hexadecimal digits.");
    }
}
