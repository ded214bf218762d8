namespace FinCode.Contracts;

public static class Tenants
{
    /// <summary>No tenant's: the platform itself. Events about lists and tenants carry it.</summary>
    public static TenantId Platform { get; } = new(Guid.Empty);
}
