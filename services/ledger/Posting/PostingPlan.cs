using FinCode.Ledger.Model;

namespace FinCode.Ledger.Posting;

/// <summary>
/// Works out, without I/O, what requests do to a book that is held: records and new balances, or a refusal that leaves
/// no trace. Later requests see what earlier ones did.
/// </summary>
internal sealed class PostingPlan
{
    private readonly BookMemory _memory;
    private readonly BookHead _head;
    private readonly DateTimeOffset _bookedAt;
    private readonly TimeProvider _clock;
    private readonly Dictionary<AccountName, AccountBalance> _accounts = [];
    private readonly Dictionary<EntryId, BookedEntry> _entries = [];
    private readonly Dictionary<string, EntryId> _keys = new(StringComparer.Ordinal);
    private readonly List<BookRecord> _records = [];
    private readonly Stack<Action> _undo = new();
    private PostingPlan? _before;

    /// <param name="memory">
    /// The book, which nobody else writes to until this plan is written. It is read only; the plan keeps its changes.
    /// </param>
    /// <param name="before">
    /// A closed plan that may not be in the database yet; nor may the one that it was made on, but all before that are.
    /// </param>
    /// <param name="bookedAt">Not before the head's.</param>
    public PostingPlan(BookMemory memory, PostingPlan? before, DateTimeOffset bookedAt, TimeProvider clock)
    {
        _memory = memory;
        _head = memory.Head;
        _before = before;
        _bookedAt = bookedAt;
        _clock = clock;
    }

    /// <summary>What to add to the log, in order.</summary>
    public IReadOnlyList<BookRecord> Records => _records;

    /// <summary>The accounts that the plan moves or opens, as they are after it.</summary>
    public IReadOnlyCollection<AccountBalance> Changed => _accounts.Values;

    /// <summary>The first instant at which something expires that the plan posts; null when nothing does.</summary>
    public DateTimeOffset? Expiry { get; private set; }

    /// <summary>One of <see cref="Changed"/>.</summary>
    public AccountBalance Account(AccountName name) => _accounts[name];

    /// <summary>Whether it is one of <see cref="Changed"/>.</summary>
    public bool Changes(AccountName name) => _accounts.ContainsKey(name);

    public BookedEntry? Find(EntryId id) => _entries.GetValueOrDefault(id) ?? _before?.Find(id);

    /// <summary>
    /// The entries that requests to come name by key or id, as far as they are in the database. What the plan before
    /// knows of them is newer.
    /// </summary>
    public void Learn(IEnumerable<BookedEntry> known)
    {
        foreach (var entry in known.Where(entry => Find(entry.Id) is null))
        {
            _entries.Add(entry.Id, entry);
            _keys.Add(entry.Key.Text, entry.Id);
        }
    }

    /// <summary>Nothing is added any more; what comes next is made on this plan and on the one before it.</summary>
    public void Close()
    {
        if (_before is { } before)
            before._before = null;
        _undo.Clear();
    }

    /// <summary>The legs that an instruction will have; null when it names an entry that is not there.</summary>
    public static IReadOnlyList<Leg>? LegsOf(Instruction instruction, Func<EntryId, BookedEntry?> find) =>
        instruction switch
        {
            Post post => post.Legs,
            Hold hold => hold.Legs,
            Block block => block.Legs,
            Commit commit => find(commit.Pending) is { } pending ? commit.Part ?? LegsOf(pending) : null,
            Release release => find(release.Pending) is { } pending ? LegsOf(pending) : null,
            Reverse reverse => find(reverse.Original)?.Legs.Select(booked => booked.Leg.Opposite()).ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
        };

    /// <summary>The legs that an instruction brings itself.</summary>
    public static IReadOnlyList<Leg> OwnLegsOf(Instruction instruction) => instruction switch
    {
        Post post => post.Legs,
        Hold hold => hold.Legs,
        Block block => block.Legs,
        Commit commit => commit.Part ?? [],
        _ => [],
    };

