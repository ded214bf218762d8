using FinCode.Contracts;

namespace FinCode.Ledger.Model;

/// <summary>
/// The steps of entries: those that other services know (<see cref="LedgerSteps"/>) and those that only the books have.
/// </summary>
internal static class BookSteps
{
    public const string ProviderFee = "payout-fee";
    public const string ReservationVoided = "reserve-voided";
    public const string ClearedReversed = "cleared-reversed";
    public const string RefundVoided = "refund-voided";
    public const string Refunded = "refunded";
    public const string PaidAfterRefund = "paid-after-refund";
    public const string TopUp = "top-up";
    public const string FeesSettled = "fees-settled";
    public const string Manual = "manual";
    public const string Service = "service";
    public const string Expired = "expired";
}

/// <summary>What stands in the books for one transfer, in the order of booking.</summary>
internal sealed class TransferEntries(TransactionId transaction, IReadOnlyList<BookedEntry> entries)
{
    public TransactionId Transaction => transaction;

    public BookedEntry? Find(string step, int number) =>
        entries.FirstOrDefault(entry => entry.Key.Step == step && entry.Key.Number == number);

    public BookedEntry? FindAny(string step) => entries.FirstOrDefault(entry => entry.Key.Step == step);

    /// <summary>The conversion is booked and was not taken back.</summary>
    public BookedEntry? Cleared =>
        entries.FirstOrDefault(entry => entry.Key.Step == LedgerSteps.Cleared && !entry.IsReversed);

    /// <summary>A reservation that is pending or became a payout; one that was voided counts for nothing.</summary>
    public BookedEntry? Reservation => entries.FirstOrDefault(entry =>
        entry.Key.Step == LedgerSteps.Reserve && entry.Resolution != EntryForm.Voided);

    public BookedEntry? PendingReservation => Pending(LedgerSteps.Reserve);

    public BookedEntry? PendingRefund => Pending(LedgerSteps.Refund);

    private BookedEntry? Pending(string step) =>
        entries.FirstOrDefault(entry => entry.Key.Step == step && entry.IsPending);
}
