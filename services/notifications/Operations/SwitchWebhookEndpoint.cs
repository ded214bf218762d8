using FinCode.Messaging;
using FinCode.Notifications.Jobs;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Operations;

/// <summary>
/// A disabled endpoint gets no new messages; what was on its way waits, and goes on when it is enabled. Both are
/// idempotent.
/// </summary>
internal static class SwitchWebhookEndpoint
{
    public static void Map(WebApplication app)
    {
        app.MapPost(WebhookOperations.EndpointsPath + "/{id}/disable", DisableAsync)
            .ForPartners("disableWebhookEndpoint", "Stop sending to a webhook endpoint")
            .Produces<WebhookEndpointView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        app.MapPost(WebhookOperations.EndpointsPath + "/{id}/enable", EnableAsync)
            .ForPartners("enableWebhookEndpoint", "Send to a webhook endpoint again")
            .Produces<WebhookEndpointView>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> DisableAsync(
        string id, Caller caller, TenantStore store, CancellationToken cancellationToken)
    {
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var endpoint = await db.FindEndpointAsync(caller.Tenant, id, cancellationToken);
        if (endpoint is null)
            return Problems.NotFound();
        if (endpoint.Status == EndpointStatus.Enabled)
            endpoint.Disable(EndpointReasons.ByRequest);
        await store.SaveAsync(db, cancellationToken);
        return TypedResults.Ok(WebhookEndpointView.Of(endpoint));
    }

    private static async Task<IResult> EnableAsync(
        string id, Caller caller, TenantStore store, DbSession session, JobSignal<DeliverWebhooks> signal,
        CancellationToken cancellationToken)
    {
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var endpoint = await db.FindEndpointAsync(caller.Tenant, id, cancellationToken);
        if (endpoint is null)
            return Problems.NotFound();
        endpoint.Enable();
        session.AfterCommit(signal.Wake);
        await store.SaveAsync(db, cancellationToken);
        return TypedResults.Ok(WebhookEndpointView.Of(endpoint));
    }
}
