using FinCode.Contracts;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Operations;

/// <summary>An endpoint as its owner sees it; the secret only where it was just made.</summary>
/// <param name="Events">The types it wants; <c>["*"]</c> is all of them.</param>
/// <param name="StatusReason">Why it is disabled: DISABLED_BY_REQUEST, DELIVERIES_KEPT_FAILING or
/// RECEIVER_ANSWERED_GONE.</param>
/// <param name="Secret">whsec_ and base64, shown once.</param>
/// <param name="PreviousSecretUntil">Until then messages are signed with the previous secret as well.</param>
internal sealed record WebhookEndpointView(
    WebhookEndpointId Id, string Url, IReadOnlyList<string> Events, string? Description, EndpointStatus Status,
    string? StatusReason, DateTimeOffset CreatedAt, DateTimeOffset? PreviousSecretUntil, string? Secret)
{
    public const string AllEvents = "*";

    public static WebhookEndpointView Of(WebhookEndpoint endpoint, string? secret = null) => new(
        new WebhookEndpointId(endpoint.Id), endpoint.Url, endpoint.Events.Length == 0 ? [AllEvents] : endpoint.Events,
        endpoint.Description, endpoint.Status, endpoint.StatusReason, endpoint.CreatedAt,
            endpoint.PreviousSecretUntil, secret);
}

/// <summary>What all operations on webhooks have in common.</summary>
internal static class WebhookOperations
{
    public const string EndpointsPath = "/v1/webhook-endpoints";
    public const string DeliveriesPath = "/v1/webhook-deliveries";

    public static RouteHandlerBuilder ForPartners(this RouteHandlerBuilder route, string name, string summary) => route
        .RequireAccess(Scopes.WebhooksManage, Roles.Manager)
        .WithName(name)
        .WithSummary(summary)
        .WithTags("webhooks")
        .WithGroupName(NotificationsApp.PartnersDocument)
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden);

    /// <summary>The tenant's endpoint that is not deleted, or null; a malformed id is one that does not
    /// exist.</summary>
    public static async Task<WebhookEndpoint?> FindEndpointAsync(
        this NotificationsContext db, TenantId tenant, string id, CancellationToken cancellationToken) =>
        WebhookEndpointId.TryParse(id, null, out var endpointId)
            ? await db.Endpoints.SingleOrDefaultAsync(
                endpoint => endpoint.Id == endpointId.Value && endpoint.TenantId == tenant.Value
                    && endpoint.Status != EndpointStatus.Deleted, cancellationToken)
            : null;
}
