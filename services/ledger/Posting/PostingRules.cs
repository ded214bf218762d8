using FinCode.Ledger.Model;

namespace FinCode.Ledger.Posting;

/// <summary>What an entry has to be, whatever the balances are.</summary>
internal static class PostingRules
{
    public const int MaxLegsPerEntry = 1_000;
    public const int MaxLegsPerRequest = 8_192;
    public const int MaxKeyLength = 400;
    private const int MinLegsPerEntry = 2;
    private const int MinLegsPerBlock = 1;

    /// <summary>
    /// What is wrong with a request by itself, before any book is looked at. What the database could not even be asked
    /// would fail those that share a batch with it.
    /// </summary>
    public static Refusal? OfRequest(PostingRequest request)
    {
        if (request.Linked.Count is 0 or > LedgerPosting.MaxInstructions)
            return new Refusal(
                RefusalCode.InvalidRequest, $"A request has 1 to {LedgerPosting.MaxInstructions} entries.");
        if (request.Linked.Sum(one => (long)PostingPlan.OwnLegsOf(one).Count) > MaxLegsPerRequest)
            return new Refusal(RefusalCode.InvalidLegs, $"A request has at most {MaxLegsPerRequest} legs.");
        if (request.ApprovedBy is not null && (request.BookedBy is null || request.ApprovedBy == request.BookedBy))
            return new Refusal(RefusalCode.InvalidRequest, "Who approves is not who asked for it.");
        if (!IsText(request.BookedBy) || !IsText(request.ApprovedBy))
            return NoText("The name of a person");
        foreach (var instruction in request.Linked)
        {
            var key = instruction.Key;
            if (key.Text.Length is 0 or > MaxKeyLength || key.Step.Length == 0 || key.Number < 1)
                return new Refusal(RefusalCode.InvalidRequest, $"A key has 1 to {MaxKeyLength} characters.");
            var details = instruction.Details;
            if (!new[] { key.Text, key.Step, details.Reference, details.Description, details.Metadata }.All(IsText))
                return NoText("A text");
            if (!PostingPlan.OwnLegsOf(instruction).All(leg => IsText(leg.Code)))
                return NoText("The code of an account");
        }
        return null;

        static Refusal NoText(string what) =>
            new(RefusalCode.InvalidRequest, $"{what} holds U+0000 or half of a character.");
    }

    /// <summary>The first rule that the draft breaks, or null.</summary>
    /// <param name="exists">Whether an account stands in the book; one with a known family need not.</param>
    public static Refusal? Broken(
        EntryDraft draft, BookHead head, DateTimeOffset bookedAt, Func<AccountName, bool> exists) =>
        OfTarget(draft, bookedAt) ?? OfLegs(draft, exists) ?? OfDates(draft, head, bookedAt);

    private static Refusal? OfLegs(EntryDraft draft, Func<AccountName, bool> exists)
    {
        var minimum = draft.Form == EntryForm.Lien || draft.Resolves?.Form == EntryForm.Lien
            ? MinLegsPerBlock : MinLegsPerEntry;
        if (draft.Legs.Count < minimum || draft.Legs.Count > MaxLegsPerEntry)
            return new Refusal(RefusalCode.InvalidLegs, $"An entry has {minimum} to {MaxLegsPerEntry} legs.");
        var sums = new Dictionary<Currency, Int128>();
        foreach (var leg in draft.Legs)
        {
            if (!leg.Amount.IsPositive)
                return new Refusal(RefusalCode.InvalidLegs, "The amount of a leg is more than zero.", leg.Account);
            if (!exists(leg.Account) && AccountCodes.Find(leg.Account) is null)
                return new Refusal(RefusalCode.UnknownAccount, $"There is no account {leg.Account}.", leg.Account);
            var signed = leg.Side == Side.Debit ? (Int128)leg.Amount.MinorUnits : -(Int128)leg.Amount.MinorUnits;
            sums[leg.Amount.Currency] = sums.GetValueOrDefault(leg.Amount.Currency) + signed;
        }
        if (draft.Form is EntryForm.Lien or EntryForm.Voided)
            return null;
        var uneven = sums.Where(sum => sum.Value != 0).Select(sum => sum.Key.Code).Order(StringComparer.Ordinal)
            .ToArray();
        return uneven.Length == 0
            ? null
            : new Refusal(RefusalCode.Unbalanced, $"Debits and credits differ in {string.Join(", ", uneven)}.");
    }

    private static Refusal? OfTarget(EntryDraft draft, DateTimeOffset bookedAt)
    {
        if (draft.Resolves is { } held)
        {
            if (!(held.Form == EntryForm.Pending || (held.Form == EntryForm.Lien && draft.Form == EntryForm.Voided)))
                return new Refusal(RefusalCode.NotPending, "Only a pending entry is posted or voided.");
            if (held.Resolution is not null)
                return new Refusal(RefusalCode.AlreadyResolved, "The pending entry was posted or voided before.");
            if (draft.Form == EntryForm.Posted && held.ExpiresAt <= bookedAt)
                return new Refusal(RefusalCode.EntryExpired, "The pending entry has expired.");
            if (!IsPartOf(draft.Legs, held))
                return new Refusal(RefusalCode.InvalidLegs,
                    "A part has the accounts and sides of the pending entry, and no amount above what is held.");
        }
        if (draft.Reverses is { } target)
        {
            if (target.Form != EntryForm.Posted || target.Reverses is not null)
                return new Refusal(RefusalCode.NotReversible, "Only a posted entry that is no reversal is reversed.");
            if (target.IsReversed)
                return new Refusal(RefusalCode.AlreadyReversed, "The entry was reversed before.");
        }
        return null;
    }

    private static Refusal? OfDates(EntryDraft draft, BookHead head, DateTimeOffset bookedAt)
    {
        if (draft.ValueDate(bookedAt) <= head.ClosedUntil)
            return new Refusal(
                RefusalCode.PeriodClosed, $"The books are closed up to {head.ClosedUntil:yyyy-MM-dd}.");
        return draft.ExpiresAt <= bookedAt
            ? new Refusal(RefusalCode.EntryExpired, "It would have expired already.")
            : null;
    }

    /// <summary>What the database takes as text: no U+0000, and surrogates in pairs only.</summary>
    private static bool IsText(string? text)
    {
        if (text is null)
            return true;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || char.IsLowSurrogate(text[i]))
                return false;
            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
                return false;
        }
        return true;
    }

    private static bool IsPartOf(IReadOnlyList<Leg> legs, BookedEntry held) =>
        legs.Count == held.Legs.Count && legs.Zip(held.Legs).All(pair =>
            pair.First.Account == pair.Second.Leg.Account && pair.First.Side == pair.Second.Leg.Side
            && pair.First.Amount <= pair.Second.Leg.Amount);
}
