using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Storage;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>
/// Holds the partner's prefunded balance for a transfer: at most one reservation of a transfer counts at a time, and
/// each number is answered once and for all.
/// </summary>
internal sealed partial class ReservationDesk(
    LedgerPosting ledger, RefusedReservationStore refused, Outbox outbox, TimeProvider clock,
    ILogger<ReservationDesk> logger)
{
    /// <summary>
    /// Books the conversion, if it is given, and then reserves what is wanted (nothing for a wallet).
    /// </summary>
    public async Task<(BookedEntry? Cleared, ReservationAnswer Answer)> ReserveAsync(
        TransferEntries booked, Post? clearing, Hold? wanted, int number, CancellationToken cancellationToken)
    {
        var earlier = await refused.FindAsync(booked.Transaction, number, cancellationToken);
        var answer = Reservations.Standing(booked, wanted, earlier, clearing?.Key.Number);
        var groups = new List<PostingRequest>();
        if (clearing is not null)
            groups.Add(new PostingRequest([clearing]));
        if (answer is null)
            groups.Add(new PostingRequest([wanted!]));
        var outcomes = groups.Count == 0 ? [] : await ledger.PostAllAsync(groups, cancellationToken);
        if (clearing is not null && outcomes[0].Refusal is { } refusal)
            throw new BookingRefusedException(refusal);
        var cleared = clearing is null ? null : outcomes[0].Entries[0];
        return (cleared, answer ?? await AnswerOfAsync(outcomes[^1], booked.Transaction, number, cancellationToken));
    }

    public Task AnswerAsync(
        TransactionId transaction, int number, ReservationAnswer answer, CancellationToken cancellationToken) =>
        answer.RejectionCode is { } code
            ? outbox.AddAsync(new ReservationRejected(transaction, number, code), cancellationToken)
            : outbox.AddAsync(new FundsReserved(transaction, number, answer.Entry), cancellationToken);

    private async Task<ReservationAnswer> AnswerOfAsync(
        PostingOutcome outcome, TransactionId transaction, int number, CancellationToken cancellationToken)
    {
        if (outcome.Refusal is not { } refusal)
            return new ReservationAnswer(outcome.Entries[0].Id, null);
        if (refusal.Code != RefusalCode.InsufficientFunds || !AccountCodes.IsPrefund(refusal.Account))
            throw new BookingRefusedException(refusal);
        const string code = ReservationRejections.InsufficientFunds;
        await refused.AddAsync(transaction, number, code, clock.GetUtcNow(), cancellationToken);
        LogRefused(logger, transaction, number, refusal.Account!.Code);
        return new ReservationAnswer(null, code);
    }

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Reservation {Number} of {TransactionId} refused: {Account} does not suffice")]
    private static partial void LogRefused(ILogger logger, TransactionId transactionId, int number, string account);
}
