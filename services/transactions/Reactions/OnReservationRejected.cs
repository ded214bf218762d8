using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Transactions.Model;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Reactions;

/// <summary>
/// The partner's balance does not suffice: wait and ask again, longer each time up to a limit. Any other rejection says
/// that the books and this transfer disagree; no top-up heals that, so a person looks.
/// </summary>
internal sealed class OnReservationRejected(Transfers transfers, TransactionsSettings settings)
    : IReaction<ReservationRejected>
{
    private const string InsufficientFunds = "INSUFFICIENT_FUNDS";
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public async Task HandleAsync(ReservationRejected message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transfer = await transfers.RequireAsync(message.TransactionId, cancellationToken);
        if (message.ReservationNumber < transfer.ReservationNumber)
            return;
        var isForNow = message.Code == InsufficientFunds;
        var what = isForNow ? TransferEvent.ReservationRejected : TransferEvent.ReservationRefused;
        var decision = await transfers.ApplyAsync(transfer, what, cancellationToken, message.Code);
        if (decision.Kind == DecisionKind.Transition && !isForNow)
            await transfers.RecordAnomalyAsync(
                transfer, "RESERVATION_REFUSED", what, Contracts.Roles.Finance, cancellationToken, message.Code,
                $"reservation-refused:{transfer.Id}:{message.ReservationNumber}");
        else if (decision.Kind == DecisionKind.Transition)
            transfer.WaitUntil(transfers.Now
                + Backoff.After(transfer.ReservationNumber - 1, settings.ReservationRetryBase, LongestPause));
        await transfers.SaveAsync(cancellationToken);
    }
}
