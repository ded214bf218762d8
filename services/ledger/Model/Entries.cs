namespace FinCode.Ledger.Model;

/// <summary>What an entry does: it posts, it reserves, it blocks, or it lets go what was reserved or blocked.</summary>
internal enum EntryForm
{
    Posted,
    Pending,
    Lien,
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

    /// <summary>
    /// Of something that was asked for, by the key of the request, in which no space occurs; with several entries in
    /// one request, by their number too.
    /// </summary>
    public static EntryKey OfRequest(string step, string requestKey, int number = 1) =>
        new(number == 1 ? $"{step}:{requestKey}" : $"{step}:{requestKey} {number}", null, step, number);
}

/// <summary>What an entry may say besides its legs.</summary>
/// <param name="ValueDate">From when it counts for the other side; the day of booking (UTC) when it is null.</param>
/// <param name="Reference">What the other side's statement names the movement by.</param>
/// <param name="Metadata">A JSON object of texts, its names in byte order.</param>
internal sealed record EntryDetails(
    DateOnly? ValueDate = null, string? Reference = null, string? Description = null, string? Metadata = null)
{
    public static EntryDetails None { get; } = new();
}

/// <summary>
/// A leg in the books, with the balances of its account in minor units, on the account's normal side.
/// </summary>
internal sealed record BookedLeg(Leg Leg, long PreviousBalance, long NewBalance, long NewAvailable);

/// <summary>An entry in the books.</summary>
/// <param name="Position">Its place in the book's log, from 1.</param>
/// <param name="Details">With the value date filled in.</param>
/// <param name="BookedBy">The person who asked for it, if one did; <paramref name="ApprovedBy"/> is another.</param>
/// <param name="Resolution">What became of a pending entry or a lien: posted, voided, or null while it holds.</param>
/// <param name="IsReversed">Another entry takes this one back.</param>
internal sealed record BookedEntry(
    long Position,
    EntryId Id,
    EntryKey Key,
    EntryForm Form,
    EntryTarget? Resolves,
    EntryTarget? Reverses,
    DateTimeOffset? ExpiresAt,
    EntryDetails Details,
    ReadOnlyMemory<byte> ContentHash,
    DateTimeOffset BookedAt,
    string? BookedBy,
    string? ApprovedBy,
    IReadOnlyList<BookedLeg> Legs,
    EntryForm? Resolution = null,
    bool IsReversed = false)
{
    public bool IsPending => Form == EntryForm.Pending && Resolution is null;

    public bool HasLegs(IReadOnlyList<Leg> legs) => Legs.Select(booked => booked.Leg).SequenceEqual(legs);
}

/// <summary>The entry that another one resolves or reverses.</summary>
internal readonly record struct EntryTarget(EntryId Id, long Position);
