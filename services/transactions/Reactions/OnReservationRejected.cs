using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>The partner's balance does not suffice: wait and ask again, longer each time up to a limit.</summary>
internal sealed class OnReservationRejected(Transfers transfers, TransactionsSettings settings)
    : IReaction<ReservationRejected>
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public async Task HandleAsync(ReservationRejected message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        if (message.ReservationNumber < transfer.ReservationNumber)
            return;
        var decision = await transfers.ApplyAsync(
            transfer, TransferEvent.ReservationRejected, cancellationToken, message.Code);
        if (decision.Kind == DecisionKind.Transition)
            transfer.WaitUntil(transfers.Now
                + Backoff.After(transfer.ReservationNumber - 1, settings.ReservationRetryBase, LongestPause));
        await transfers.SaveAsync(cancellationToken);
    }
}
