using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Jobs;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Reactions;

/// <summary>A monitored balance went below its threshold or came back: the tenant's own systems hear of it.</summary>
internal sealed class OnBalanceCrossed(
    NotificationsContext db, DbSession session, TimeProvider clock, JobSignal<DeliverWebhooks> signal)
    : IReaction<BalanceCrossed>
{
    public async Task HandleAsync(BalanceCrossed crossed, EventMeta meta, CancellationToken cancellationToken)
    {
        var type = crossed.Crossing == BalanceCrossing.Below ? WebhookTypes.BalanceLow : WebhookTypes.BalanceRestored;
        var endpoints = await db.Endpoints
            .Where(endpoint => endpoint.TenantId == session.Tenant.Value && endpoint.Status == EndpointStatus.Enabled)
            .AsNoTracking().ToListAsync(cancellationToken);
        var listeners = endpoints.Where(endpoint => endpoint.Wants(type)).ToList();
        if (listeners.Count == 0)
            return;
        var id = WebhookMessageId.New(clock);
        var content = new WebhookBalance(crossed.Account, crossed.Threshold, crossed.Available);
        var message = new WebhookMessage
        {
            Id = id.Value,
            TenantId = session.Tenant.Value,
            SourceEventId = meta.EventId,
            Type = type,
            TransactionId = null,
            Body = new WebhookBody<WebhookBalance>(id, type, meta.OccurredAt, content, meta.Sequence).ToJson(),
            CreatedAt = clock.GetUtcNow(),
        };
        db.Add(message);
        foreach (var endpoint in listeners)
            db.Add(Deliveries.Of(message, endpoint.Id, clock));
        await db.SaveChangesAsync(cancellationToken);
        session.AfterCommit(signal.Wake);
    }
}
