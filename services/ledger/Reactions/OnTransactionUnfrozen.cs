using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>A licence ended the freeze: the money leaves the frozen account, and goes on or back from there.</summary>
internal sealed class OnTransactionUnfrozen(TransferDesk desk) : IReaction<TransactionUnfrozen>
{
    public async Task HandleAsync(TransactionUnfrozen message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transaction = message.TransactionId;
        await desk.OpenAsync(transaction, cancellationToken);
        var entry = await desk.BookAsync([TransferBooks.Unfrozen(message)], cancellationToken);
        await desk.AnswerPostedAsync(
            transaction, entry, LedgerSteps.Unfrozen, message.FreezeNumber, cancellationToken);
    }
}
