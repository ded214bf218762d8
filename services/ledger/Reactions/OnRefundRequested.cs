using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>
/// Undoes what was booked and reserves the refund. While a refund to the same account is pending it is answered again,
/// never made twice.
/// </summary>
internal sealed class OnRefundRequested(TransferDesk desk, Outbox outbox) : IReaction<RefundRequested>
{
    public async Task HandleAsync(RefundRequested message, EventMeta meta, CancellationToken cancellationToken)
    {
        var booked = await desk.OpenAsync(message.TransactionId, cancellationToken);
        var wanted = TransferBooks.RefundLegs(message.TransactionId, message.Amount, message.Account);
        var standing = booked.Find(LedgerSteps.Refund, message.RefundNumber) ?? booked.PendingRefund;
        var entry = standing?.HasLegs(wanted) == true
            ? standing
            : await desk.BookAsync(TransferBooks.Refund(message, booked), cancellationToken);
        await outbox.AddAsync(
            new RefundReserved(message.TransactionId, message.RefundNumber, entry.Id), cancellationToken);
    }
}
