using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Reactions;

internal sealed class OnTransactionStatusChanged(WebhookOutlet outlet) : IReaction<TransactionStatusChanged>
{
    public Task HandleAsync(TransactionStatusChanged message, EventMeta meta, CancellationToken cancellationToken) =>
        outlet.ChangeAsync(message, meta, cancellationToken);
}
