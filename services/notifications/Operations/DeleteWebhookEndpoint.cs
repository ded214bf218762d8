using FinCode.Messaging;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Operations;

/// <summary>What is still on its way to it is cancelled; what was delivered stays in the list of deliveries.</summary>
internal static class DeleteWebhookEndpoint
{
    public static void Map(WebApplication app) => app.MapDelete(WebhookOperations.EndpointsPath + "/{id}", HandleAsync)
        .ForPartners("deleteWebhookEndpoint", "Delete a webhook endpoint")
        .Produces(StatusCodes.Status204NoContent)
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, TenantStore store, DbSession session, CancellationToken cancellationToken)
    {
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var endpoint = await db.FindEndpointAsync(caller.Tenant, id, cancellationToken);
        if (endpoint is null)
            return Problems.NotFound();
        // Deliveries before the endpoint, in the order in which results are recorded.
        await using var cancel = session.Command(
            "update webhook_deliveries set status = 'Cancelled' "
            + "where tenant_id = $1 and endpoint_id = $2 and status = 'Pending'",
            caller.Tenant.Value, endpoint.Id);
        await cancel.ExecuteNonQueryAsync(cancellationToken);
        endpoint.Delete();
        await store.SaveAsync(db, cancellationToken);
        return TypedResults.NoContent();
    }
}
