using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>A shortfall is over: it does not wait for a person any more.</summary>
internal sealed class OnSafeguardingRestored(Transfers transfers) : IReaction<SafeguardingRestored>
{
    public Task HandleAsync(SafeguardingRestored message, EventMeta meta, CancellationToken cancellationToken) =>
        transfers.EndAnomaliesAsync(
            OnSafeguardingShortfall.Kind, OnSafeguardingShortfall.KeyOf(message.ReportId), cancellationToken);
}
