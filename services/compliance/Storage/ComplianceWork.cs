using FinCode.Messaging;

namespace FinCode.Compliance.Storage;

/// <summary>
/// A request's unit of work: the session, and the context inside its transaction once that has begun.
/// </summary>
internal sealed class ComplianceWork(DbSession session, IServiceProvider provider)
{
    /// <summary>Only after the session has begun.</summary>
    public ComplianceDb Db => provider.GetRequiredService<ComplianceDb>();

    public DbSession Session => session;

    public async Task<ComplianceDb> BeginAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await session.BeginAsync(tenant, cancellationToken);
        return Db;
    }

    public async Task CommitAsync(CancellationToken cancellationToken)
    {
        await Db.SaveChangesAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }

    /// <summary>Changes of a tenant's policy happen one after the other, so that versions are given once.</summary>
    public async Task LockPolicyAsync(CancellationToken cancellationToken)
    {
        await using var take = session.Command(
            "select pg_advisory_xact_lock(hashtextextended('screening-policy:' || $1::text, 0))", session.Tenant.Value);
        await take.ExecuteNonQueryAsync(cancellationToken);
    }
}
