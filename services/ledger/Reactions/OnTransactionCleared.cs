using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>
/// Books the conversion, and tries to reserve the payout: the conversion stands whether or not the funds suffice.
/// </summary>
internal sealed class OnTransactionCleared(TransferDesk desk, ReservationDesk reservations)
    : IReaction<TransactionCleared>
{
    public async Task HandleAsync(TransactionCleared message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transaction = message.TransactionId;
        var booked = await desk.OpenAsync(transaction, cancellationToken);
        var wanted = message.PayoutMethod == PayoutMethod.Wallet
            ? null
            : TransferBooks.Reserve(transaction, message.Provider, message.PayoutAmount, message.ReservationNumber);
        var (cleared, answer) = await reservations.ReserveAsync(
            booked, TransferBooks.Cleared(message), wanted, message.ReservationNumber, cancellationToken);
        await desk.AnswerPostedAsync(transaction, cleared!, LedgerSteps.Cleared, message.ClearanceNumber,
            cancellationToken);
        await reservations.AnswerAsync(transaction, message.ReservationNumber, answer, cancellationToken);
    }
}
