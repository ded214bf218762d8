using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>The funds did not suffice before: try again under the next number.</summary>
internal sealed class OnReservationRequested(TransferDesk desk, ReservationDesk reservations)
    : IReaction<ReservationRequested>
{
    /// <summary>The provider of wallet payouts, which need no prefunded balance.</summary>
    public const string WalletProvider = "wallet";

    public async Task HandleAsync(ReservationRequested message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transaction = message.TransactionId;
        var booked = await desk.OpenAsync(transaction, cancellationToken);
        var wanted = message.Provider == WalletProvider
            ? null
            : TransferBooks.Reserve(transaction, message.Provider, message.PayoutAmount, message.ReservationNumber);
        var (_, answer) = await reservations.ReserveAsync(
            booked, null, wanted, message.ReservationNumber, cancellationToken);
        await reservations.AnswerAsync(transaction, message.ReservationNumber, answer, cancellationToken);
    }
}
