using FinCode.Compliance.Screening;
using FinCode.Contracts;
using FinCode.Messaging;

namespace FinCode.Compliance.Reactions;

/// <summary>
/// Details were corrected, or lists or policy are newer than the clearance: screen again, as the next round. Of a
/// refund, only who gets it.
/// </summary>
internal sealed class OnScreeningRequested(ScreenTransfer screening) : IReaction<ScreeningRequested>
{
    public Task HandleAsync(ScreeningRequested message, EventMeta meta, CancellationToken cancellationToken) =>
        screening.RunAsync(
            message.TransactionId, message.Facts, message.ScreeningRound, meta.OccurredAt, cancellationToken,
            message.RefundOnly);
}
