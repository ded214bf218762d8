using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>The money is there: it stands in transit until the transfer is cleared, refunded or frozen.</summary>
internal sealed class OnTransactionFunded(TransferDesk desk) : IReaction<TransactionFunded>
{
    public async Task HandleAsync(TransactionFunded message, EventMeta meta, CancellationToken cancellationToken)
    {
        await desk.OpenAsync(message.TransactionId, cancellationToken);
        var entry = await desk.BookAsync([TransferBooks.PayIn(message)], cancellationToken);
        await desk.AnswerPostedAsync(message.TransactionId, entry, LedgerSteps.PayIn, 1, cancellationToken);
    }
}
