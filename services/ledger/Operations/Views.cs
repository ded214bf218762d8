using FinCode.Ledger.Model;

namespace FinCode.Ledger.Operations;

/// <summary>
/// An account and its balances, on its normal side. Available is the balance less what is pending to leave and less
/// liens; what is pending to come does not count.
/// </summary>
public sealed record LedgerAccount(
    string Code,
    string Currency,
    string Kind,
    string NormalSide,
    string Status,
    Money Balance,
    Money PendingIn,
    Money PendingOut,
    Money Liens,
    Money Available,
    Money? Minimum,
    Money? Maximum,
    string? Owner,
    IReadOnlyDictionary<string, string>? Metadata);

/// <param name="Side">DEBIT or CREDIT.</param>
public sealed record LedgerLeg(
    string Account, string Side, Money Amount, Money PreviousBalance, Money NewBalance, Money NewAvailable);

/// <param name="Position">Its place in the book's log; record n is leaf n - 1 of the log's tree.</param>
/// <param name="Form">POSTED, PENDING, LIEN or VOIDED.</param>
/// <param name="Resolution">POSTED or VOIDED, for an entry that was pending or a lien.</param>
public sealed record LedgerEntry(
    long Position,
    EntryId Id,
    TransactionId? TransactionId,
    string Step,
    int Number,
    string Form,
    string? Resolution,
    EntryId? ResolvesEntry,
    EntryId? ReversesEntry,
    bool IsReversed,
    DateOnly ValueDate,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset BookedAt,
    string? BookedBy,
    string? ApprovedBy,
    string? Reference,
    string? Description,
    IReadOnlyDictionary<string, string>? Metadata,
    IReadOnlyList<LedgerLeg> Legs);

/// <summary>Entries in the order of booking.</summary>
public sealed record LedgerEntries(IReadOnlyList<LedgerEntry> Items);

internal static class Views
{
    public static LedgerAccount Of(AccountBalance account)
    {
        var currency = account.Name.Currency;
        return new LedgerAccount(account.Name.Code, currency.Code, Upper(account.Class), Upper(account.NormalSide),
            Upper(account.Status), Amount(account.Balance), Amount(account.PendingIn), Amount(account.PendingOut),
            Amount(account.Liens), Amount(account.Available),
            account.Minimum is { } minimum ? Amount(minimum) : null,
            account.Maximum is { } maximum ? Amount(maximum) : null,
            account.Owner, Model.Metadata.Read(account.Metadata));

        Money Amount(long minorUnits) => new(minorUnits, currency);
    }

    public static LedgerEntry Of(BookedEntry entry) => new(
        entry.Position, entry.Id, entry.Key.Transaction, entry.Key.Step, entry.Key.Number, Upper(entry.Form),
        entry.Resolution is { } resolution ? Upper(resolution) : null,
        entry.Resolves?.Id, entry.Reverses?.Id, entry.IsReversed, entry.Details.ValueDate!.Value,
        entry.ExpiresAt, entry.BookedAt, entry.BookedBy, entry.ApprovedBy, entry.Details.Reference,
        entry.Details.Description, Model.Metadata.Read(entry.Details.Metadata), [.. entry.Legs.Select(Of)]);

    public static LedgerLeg Of(BookedLeg booked)
    {
        var currency = booked.Leg.Amount.Currency;
        return new LedgerLeg(booked.Leg.Code, Upper(booked.Leg.Side), booked.Leg.Amount,
            new Money(booked.PreviousBalance, currency), new Money(booked.NewBalance, currency),
            new Money(booked.NewAvailable, currency));
    }

    public static string Upper<TEnum>(TEnum value) where TEnum : struct, Enum => value.ToString().ToUpperInvariant();
}