    /// <summary>All of the instructions, in order, or none.</summary>
    public PostingOutcome Add(PostingRequest request)
    {
        _undo.Clear();
        var entries = new List<BookedEntry>(request.Linked.Count);
        foreach (var instruction in request.Linked)
        {
            var (entry, refusal) = Add(instruction, request);
            if (entry is null)
            {
                while (_undo.TryPop(out var undo))
                    undo();
                return PostingOutcome.Refused(refusal!);
            }
            entries.Add(entry);
        }
        return PostingOutcome.Booked(entries);
    }

    private (BookedEntry?, Refusal?) Add(Instruction instruction, PostingRequest request)
    {
        if (LegsOf(instruction, Find) is not { } legs)
            return Refuse(RefusalCode.EntryNotFound, "There is no such entry.");
        var draft = Draft(instruction, legs);
        var hash = draft.ContentHash(request);
        if (Find(draft.Key) is { } entry)
        {
            return entry.ContentHash.Span.SequenceEqual(hash)
                ? (entry, null)
                : Refuse(RefusalCode.KeyReused, $"The key {draft.Key.Text} was used for other content.");
        }
        return PostingRules.Broken(draft, _head, _bookedAt, name => FindAccount(name) is not null) is { } refusal
            ? (null, refusal)
            : Book(draft, hash, request);
    }

    private EntryDraft Draft(Instruction instruction, IReadOnlyList<Leg> legs)
    {
        return instruction switch
        {
            Post => Of(EntryForm.Posted),
            Hold hold => Of(EntryForm.Pending, expiresAt: hold.ExpiresAt is { } expiry ? BookTime.Of(expiry) : null),
            Block block => Of(EntryForm.Lien, expiresAt: block.ExpiresAt is { } expiry ? BookTime.Of(expiry) : null),
            Commit commit => Of(EntryForm.Posted, resolves: Find(commit.Pending)),
            Release release => Of(EntryForm.Voided, resolves: Find(release.Pending)),
            Reverse reverse => Of(EntryForm.Posted, reverses: Find(reverse.Original)),
            _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
        };

        EntryDraft Of(
            EntryForm form, BookedEntry? resolves = null, BookedEntry? reverses = null,
            DateTimeOffset? expiresAt = null) =>
            new(instruction.Key, form, legs, resolves, reverses, expiresAt, instruction.Details);
    }

    private (BookedEntry?, Refusal?) Book(EntryDraft draft, byte[] hash, PostingRequest request)
    {
        LetGo(draft.Resolves);
        var legs = new BookedLeg[draft.Legs.Count];
        for (var i = 0; i < legs.Length; i++)
        {
            var leg = draft.Legs[i];
            var before = FindOrOpen(leg.Account, request);
            if (before.Status == AccountStatus.Closed
                || (before.Status == AccountStatus.Frozen && draft.Form != EntryForm.Voided))
                return Refuse(RefusalCode.AccountNotActive, $"{leg.Account} is not active.", leg.Account);
            if (draft.Form == EntryForm.Lien && leg.Side != before.LoweringSide)
                return Refuse(RefusalCode.InvalidLegs, $"A lien on {leg.Account} is on its other side.", leg.Account);
            try
            {
                var after = Move(before, draft.Form, leg);
                Set(leg.Account, after);
                legs[i] = new BookedLeg(leg, before.Balance, after.Balance, after.Available);
            }
            catch (OverflowException)
            {
                return Refuse(RefusalCode.Overflow, $"The totals of {leg.Account} would exceed 64 bits.", leg.Account);
            }
        }
        foreach (var leg in draft.Legs)
        {
            if (_accounts[leg.Account].BrokenLimit() is { } broken)
                return (null, broken);
        }
        var entry = new BookedEntry(
            NextPosition, EntryId.New(_clock), draft.Key, draft.Form, Target(draft.Resolves), Target(draft.Reverses),
            draft.ExpiresAt, draft.Details with { ValueDate = draft.ValueDate(_bookedAt) }, hash, _bookedAt,
            request.BookedBy, request.ApprovedBy, legs);
        Record(entry, draft);
        return (entry, null);
    }

