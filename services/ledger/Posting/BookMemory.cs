using FinCode.Ledger.Model;

namespace FinCode.Ledger.Posting;

/// <summary>
/// What a process remembers of a book: accounts as they are at a place in its log. It holds for as long as the head of
/// the book is there; whoever holds the head compares before writing anything. One user at a time.
/// </summary>
internal sealed class BookMemory(BookHead head)
{
    /// <summary>Some hundred bytes each. A memory that has more is given up for a fresh one.</summary>
    private const int MaxAccounts = 50_000;

    private readonly Dictionary<AccountName, AccountBalance> _accounts = [];

    public BookHead Head { get; private set; } = head;

    public bool IsFull => _accounts.Count >= MaxAccounts;

    public bool Knows(AccountName name) => _accounts.ContainsKey(name);

    public AccountBalance? Find(AccountName name) => _accounts.GetValueOrDefault(name);

    /// <summary>Accounts as the database has them.</summary>
    public void Learn(IEnumerable<AccountBalance> accounts)
    {
        foreach (var account in accounts)
            _accounts[account.Name] = account;
    }

    /// <summary>The book goes on, with these accounts changed.</summary>
    public void MoveTo(BookHead next, IEnumerable<AccountBalance> changed)
    {
        Head = next;
        Learn(changed);
    }
}
