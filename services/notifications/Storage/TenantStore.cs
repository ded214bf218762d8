using FinCode.Messaging;

namespace FinCode.Notifications.Storage;

/// <summary>The context of an operation, once its session has begun for the caller's tenant.</summary>
internal sealed class TenantStore(DbSession session, IServiceProvider services)
{
    public async Task<NotificationsContext> BeginAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await session.BeginAsync(tenant, cancellationToken);
        return services.GetRequiredService<NotificationsContext>();
    }

    public async Task SaveAsync(NotificationsContext db, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        await session.CommitAsync(cancellationToken);
    }
}
