using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>
/// A true match: whatever was reserved or converted is undone and the money moves to the frozen account. A freeze that
/// stands in the books is answered again: what came after its end is not undone by it.
/// </summary>
internal sealed class OnTransactionFrozen(TransferDesk desk) : IReaction<TransactionFrozen>
{
    public async Task HandleAsync(TransactionFrozen message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transaction = message.TransactionId;
        var booked = await desk.OpenAsync(transaction, cancellationToken);
        var entry = booked.Find(LedgerSteps.Frozen, message.FreezeNumber)
            ?? await desk.BookAsync(TransferBooks.Frozen(message, booked), cancellationToken);
        await desk.AnswerPostedAsync(
            transaction, entry, LedgerSteps.Frozen, message.FreezeNumber, cancellationToken);
    }
}
