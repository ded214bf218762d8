namespace FinCode.Ledger.Model;

/// <summary>What an entry does: it posts, it reserves, or it lets a reservation go.</summary>
internal enum EntryForm
{
    Posted,
    Pending,
    Voided,
}

/// <summary>One movement: a positive amount on one side of one account.</summary>
internal sealed record Leg(string Code, Side Side, Money Amount)
{
    public AccountName Account => new(Code, Amount.Currency);

    public static Leg Debit(string code, Money amount) => new(code, Side.Debit, amount);

    public static Leg Credit(string code, Money amount) => new(code, Side.Credit, amount);

    public Leg Opposite() => this with { Side = Side == Side.Debit ? Side.Credit : Side.Debit };
}

/// <summary>The idempotency key of an entry, unique in its book for ever.</summary>
/// <param name="Transaction">The transfer that it belongs to, if any.</param>
/// <param name="Step">What is booked: one of <see cref="BookSteps"/>.</param>
/// <param name="Number">Counts repetitions of the step, from 1.</param>
internal sealed record EntryKey(string Text, TransactionId? Transaction, string Step, int Number)
{
    public static EntryKey Of(TransactionId transaction, string step, int number) =>
        new($"{transaction}:{step}:{number}", transaction, step, number);

    /// <summary>Of something that a person asked for, by the key of the request.</summary>
    public static EntryKey OfRequest(string step, string requestKey) => new($"{step}:{requestKey}", null, step, 1);
}

/// <summary>
/// A leg in the books, with the balances of its account in minor units, on the account's normal side.
/// </summary>
internal sealed record BookedLeg(Leg Leg, long PreviousBalance, long NewBalance, long NewAvailable);

/// <summary>An entry in the books.</summary>
/// <param name="Resolution">What became of a pending entry: posted, voided, or null while it is pending.</param>
/// <param name="IsReversed">Another entry takes this one back.</param>
internal sealed record BookedEntry(
    EntryId Id,
    EntryKey Key,
    EntryForm Form,
    EntryId? Resolves,
    EntryId? Reverses,
    ReadOnlyMemory<byte> ContentHash,
    DateTimeOffset BookedAt,
    IReadOnlyList<BookedLeg> Legs,
    EntryForm? Resolution = null,
    bool IsReversed = false)
{
    public bool IsPending => Form == EntryForm.Pending && Resolution is null;

    public bool HasLegs(IReadOnlyList<Leg> legs) => Legs.Select(booked => booked.Leg).SequenceEqual(legs);
}
