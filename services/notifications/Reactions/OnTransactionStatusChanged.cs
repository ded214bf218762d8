using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Email;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Reactions;

/// <summary>The partner is told by webhook, the sender by e-mail.</summary>
internal sealed class OnTransactionStatusChanged(WebhookOutlet outlet, EmailQueue emails)
    : IReaction<TransactionStatusChanged>
{
    public Task HandleAsync(TransactionStatusChanged message, EventMeta meta, CancellationToken cancellationToken)
    {
        emails.Add(message, meta);
        return outlet.ChangeAsync(message, meta, cancellationToken);
    }
}
