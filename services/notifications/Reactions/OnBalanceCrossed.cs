using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Webhooks;

namespace FinCode.Notifications.Reactions;

/// <summary>A monitored balance went below its threshold or came back: the tenant's own systems hear of it.</summary>
internal sealed class OnBalanceCrossed(WebhookOutlet outlet) : IReaction<BalanceCrossed>
{
    public Task HandleAsync(BalanceCrossed crossed, EventMeta meta, CancellationToken cancellationToken) =>
        outlet.TellAsync(
            crossed.Crossing == BalanceCrossing.Below ? WebhookTypes.BalanceLow : WebhookTypes.BalanceRestored,
            new WebhookBalance(crossed.MonitorId, crossed.Account, crossed.Threshold, crossed.Available), meta,
            cancellationToken);
}
