using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Operations;

internal static class GetWebhookEndpoint
{
    public static void Map(WebApplication app) => app.MapGet(WebhookOperations.EndpointsPath + "/{id}", HandleAsync)
        .ForPartners("getWebhookEndpoint", "Get a webhook endpoint")
        .Produces<WebhookEndpointView>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, TenantStore store, CancellationToken cancellationToken)
    {
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var endpoint = await db.FindEndpointAsync(caller.Tenant, id, cancellationToken);
        return endpoint is null ? Problems.NotFound() : TypedResults.Ok(WebhookEndpointView.Of(endpoint));
    }
}
