using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Reactions;

/// <summary>The money is there: screen both parties and try the rules.</summary>
internal sealed class OnTransactionFunded(ScreenTransfer screening) : IReaction<TransactionFunded>
{
    public Task HandleAsync(TransactionFunded message, EventMeta meta, CancellationToken cancellationToken) =>
        screening.RunAsync(
            message.TransactionId, message.Facts, message.ScreeningRound, meta.OccurredAt, cancellationToken);
}
