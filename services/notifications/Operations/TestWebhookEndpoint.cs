using FinCode.Messaging;
using FinCode.Notifications.Jobs;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Operations;

internal sealed record WebhookTestAnswer(WebhookDeliveryId DeliveryId, WebhookMessageId EventId);

/// <summary>Sends <c>webhook.test</c>, whatever types the endpoint asked for; signed and retried like any
/// other.</summary>
internal static class TestWebhookEndpoint
{
    public static void Map(WebApplication app) =>
        app.MapPost(WebhookOperations.EndpointsPath + "/{id}/test", HandleAsync)
        .ForPartners("testWebhookEndpoint", "Send a test message to a webhook endpoint")
        .Produces<WebhookTestAnswer>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, TenantStore store, DbSession session, JobSignal<DeliverWebhooks> signal,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var endpoint = await db.FindEndpointAsync(caller.Tenant, id, cancellationToken);
        if (endpoint is null)
            return Problems.NotFound();
        if (endpoint.Status != EndpointStatus.Enabled)
            return Problems.Conflict(RedeliverWebhook.EndpointDisabled, "This endpoint is disabled; enable it first.");
        var (messageId, now) = (WebhookMessageId.New(clock), clock.GetUtcNow());
        var message = new WebhookMessage
        {
            Id = messageId.Value,
            TenantId = caller.Tenant.Value,
            SourceEventId = null,
            Type = WebhookTypes.Test,
            TransactionId = null,
            Body = new WebhookBody<WebhookTest>(
                messageId, WebhookTypes.Test, now, new WebhookTest(new WebhookEndpointId(endpoint.Id)),
                    Sequence: 1).ToJson(),
            CreatedAt = now,
        };
        var delivery = Deliveries.Of(message, endpoint.Id, clock);
        db.Add(message);
        db.Add(delivery);
        session.AfterCommit(signal.Wake);
        await store.SaveAsync(db, cancellationToken);
        return TypedResults.Accepted(
            (string?)null, new WebhookTestAnswer(new WebhookDeliveryId(delivery.Id), messageId));
    }
}
