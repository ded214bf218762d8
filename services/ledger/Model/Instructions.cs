using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FinCode.Ledger.Model;

/// <summary>What the books are asked to do. Each becomes one entry under its key.</summary>
internal abstract record Instruction(EntryKey Key)
{
    public EntryDetails Details { get; init; } = EntryDetails.None;
}

/// <summary>Book these legs.</summary>
internal sealed record Post(EntryKey Key, IReadOnlyList<Leg> Legs) : Instruction(Key);

/// <summary>Reserve these legs: pending until committed or voided, or until it expires, if it does.</summary>
internal sealed record Hold(EntryKey Key, IReadOnlyList<Leg> Legs, DateTimeOffset? ExpiresAt = null)
    : Instruction(Key);

/// <summary>
/// Block money where it stands: each leg, on the side that lowers its account, takes it out of what is available.
/// </summary>
internal sealed record Block(EntryKey Key, IReadOnlyList<Leg> Legs, DateTimeOffset? ExpiresAt = null)
    : Instruction(Key);

/// <summary>
/// Post a pending entry: in full, or the given part (the same accounts and sides, each amount at most what was held);
/// what is not posted is let go.
/// </summary>
internal sealed record Commit(EntryKey Key, EntryId Pending, IReadOnlyList<Leg>? Part = null) : Instruction(Key);

/// <summary>Let a pending entry or a lien go.</summary>
internal sealed record Release(EntryKey Key, EntryId Pending) : Instruction(Key);

/// <summary>Take a posted entry back by one with the sides exchanged; once only.</summary>
internal sealed record Reverse(EntryKey Key, EntryId Original) : Instruction(Key);

/// <summary>Instructions of one caller, booked all together or not at all.</summary>
/// <param name="BookedBy">The person who asked for them; null for what the platform does by itself.</param>
/// <param name="ApprovedBy">The other person, where one is needed.</param>
/// <param name="IsOneContent">
/// The caller's key stands for all of them together: fewer or more under the same key is other content.
/// </param>
internal sealed record PostingRequest(
    IReadOnlyList<Instruction> Linked, string? BookedBy = null, string? ApprovedBy = null, bool IsOneContent = false);

/// <summary>An entry about to be booked, with the entry that it resolves or reverses filled in.</summary>
internal sealed record EntryDraft(
    EntryKey Key, EntryForm Form, IReadOnlyList<Leg> Legs, BookedEntry? Resolves, BookedEntry? Reverses,
    DateTimeOffset? ExpiresAt, EntryDetails Details)
{
    private const string HashVersion = "2";

    public DateOnly ValueDate(DateTimeOffset bookedAt) =>
        Details.ValueDate ?? DateOnly.FromDateTime(bookedAt.UtcDateTime);

    /// <summary>
    /// SHA-256 over everything that the caller decides; two requests are the same when it is the same.
    /// </summary>
    public byte[] ContentHash(PostingRequest request)
    {
        var text = new StringBuilder(HashVersion).Append('\n')
            .Append(Key.Text).Append('\n').Append(Form).Append('\n').Append(Resolves?.Id).Append('\n')
            .Append(Reverses?.Id).Append('\n');
        foreach (var leg in Legs)
        {
            text.Append(leg.Side == Side.Debit ? 'D' : 'C').Append(' ')
                .Append(leg.Amount.MinorUnits.ToString(CultureInfo.InvariantCulture)).Append(' ')
                .Append(leg.Amount.Currency.Code).Append(' ').Append(leg.Code).Append('\n');
        }
        text.Append(ExpiresAt?.UtcTicks).Append('\n').Append(Details.ValueDate?.DayNumber).Append('\n');
        foreach (var free in new[] { Details.Reference, Details.Description, Details.Metadata })
            text.Append(free?.Length ?? -1).Append(':').Append(free).Append('\n');
        if (request.IsOneContent)
            text.Append(request.Linked.Count).Append('\n');
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

/// <summary>Why the books refuse. Nothing was booked then.</summary>
internal enum RefusalCode
{
    InvalidRequest,
    InvalidLegs,
    UnknownAccount,
    Unbalanced,
    InsufficientFunds,
    MaximumExceeded,
    AccountNotActive,
    Overflow,
    KeyReused,
    EntryNotFound,
    NotPending,
    AlreadyResolved,
    NotReversible,
    AlreadyReversed,
    PeriodClosed,
    EntryExpired,
}

/// <param name="Account">The account that stands in the way, if one does.</param>
internal sealed record Refusal(RefusalCode Code, string Detail, AccountName? Account = null);

/// <summary>
/// What became of linked instructions: an entry for each (the first one's, when a key was used before with the same
/// content), or a refusal of all.
/// </summary>
internal sealed record PostingOutcome(IReadOnlyList<BookedEntry> Entries, Refusal? Refusal)
{
    public static PostingOutcome Booked(IReadOnlyList<BookedEntry> entries) => new(entries, null);

    public static PostingOutcome Refused(Refusal refusal) => new([], refusal);
}
