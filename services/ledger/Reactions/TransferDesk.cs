using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Posting;
using FinCode.Messaging;

namespace FinCode.Ledger.Reactions;

/// <summary>
/// What the reactions share: the transfer's entries, booking what must not be refused, and the answer that an entry
/// stands. An entry that stands already is answered again, so that whoever asks twice hears the same twice.
/// </summary>
internal sealed class TransferDesk(LedgerPosting ledger, Outbox outbox)
{
    public Task<TransferEntries> OpenAsync(TransactionId transaction, CancellationToken cancellationToken) =>
        ledger.OpenTransferAsync(transaction, cancellationToken);

    public Task<PostingOutcome> TryAsync(IReadOnlyList<Instruction> linked, CancellationToken cancellationToken) =>
        ledger.PostAsync(linked, cancellationToken);

    /// <summary>Books, and gives the last entry.</summary>
    /// <exception cref="BookingRefusedException">The event does not fit to what stands in the books.</exception>
    public async Task<BookedEntry> BookAsync(IReadOnlyList<Instruction> linked, CancellationToken cancellationToken)
    {
        var outcome = await ledger.PostAsync(linked, cancellationToken);
        return outcome.Refusal is { } refusal ? throw new BookingRefusedException(refusal) : outcome.Entries[^1];
    }

    public Task AnswerPostedAsync(
        TransactionId transaction, BookedEntry entry, string step, int number, CancellationToken cancellationToken) =>
        outbox.AddAsync(new EntryPosted(transaction, entry.Id, step, number), cancellationToken);
}

/// <summary>
/// A step came that the books cannot follow (it overtook another, or names other amounts): nobody may guess here, so
/// the message goes to the dead letters with this reason and later ones of its transfer wait behind it.
/// </summary>
internal sealed class BookingRefusedException(string message) : Exception(message)
{
    public BookingRefusedException(Refusal refusal) : this($"{refusal.Code}: {refusal.Detail}")
    {
    }
}
