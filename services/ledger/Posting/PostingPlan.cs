using System.Collections.Immutable;
using FinCode.Ledger.Model;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Works out, without I/O, what a batch of linked instructions does to locked accounts: entries and new balances, or a
/// refusal that leaves no trace. Later groups of the batch see what earlier ones did.
/// </summary>
internal sealed class PostingPlan(
    IEnumerable<AccountBalance> accounts, IEnumerable<BookedEntry> known, DateTimeOffset bookedAt, TimeProvider clock)
{
    public const int MaxLegsPerEntry = 1_000;
    private const int MinLegsPerEntry = 2;

    private Books _books = new(
        accounts.ToImmutableDictionary(account => account.Name),
        known.ToImmutableDictionary(entry => entry.Id),
        known.ToImmutableDictionary(entry => entry.Key.Text, entry => entry.Id, StringComparer.Ordinal),
        []);

    /// <summary>The entries to write, in order.</summary>
    public IReadOnlyList<BookedEntry> NewEntries => _books.New;

    public IEnumerable<AccountBalance> ChangedAccounts => _books.New
        .SelectMany(entry => entry.Legs).Select(leg => leg.Leg.Account).Distinct().Select(Account);

    public AccountBalance Account(AccountName name) => _books.Accounts[name];

    /// <summary>The legs that an instruction will have; null when it names an entry that is not there.</summary>
    public static IReadOnlyList<Leg>? LegsOf(Instruction instruction, Func<EntryId, BookedEntry?> find) =>
        instruction switch
        {
            Post post => post.Legs,
            Hold hold => hold.Legs,
            Commit commit => find(commit.Pending)?.Legs.Select(booked => booked.Leg).ToArray(),
            Release release => find(release.Pending)?.Legs.Select(booked => booked.Leg).ToArray(),
            Reverse reverse => find(reverse.Original)?.Legs.Select(booked => booked.Leg.Opposite()).ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
        };

    /// <summary>All of the instructions, in order, or none.</summary>
    public PostingOutcome Add(IReadOnlyList<Instruction> linked)
    {
        var before = _books;
        var entries = new List<BookedEntry>(linked.Count);
        foreach (var instruction in linked)
        {
            var (entry, refusal) = Add(instruction);
            if (entry is null)
            {
                _books = before;
                return PostingOutcome.Refused(refusal!);
            }
            entries.Add(entry);
        }
        return PostingOutcome.Booked(entries);
    }

    private (BookedEntry?, Refusal?) Add(Instruction instruction)
    {
        if (LegsOf(instruction, id => _books.Entries.GetValueOrDefault(id)) is not { } legs)
            return Refuse(RefusalCode.EntryNotFound, "There is no such entry.");
        var draft = instruction switch
        {
            Post => new EntryDraft(instruction.Key, EntryForm.Posted, legs, null, null),
            Hold => new EntryDraft(instruction.Key, EntryForm.Pending, legs, null, null),
            Commit commit => new EntryDraft(instruction.Key, EntryForm.Posted, legs, commit.Pending, null),
            Release release => new EntryDraft(instruction.Key, EntryForm.Voided, legs, release.Pending, null),
            Reverse reverse => new EntryDraft(instruction.Key, EntryForm.Posted, legs, null, reverse.Original),
            _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
        };
        var hash = draft.ContentHash();
        if (_books.Keys.TryGetValue(draft.Key.Text, out var earlier))
        {
            var entry = _books.Entries[earlier];
            return entry.ContentHash.Span.SequenceEqual(hash)
                ? (entry, null)
                : Refuse(RefusalCode.KeyReused, $"The key {draft.Key.Text} was used for other content.");
        }
        return (LegsRefusal(draft.Legs) ?? TargetRefusal(draft)) is { } refusal ? (null, refusal) : Book(draft, hash);
    }

    private (BookedEntry?, Refusal?) Book(EntryDraft draft, byte[] hash)
    {
        var accounts = _books.Accounts;
        var legs = new List<BookedLeg>(draft.Legs.Count);
        foreach (var leg in draft.Legs)
        {
            var before = accounts[leg.Account];
            if (before.Status != AccountStatus.Activated)
                return Refuse(RefusalCode.AccountNotActive, $"{leg.Account} is not active.", leg.Account);
            try
            {
                var after = Move(before, draft, leg);
                accounts = accounts.SetItem(leg.Account, after);
                legs.Add(new BookedLeg(leg, before.Balance, after.Balance, after.Available));
            }
            catch (OverflowException)
            {
                return Refuse(RefusalCode.Overflow, $"The totals of {leg.Account} would exceed 64 bits.", leg.Account);
            }
        }
        foreach (var name in draft.Legs.Select(leg => leg.Account))
        {
            if (accounts[name].BrokenLimit() is { } broken)
                return (null, broken);
        }
        var entry = new BookedEntry(
            EntryId.New(clock), draft.Key, draft.Form, draft.Resolves, draft.Reverses, hash, bookedAt, legs);
        _books = _books.With(entry, accounts);
        return (entry, null);
    }

    private static AccountBalance Move(AccountBalance account, EntryDraft draft, Leg leg)
    {
        var amount = leg.Amount.MinorUnits;
        var released = draft.Resolves is null ? account : account.Pending(leg.Side, -amount);
        var moved = draft.Form switch
        {
            EntryForm.Posted => released.Posted(leg.Side, amount),
            EntryForm.Pending => released.Pending(leg.Side, amount),
            _ => released,
        };
        _ = checked(moved.Balance + moved.PendingIn);
        _ = moved.Available;
        return moved;
    }

    private static Refusal? LegsRefusal(IReadOnlyList<Leg> legs)
    {
        if (legs.Count is < MinLegsPerEntry or > MaxLegsPerEntry)
            return new Refusal(RefusalCode.InvalidLegs, $"An entry has {MinLegsPerEntry} to {MaxLegsPerEntry} legs.");
        var sums = new Dictionary<Currency, Int128>();
        foreach (var leg in legs)
        {
            if (!leg.Amount.IsPositive)
                return new Refusal(RefusalCode.InvalidLegs, "The amount of a leg is more than zero.", leg.Account);
            if (AccountCodes.Find(leg.Account) is null)
                return new Refusal(RefusalCode.UnknownAccount, $"There is no account {leg.Account}.", leg.Account);
            var signed = leg.Side == Side.Debit ? (Int128)leg.Amount.MinorUnits : -(Int128)leg.Amount.MinorUnits;
            sums[leg.Amount.Currency] = sums.GetValueOrDefault(leg.Amount.Currency) + signed;
        }
        var uneven = sums.Where(sum => sum.Value != 0).Select(sum => sum.Key.Code).Order(StringComparer.Ordinal)
            .ToArray();
        return uneven.Length == 0
            ? null
            : new Refusal(RefusalCode.Unbalanced, $"Debits and credits differ in {string.Join(", ", uneven)}.");
    }

    private Refusal? TargetRefusal(EntryDraft draft)
    {
        if (draft.Resolves is { } pending)
        {
            var target = _books.Entries[pending];
            if (target.Form != EntryForm.Pending)
                return new Refusal(RefusalCode.NotPending, "Only a pending entry is posted or voided.");
            if (target.Resolution is not null)
                return new Refusal(RefusalCode.AlreadyResolved, "The pending entry was posted or voided before.");
        }
        if (draft.Reverses is { } original)
        {
            var target = _books.Entries[original];
            if (target.Form != EntryForm.Posted || target.Reverses is not null)
                return new Refusal(RefusalCode.NotReversible, "Only a posted entry that is no reversal is reversed.");
            if (target.IsReversed)
                return new Refusal(RefusalCode.AlreadyReversed, "The entry was reversed before.");
        }
        return null;
    }

    private static (BookedEntry?, Refusal?) Refuse(RefusalCode code, string detail, AccountName? account = null) =>
        (null, new Refusal(code, detail, account));

    /// <summary>
    /// What the plan knows after each entry; going back to an earlier value undoes the entries since.
    /// </summary>
    private sealed record Books(
        ImmutableDictionary<AccountName, AccountBalance> Accounts,
        ImmutableDictionary<EntryId, BookedEntry> Entries,
        ImmutableDictionary<string, EntryId> Keys,
        ImmutableList<BookedEntry> New)
    {
        public Books With(BookedEntry entry, ImmutableDictionary<AccountName, AccountBalance> accounts)
        {
            var entries = Entries.Add(entry.Id, entry);
            if (entry.Resolves is { } pending)
                entries = entries.SetItem(pending, entries[pending] with { Resolution = entry.Form });
            if (entry.Reverses is { } original)
                entries = entries.SetItem(original, entries[original] with { IsReversed = true });
            return new Books(accounts, entries, Keys.Add(entry.Key.Text, entry.Id), New.Add(entry));
        }
    }
}
