using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Operations;

/// <param name="StatusCode">What the receiver answered; missing when there was no answer, and then
/// <paramref name="Error"/> says why.</param>
/// <param name="ResponseExcerpt">At most the first 1,024 bytes.</param>
internal sealed record WebhookAttemptView(
    int Number, DateTimeOffset StartedAt, int DurationMilliseconds, int? StatusCode, string? Error,
        string? ResponseExcerpt);

internal sealed record WebhookDeliveryView(
    WebhookDeliveryId Id, WebhookEndpointId EndpointId, WebhookMessageId EventId, string Type,
        TransactionId? TransactionId,
    DeliveryStatus Status, DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt,
        IReadOnlyList<WebhookAttemptView> Attempts)
{
    public static WebhookDeliveryView Of(WebhookDelivery delivery, IEnumerable<WebhookAttempt> attempts) => new(
        new WebhookDeliveryId(delivery.Id), new WebhookEndpointId(delivery.EndpointId),
        new WebhookMessageId(delivery.MessageId), delivery.Type,
        delivery.TransactionId is { } transaction ? new TransactionId(transaction) : null,
        delivery.Status, delivery.Status == DeliveryStatus.Pending ? delivery.NextAttemptAt : null, delivery.CreatedAt,
        [.. attempts.OrderBy(attempt => attempt.Number).Select(attempt => new WebhookAttemptView(
            attempt.Number, attempt.StartedAt, attempt.DurationMilliseconds, attempt.StatusCode, attempt.Error,
            attempt.ResponseExcerpt))]);
}

/// <param name="NextBefore">The <c>before</c> of the next page; missing on the last one.</param>
internal sealed record WebhookDeliveryList(IReadOnlyList<WebhookDeliveryView> Items, WebhookDeliveryId? NextBefore);

/// <summary>Newest first, with every attempt.</summary>
internal static class ListWebhookDeliveries
{
    private const int DefaultPageSize = 50;
    private const int MaxPageSize = 200;

    public static void Map(WebApplication app) => app.MapGet(WebhookOperations.DeliveriesPath, HandleAsync)
        .ForPartners("listWebhookDeliveries", "List deliveries and their attempts")
        .Produces<WebhookDeliveryList>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, TenantStore store, string? endpointId, string? transactionId, string? status, string? before,
            int? limit,
        CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var endpoint = validation.Id<WebhookEndpointKind>(endpointId, "endpointId");
        var transaction = validation.Id<Contracts.TransactionKind>(transactionId, "transactionId");
        var beforeId = validation.Id<WebhookDeliveryKind>(before, "before");
        validation.Check(status is null or "PENDING" or "DELIVERED" or "FAILED" or "CANCELLED", "status",
            "One of PENDING, DELIVERED, FAILED, CANCELLED.");
        validation.Check(limit is null or (>= 1 and <= MaxPageSize), "limit", $"From 1 to {MaxPageSize}.");
        if (validation.Failed)
            return validation.ToProblem();

        var db = await store.BeginAsync(caller.Tenant, cancellationToken);
        var query = db.Deliveries.AsNoTracking().Where(delivery => delivery.TenantId == caller.Tenant.Value);
        if (endpoint is not null)
            query = query.Where(delivery => delivery.EndpointId == endpoint);
        if (transaction is not null)
            query = query.Where(delivery => delivery.TransactionId == transaction);
        if (status is not null && Enum.Parse<DeliveryStatus>(status, ignoreCase: true) is var wanted)
            query = query.Where(delivery => delivery.Status == wanted);
        if (beforeId is { } last)
            query = query.Where(delivery => delivery.Id.CompareTo(last) < 0);
        var size = limit ?? DefaultPageSize;
        // One statement, so that a delivery and its attempts are of the same moment.
        var page = await query.OrderByDescending(delivery => delivery.Id).Take(size + 1)
            .Select(delivery => new
            {
                Delivery = delivery,
                Attempts = db.Attempts.Where(attempt => attempt.DeliveryId == delivery.Id).ToList(),
            })
            .AsSingleQuery().ToListAsync(cancellationToken);
        var shown = page.Take(size).ToList();
        return TypedResults.Ok(new WebhookDeliveryList(
            [.. shown.Select(row => WebhookDeliveryView.Of(row.Delivery, row.Attempts))],
            page.Count > size ? new WebhookDeliveryId(shown[^1].Delivery.Id) : null));
    }

    /// <summary>A query parameter that is missing or an id of its kind.</summary>
    public static Guid? Id<TKind>(this Validation validation, string? text, string name)
        where TKind : Contracts.IEntityKind
    {
        if (text is null)
            return null;
        return validation.Check(Contracts.Id<TKind>.TryParse(text, null, out var id), name,
            $"An id of the form {TKind.Prefix}_ and 32 hexadecimal digits.") ? id.Value : null;
    }
}
