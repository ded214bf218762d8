using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// The payout is covered: write the first attempt. What was reserved for an older request changes nothing.
/// </summary>
internal sealed class OnFundsReserved(Transfers transfers, PayoutAttempts attempts) : IReaction<FundsReserved>
{
    public async Task HandleAsync(FundsReserved message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        if (message.ReservationNumber < transfer.ReservationNumber)
            return;
        var decision = await transfers.ApplyAsync(transfer, TransferEvent.FundsReserved, cancellationToken);
        if (decision.Kind == DecisionKind.Transition)
        {
            transfer.NoteReserved();
            await attempts.WriteAsync(transfer, transfers.Now, cancellationToken);
        }
        await transfers.SaveAsync(cancellationToken);
    }
}
