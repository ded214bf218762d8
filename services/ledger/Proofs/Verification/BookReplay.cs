namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Goes through the records of one book in their order and derives everything from them: balances, what is held,
/// limits, days, periods. Throws at the first record that breaks a rule.
/// </summary>
internal sealed class BookReplay : IDisposable
{
    private static readonly DateTime s_beginning = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly Dictionary<LoggedName, VerifiedAccount> _accounts = [];
    private readonly EntryReplay _entries;
    private readonly DuplicateFinder _keys = new();
    private readonly DuplicateFinder _ids = new();

    public BookReplay() => _entries = new EntryReplay(this);

    public Guid Book { get; private set; }

    /// <summary>The last record that was taken.</summary>
    public long Position { get; private set; }

    public DateTime BookedAt { get; private set; }

    public DateOnly? ClosedUntil { get; private set; }

    public IReadOnlyCollection<VerifiedAccount> Accounts => _accounts.Values;

    public long Entries { get; private set; }

    /// <summary>Accounts on which something was held or let go since somebody emptied this.</summary>
    public HashSet<VerifiedAccount> HoldsChanged { get; } = [];

    /// <summary>What the book says of rows beside its log, in order.</summary>
    public List<LoggedSeal> Seals { get; } = [];

    public void Begin(Guid book)
    {
        Book = book;
        Position = 0;
        Entries = 0;
        BookedAt = s_beginning;
        ClosedUntil = null;
        _accounts.Clear();
        HoldsChanged.Clear();
        Seals.Clear();
        _entries.Clear();
        _keys.Clear();
        _ids.Clear();
    }

    /// <summary>Records are without gaps; what comes next is known before it is read.</summary>
    public void Expect(long position)
    {
        if (position == Position)
            throw new WrongBookException(Book, position, "two records have this position");
        if (position != Position + 1)
            throw new WrongBookException(
                Book, Position + 1, $"the record is missing; the next one has position {position}");
    }

    /// <exception cref="WrongBookException">The record breaks a rule.</exception>
    public void Take(LogRecord record)
    {
        if (record.Book != Book)
            throw Wrong(record, $"the record says it is of the book {record.Book}");
        Expect(record.Position);
        if (record.BookedAt < BookedAt)
            throw Wrong(record, $"bookedAt goes back, from {BookedAt:O} to {record.BookedAt:O}");
        if (record.ApprovedBy is not null && (record.BookedBy is null || record.BookedBy == record.ApprovedBy))
            throw Wrong(record, "approvedBy is not a second person beside bookedBy");
        try
        {
            Apply(record);
        }
        catch (OverflowException)
        {
            throw Wrong(record, "a total of an account goes beyond 64 bits");
        }
        Position = record.Position;
        BookedAt = record.BookedAt;
    }

    /// <summary>What only shows when the whole book is known.</summary>
    public void Finish()
    {
        if (_keys.Find() is var (key, before))
            throw new WrongBookException(Book, key, $"the key is that of the entry at position {before}");
        if (_ids.Find() is var (id, earlier))
            throw new WrongBookException(Book, id, $"the id is that of the entry at position {earlier}");
    }

    public VerifiedAccount? Find(LoggedName name) => _accounts.GetValueOrDefault(name);

    public void Dispose()
    {
        _entries.Dispose();
        _keys.Dispose();
        _ids.Dispose();
    }

    private void Apply(LogRecord record)
    {
        switch (record)
        {
            case LoggedEntry entry:
                _entries.Take(entry);
                _keys.Add(entry.Key, entry.Position);
                _ids.Add(entry.Id, entry.Position);
                Entries++;
                break;
            case LoggedAccount account:
                Take(account);
                _entries.Pass();
                break;
            case LoggedPeriod period:
                if (period.Until < ClosedUntil)
                    throw Wrong(record, $"until opens a period again that was closed up to {ClosedUntil:O}");
                ClosedUntil = period.Until;
                _entries.Pass();
                break;
            case LoggedSeal seal:
                Seals.Add(seal);
                _entries.Pass();
                break;
        }
    }

    private void Take(LoggedAccount account)
    {
        if (account.Class is not ("ASSET" or "LIABILITY" or "POSITION" or "INCOME" or "EXPENSE"))
            throw Wrong(account, $"there is no class {account.Class}");
        if (account.Status is not (AccountStatuses.Activated or AccountStatuses.Frozen or AccountStatuses.Closed))
            throw Wrong(account, $"there is no status {account.Status}");
        var name = account.Name;
        if (account.IsOpening)
        {
            if (!_accounts.TryAdd(name, new VerifiedAccount(_accounts.Count, account)))
                throw Wrong(account, $"the account {account.Account} in {account.Currency} was opened before");
        }
        else
        {
            if (!_accounts.TryGetValue(name, out var known))
                throw Wrong(account, $"the account {account.Account} in {account.Currency} was never opened");
            if (known.Terms.IsDebitNormal != account.IsDebitNormal || known.Terms.Class != account.Class)
                throw Wrong(account, "normalSide and class of an account never change");
            known.Terms = account;
        }
        if (_accounts[name].Violation() is { } violation)
            throw Wrong(account, $"account {account.Account} in {account.Currency}: {violation}");
    }

    private WrongBookException Wrong(LogRecord record, string what) => new(Book, record.Position, what);
}
