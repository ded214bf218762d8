using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FinCode.Ledger.Model;

/// <summary>What the books are asked to do. Each becomes one entry under its key.</summary>
internal abstract record Instruction(EntryKey Key);

/// <summary>Book these legs.</summary>
internal sealed record Post(EntryKey Key, IReadOnlyList<Leg> Legs) : Instruction(Key);

/// <summary>Reserve these legs: pending until committed or voided.</summary>
internal sealed record Hold(EntryKey Key, IReadOnlyList<Leg> Legs) : Instruction(Key);

/// <summary>Post a pending entry in full.</summary>
internal sealed record Commit(EntryKey Key, EntryId Pending) : Instruction(Key);

/// <summary>Let a pending entry go.</summary>
internal sealed record Release(EntryKey Key, EntryId Pending) : Instruction(Key);

/// <summary>Take a posted entry back by one with the sides exchanged; once only.</summary>
internal sealed record Reverse(EntryKey Key, EntryId Original) : Instruction(Key);

/// <summary>An entry about to be booked, with the entry that it resolves or reverses filled in.</summary>
internal sealed record EntryDraft(
    EntryKey Key, EntryForm Form, IReadOnlyList<Leg> Legs, EntryId? Resolves, EntryId? Reverses)
{
    private const string HashVersion = "1";

    /// <summary>
    /// SHA-256 over everything that the caller decides; two requests are the same when it is the same.
    /// </summary>
    public byte[] ContentHash()
    {
        var text = new StringBuilder(HashVersion).Append('\n')
            .Append(Key.Text).Append('\n').Append(Form).Append('\n').Append(Resolves).Append('\n')
            .Append(Reverses).Append('\n');
        foreach (var leg in Legs)
        {
            text.Append(leg.Side == Side.Debit ? 'D' : 'C').Append(' ')
                .Append(leg.Amount.MinorUnits.ToString(CultureInfo.InvariantCulture)).Append(' ')
                .Append(leg.Amount.Currency.Code).Append(' ').Append(leg.Code).Append('\n');
        }
        return SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()));
    }
}

/// <summary>Why the books refuse. Nothing was booked then.</summary>
internal enum RefusalCode
{
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
