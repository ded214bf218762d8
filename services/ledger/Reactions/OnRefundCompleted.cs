using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>The payer has the money back: the pending refund is posted.</summary>
internal sealed class OnRefundCompleted(TransferDesk desk) : IReaction<RefundCompleted>
{
    public async Task HandleAsync(RefundCompleted message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transaction = message.TransactionId;
        var booked = await desk.OpenAsync(transaction, cancellationToken);
        var entry = booked.FindAny(BookSteps.Refunded) ?? await desk.BookAsync(
            [TransferBooks.Refunded(Pending(message, booked), message)], cancellationToken);
        await desk.AnswerPostedAsync(transaction, entry, LedgerSteps.Refund, message.RefundNumber, cancellationToken);
    }

    private static BookedEntry Pending(RefundCompleted message, TransferEntries booked)
    {
        var legs = TransferBooks.RefundLegs(message.TransactionId, message.Amount, message.Account);
        return booked.PendingRefund is { } pending && pending.HasLegs(legs)
            ? pending
            : throw new BookingRefusedException("A refund came that nothing was reserved for.");
    }
}
