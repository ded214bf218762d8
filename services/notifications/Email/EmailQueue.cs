using System.Text.Json;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Jobs;
using FinCode.Notifications.Model;
using FinCode.Notifications.Storage;
using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications.Email;

/// <summary>E-mails that are to be sent, written down together with the event that they follow from.</summary>
internal sealed class EmailQueue(
    NotificationsContext db, DbSession session, EmailSettings settings, TimeProvider clock,
    JobSignal<SendEmails> signal)
{
    /// <summary>Whoever calls saves the context.</summary>
    public void Add(TransactionStatusChanged change, EventMeta meta)
    {
        if (!settings.IsOn || EmailKinds.Of(change.To, change.Reason) is not { } kind)
            return;
        var now = clock.GetUtcNow();
        db.Add(new CustomerEmail
        {
            Id = CustomerEmailId.New(clock).Value,
            TenantId = session.Tenant.Value,
            SourceEventId = meta.EventId,
            TransactionId = change.TransactionId.Value,
            Sequence = meta.Sequence,
            Kind = kind,
            Content = JsonSerializer.Serialize(
                WebhookTransaction.Of(change) with { PreviousStatus = null, Reason = null }, ContractJson.Options),
            NextAttemptAt = now,
            CreatedAt = now,
        });
        session.AfterCommit(signal.Wake);
    }
}
