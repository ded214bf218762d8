using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Operations;

/// <summary>All of them, oldest first; a tenant has few.</summary>
internal sealed record WebhookEndpointList(IReadOnlyList<WebhookEndpointView> Items);

internal static class ListWebhookEndpoints
{
    public static void Map(WebApplication app) => app.MapGet(WebhookOperations.EndpointsPath, HandleAsync)
        .ForPartners("listWebhookEndpoints", "List webhook endpoints")
        .Produces<WebhookEndpointList>();

    private static async Task<Ok<WebhookEndpointList>> HandleAsync(
        Caller caller, TenantStore store, CancellationToken cancellationToken)
    {
        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var endpoints = await db.Endpoints.AsNoTracking()
            .Where(endpoint => endpoint.TenantId == caller.Tenant.Value && endpoint.Status != EndpointStatus.Deleted)
            .OrderBy(endpoint => endpoint.Id).ToListAsync(cancellationToken);
        return TypedResults.Ok(new WebhookEndpointList([.. endpoints.Select(e => WebhookEndpointView.Of(e))]));
    }
}
