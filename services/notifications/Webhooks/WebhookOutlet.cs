using System.Text.Json;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Jobs;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Notifications.Webhooks;

/// <summary>Turns what happened to a transaction into messages, and a delivery to each endpoint that wants
/// them.</summary>
internal sealed class WebhookOutlet(
    NotificationsContext db, DbSession session, TimeProvider clock, JobSignal<DeliverWebhooks> signal)
{
    public async Task ChangeAsync(TransactionStatusChanged change, EventMeta meta, CancellationToken cancellationToken)
    {
        var view = await FindAsync(change.TransactionId, cancellationToken);
        if (view is null)
            db.Add(view = new TransactionView
            {
                TransactionId = change.TransactionId.Value,
                TenantId = session.Tenant.Value,
                Content = "",
                LastSequence = 0,
                FailureAnnounced = false,
            });
        var content = WebhookTransaction.Of(change);
        view.Content = JsonSerializer.Serialize(
            content with { PreviousStatus = null, Reason = null }, ContractJson.Options);
        var types = WebhookTypes.Of(change.From, change.To, change.Reason, view.FailureAnnounced);
        view.FailureAnnounced |= types.Contains(WebhookTypes.Failed);
        await SayAsync(view, types, content, meta, cancellationToken);
    }

    /// <exception cref="InvalidOperationException">Its creation, which precedes it on the same key, was never heard
    /// of.</exception>
    public async Task FundAsync(TransactionFunded funded, EventMeta meta, CancellationToken cancellationToken)
    {
        var view = await FindAsync(funded.TransactionId, cancellationToken)
            ?? throw new InvalidOperationException(
                $"Transaction {funded.TransactionId} was funded before it was created.");
        var content = JsonSerializer.Deserialize<WebhookTransaction>(view.Content, ContractJson.Options)!;
        await SayAsync(view, [WebhookTypes.PaymentReceived], content, meta, cancellationToken);
    }

    /// <summary>Something that belongs to no transaction, to every endpoint that wants it.</summary>
    public async Task TellAsync<TContent>(
        string type, TContent content, EventMeta meta, CancellationToken cancellationToken)
    {
        Say(await EnabledAsync(cancellationToken), type, null, content, meta.Sequence, meta);
        await SaveAsync(cancellationToken);
    }

    private Task<TransactionView?> FindAsync(TransactionId id, CancellationToken cancellationToken) =>
        db.Transactions.SingleOrDefaultAsync(
            view => view.TransactionId == id.Value && view.TenantId == session.Tenant.Value, cancellationToken);

    private async Task SayAsync(
        TransactionView view, IReadOnlyList<string> types, WebhookTransaction content, EventMeta meta,
        CancellationToken cancellationToken)
    {
        var endpoints = await EnabledAsync(cancellationToken);
        foreach (var type in types)
        {
            // The number is taken whether or not anyone listens, so that all endpoints count alike.
            view.LastSequence++;
            Say(endpoints, type, view.TransactionId, content, view.LastSequence, meta);
        }
        await SaveAsync(cancellationToken);
    }

    private Task<List<WebhookEndpoint>> EnabledAsync(CancellationToken cancellationToken) => db.Endpoints
        .Where(endpoint => endpoint.TenantId == session.Tenant.Value && endpoint.Status == EndpointStatus.Enabled)
        .AsNoTracking().ToListAsync(cancellationToken);

    /// <summary>A message and its deliveries; nothing where nobody wants it.</summary>
    private void Say<TContent>(
        IEnumerable<WebhookEndpoint> endpoints, string type, Guid? transaction, TContent content, long sequence,
        EventMeta meta)
    {
        var listeners = endpoints.Where(endpoint => endpoint.Wants(type)).ToList();
        if (listeners.Count == 0)
            return;
        var id = WebhookMessageId.New(clock);
        var message = new WebhookMessage
        {
            Id = id.Value,
            TenantId = session.Tenant.Value,
            SourceEventId = meta.EventId,
            Type = type,
            TransactionId = transaction,
            Body = new WebhookBody<TContent>(id, type, meta.OccurredAt, content, sequence).ToJson(),
            CreatedAt = clock.GetUtcNow(),
        };
        db.Add(message);
        foreach (var endpoint in listeners)
            db.Add(Deliveries.Of(message, endpoint.Id, clock));
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        session.AfterCommit(signal.Wake);
    }
}

internal static class Deliveries
{
    public static WebhookDelivery Of(WebhookMessage message, Guid endpointId, TimeProvider clock) => new()
    {
        Id = WebhookDeliveryId.New(clock).Value,
        TenantId = message.TenantId,
        MessageId = message.Id,
        EndpointId = endpointId,
        Type = message.Type,
        TransactionId = message.TransactionId,
        NextAttemptAt = clock.GetUtcNow(),
        CreatedAt = clock.GetUtcNow(),
    };
}
