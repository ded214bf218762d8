using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>
/// The beneficiary has the money: the reservation is posted and the provider's fee booked. A payout that the provider
/// made although the transfer was undone is booked as a loss: it happened.
/// </summary>
internal sealed partial class OnPayoutCompleted(TransferDesk desk, ILogger<OnPayoutCompleted> logger)
    : IReaction<PayoutCompleted>
{
    public async Task HandleAsync(PayoutCompleted message, EventMeta meta, CancellationToken cancellationToken)
    {
        var transaction = message.TransactionId;
        var booked = await desk.OpenAsync(transaction, cancellationToken);
        if (booked.Find(LedgerSteps.Paid, 1) is { } earlier)
        {
            await desk.AnswerPostedAsync(transaction, earlier, LedgerSteps.Paid, 1, cancellationToken);
            return;
        }
        if (TransferBooks.Paid(message, booked) is { } paid)
        {
            var entry = await BookWithFeeAsync(_ => paid, message, cancellationToken);
            await desk.AnswerPostedAsync(transaction, entry, LedgerSteps.Paid, 1, cancellationToken);
            return;
        }
        if (booked.FindAny(BookSteps.PaidAfterRefund) is not null)
            return;
        if (booked.FindAny(BookSteps.ReservationVoided) is null)
            throw new BookingRefusedException("A payout came that nothing was reserved for.");
        await BookWithFeeAsync(owed => TransferBooks.PaidAfterRefund(message, owed), message, cancellationToken);
        LogPaidAfterRefund(logger, transaction, message.AttemptId);
    }

    /// <summary>From the prefunded balance; where that does not suffice, as owed to the provider.</summary>
    private async Task<BookedEntry> BookWithFeeAsync(
        Func<bool, Instruction> payout, PayoutCompleted message, CancellationToken cancellationToken)
    {
        var outcome = await desk.TryAsync(Linked(owed: false), cancellationToken);
        if (outcome.Refusal is not { } refusal)
            return outcome.Entries[0];
        if (refusal.Code != RefusalCode.InsufficientFunds || !AccountCodes.IsPrefund(refusal.Account))
            throw new BookingRefusedException(refusal);
        outcome = await desk.TryAsync(Linked(owed: true), cancellationToken);
        return outcome.Refusal is { } second ? throw new BookingRefusedException(second) : outcome.Entries[0];

        IReadOnlyList<Instruction> Linked(bool owed) => TransferBooks.ProviderFee(message, owed) is { } fee
            ? [payout(owed), fee]
            : [payout(owed)];
    }

    [LoggerMessage(Level = LogLevel.Error,
        Message = "The provider paid {TransactionId} (attempt {AttemptId}) after it had been undone: booked as a loss")]
    private static partial void LogPaidAfterRefund(ILogger logger, TransactionId transactionId, AttemptId attemptId);
}
