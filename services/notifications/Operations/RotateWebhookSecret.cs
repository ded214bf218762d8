using FinCode.Notifications.Storage;
using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Operations;

/// <summary>For a while messages carry two signatures, one by the new secret and one by the old.</summary>
internal static class RotateWebhookSecret
{
    public static void Map(WebApplication app) =>
        app.MapPost(WebhookOperations.EndpointsPath + "/{id}/rotate-secret", HandleAsync)
        .ForPartners("rotateWebhookSecret", "Make a new secret for a webhook endpoint")
        .Produces<WebhookEndpointView>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, TenantStore store, SecretBox box, WebhookSettings settings, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var endpoint = await db.FindEndpointAsync(caller.Tenant, id, cancellationToken);
        if (endpoint is null)
            return Problems.NotFound();
        var secret = SecretBox.NewSecret();
        endpoint.Rotate(
            box.Seal(new WebhookEndpointId(endpoint.Id), secret), clock.GetUtcNow() + settings.SecretOverlap);
        await store.SaveAsync(db, cancellationToken);
        return TypedResults.Ok(WebhookEndpointView.Of(endpoint, SecretBox.Show(secret)));
    }
}
