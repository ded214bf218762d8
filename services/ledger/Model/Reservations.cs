using FinCode.Contracts;

namespace FinCode.Ledger.Model;

/// <summary>
/// The answer to a request to reserve: an entry (none is needed for a wallet), or the code of a rejection.
/// </summary>
internal sealed record ReservationAnswer(EntryId? Entry, string? RejectionCode);

/// <summary>Codes of <see cref="ReservationRejected"/>.</summary>
internal static class ReservationRejections
{
    /// <summary>
    /// The partner's available balance does not suffice: ask again, with the next number, once it was topped up.
    /// </summary>
    public const string InsufficientFunds = "INSUFFICIENT_FUNDS";

    /// <summary>Nothing is to be paid out (any more): the transfer is not cleared, is refunded, or is frozen.</summary>
    public const string NotPayable = "NOT_PAYABLE";

    /// <summary>
    /// The transfer holds a reservation at another partner or of another amount, and never holds two.
    /// </summary>
    public const string AlreadyReserved = "ALREADY_RESERVED";
}

internal static class Reservations
{
    /// <summary>The answer that the books already hold; null when the reservation has to be tried.</summary>
    /// <param name="wanted">The reservation asked for; null for a wallet, which needs none.</param>
    /// <param name="clearing">
    /// The number of the conversion that is booked together with this reservation, if it is not yet.
    /// </param>
    public static ReservationAnswer? Standing(
        TransferEntries booked, Hold? wanted, string? earlierRejection, int? clearing)
    {
        var isPayable = booked.Cleared is not null
            || (clearing is { } number && booked.Find(LedgerSteps.Cleared, number) is null);
        if (wanted is null)
            return isPayable ? new ReservationAnswer(null, null) : Rejected(ReservationRejections.NotPayable);
        if (booked.Find(LedgerSteps.Reserve, wanted.Key.Number) is { } same)
            return Repeated(same, wanted);
        if (earlierRejection is not null)
            return Rejected(earlierRejection);
        if (booked.Reservation is { } other)
            return other.HasLegs(wanted.Legs)
                ? new ReservationAnswer(other.Id, null)
                : Rejected(ReservationRejections.AlreadyReserved);
        return isPayable ? null : Rejected(ReservationRejections.NotPayable);
    }

    /// <summary>
    /// The same number with other content is left to the posting, which refuses it as a key used again.
    /// </summary>
    private static ReservationAnswer? Repeated(BookedEntry same, Hold wanted)
    {
        if (!same.HasLegs(wanted.Legs))
            return null;
        return same.Resolution == EntryForm.Voided
            ? Rejected(ReservationRejections.NotPayable)
            : new ReservationAnswer(same.Id, null);
    }

    private static ReservationAnswer Rejected(string code) => new(null, code);
}