    /// <summary>All that a pending entry or a lien holds, before any leg of its resolution takes effect.</summary>
    private void LetGo(BookedEntry? held)
    {
        foreach (var leg in (held?.Legs ?? []).Select(booked => booked.Leg))
        {
            var account = FindAccount(leg.Account)!;
            Set(leg.Account, held!.Form == EntryForm.Lien
                ? account.Blocked(-leg.Amount.MinorUnits)
                : account.Pending(leg.Side, -leg.Amount.MinorUnits));
        }
    }

    private static AccountBalance Move(AccountBalance account, EntryForm form, Leg leg)
    {
        var amount = leg.Amount.MinorUnits;
        var moved = form switch
        {
            EntryForm.Posted => account.Posted(leg.Side, amount),
            EntryForm.Pending => account.Pending(leg.Side, amount),
            EntryForm.Lien => account.Blocked(amount),
            _ => account,
        };
        _ = checked(moved.Balance + moved.PendingIn);
        _ = moved.Available;
        return moved;
    }

    private long NextPosition => _head.Position + _records.Count + 1;

    private AccountBalance FindOrOpen(AccountName name, PostingRequest request)
    {
        if (FindAccount(name) is { } account)
            return account;
        account = AccountBalance.Opened(
            Guid.CreateVersion7(_bookedAt), name, AccountCodes.Find(name)!);
        Set(name, account);
        AddRecord(new AccountEvent(
            NextPosition, IsOpening: true, account, _bookedAt, request.BookedBy, request.ApprovedBy));
        return account;
    }

    private AccountBalance? FindAccount(AccountName name) =>
        _accounts.GetValueOrDefault(name) ?? _memory.Find(name);

    private BookedEntry? Find(EntryKey key) =>
        _keys.TryGetValue(key.Text, out var id) ? Find(id) : _before?.Find(key);

    private void Set(AccountName name, AccountBalance after)
    {
        var before = _accounts.GetValueOrDefault(name);
        _accounts[name] = after;
        _undo.Push(() =>
        {
            if (before is null)
                _accounts.Remove(name);
            else
                _accounts[name] = before;
        });
    }

    private void Record(BookedEntry entry, EntryDraft draft)
    {
        AddRecord(new EntryRecord(entry));
        _entries.Add(entry.Id, entry);
        _keys.Add(entry.Key.Text, entry.Id);
        _undo.Push(() =>
        {
            _entries.Remove(entry.Id);
            _keys.Remove(entry.Key.Text);
        });
        if (draft.Form == EntryForm.Posted && draft.Resolves?.ExpiresAt is { } expiry && !(expiry >= Expiry))
            Expiry = expiry;
        if (draft.Resolves is { } held)
            Replace(held, held with { Resolution = entry.Form });
        if (draft.Reverses is { } original)
            Replace(original, original with { IsReversed = true });
    }

    private void AddRecord(BookRecord record)
    {
        _records.Add(record);
        _undo.Push(() => _records.RemoveAt(_records.Count - 1));
    }

    private void Replace(BookedEntry before, BookedEntry after)
    {
        // One that only the plan before knew is put over it, and stays: it is what that one left. So does its key, for
        // the plan after this one.
        _entries[before.Id] = after;
        _keys[before.Key.Text] = before.Id;
        _undo.Push(() => _entries[before.Id] = before);
    }

    private static Leg[] LegsOf(BookedEntry entry) => [.. entry.Legs.Select(booked => booked.Leg)];

    private static EntryTarget? Target(BookedEntry? entry) =>
        entry is null ? null : new EntryTarget(entry.Id, entry.Position);

    private static (BookedEntry?, Refusal?) Refuse(RefusalCode code, string detail, AccountName? account = null) =>
        (null, new Refusal(code, detail, account));
}
