using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.PayIns;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// What was booked is undone and the refund is pending in the books: write the attempt that sends it.
/// </summary>
internal sealed class OnRefundReserved(Transfers transfers, Refunds refunds) : IReaction<RefundReserved>
{
    public async Task HandleAsync(RefundReserved message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        if (message.RefundNumber < transfer.RefundNumber)
            return;
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.RefundReserved, cancellationToken);
        if (decision.Kind == DecisionKind.Transition)
            await refunds.WriteAsync(transfer, cancellationToken);
        await transfers.SaveAsync(cancellationToken);
    }
}
