using FinCode.Messaging;
using FinCode.Notifications.Jobs;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Operations;

/// <summary>Sends a message again, with the id it always had, and begins the retry schedule anew; what is pending
/// becomes due.</summary>
internal static class RedeliverWebhook
{
    public const string EndpointDisabled = "WEBHOOK_ENDPOINT_DISABLED";

    /// <summary>Attempts of one delivery at most, however often it is asked for.</summary>
    internal const int MaxAttempts = 100;

    public static void Map(WebApplication app) =>
        app.MapPost(WebhookOperations.DeliveriesPath + "/{id}/redeliver", HandleAsync)
        .ForPartners("redeliverWebhook", "Send a message again")
        .Produces<WebhookDeliveryView>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, TenantStore store, DbSession session, JobSignal<DeliverWebhooks> signal,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if (!WebhookDeliveryId.TryParse(id, null, out var deliveryId))
            return Problems.NotFound();
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var delivery = await db.Deliveries.SingleOrDefaultAsync(
            found => found.Id == deliveryId.Value && found.TenantId == caller.Tenant.Value, cancellationToken);
        if (delivery is null)
            return Problems.NotFound();
        var endpoint = await db.Endpoints.AsNoTracking().SingleAsync(
            found => found.Id == delivery.EndpointId && found.TenantId == caller.Tenant.Value, cancellationToken);
        if (endpoint.Status != EndpointStatus.Enabled)
            return Problems.Conflict(EndpointDisabled, "The endpoint of this delivery is disabled or deleted.");
        if (delivery.Attempts >= MaxAttempts)
            return Problems.Conflict(Problems.LimitExceeded, $"A delivery has at most {MaxAttempts} attempts.");
        delivery.Again(clock.GetUtcNow());
        session.AfterCommit(signal.Wake);
        var attempts = await db.Attempts.AsNoTracking()
            .Where(attempt => attempt.DeliveryId == deliveryId.Value).ToListAsync(cancellationToken);
        await store.SaveAsync(db, cancellationToken);
        return TypedResults.Accepted((string?)null, WebhookDeliveryView.Of(delivery, attempts));
    }
}
