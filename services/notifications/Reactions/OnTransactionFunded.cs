using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Reactions;

internal sealed class OnTransactionFunded(WebhookOutlet outlet) : IReaction<TransactionFunded>
{
    public Task HandleAsync(TransactionFunded message, EventMeta meta, CancellationToken cancellationToken) =>
        outlet.FundAsync(message, meta, cancellationToken);
}
