using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>What entries may be and do (docs/ledger-log.md, "What entries do to balances").</summary>
internal sealed class EntryReplay(BookReplay book) : IDisposable
{
    /// <summary>Pending entries and liens that are neither posted nor let go yet.</summary>
    private readonly Dictionary<long, (LoggedEntry Entry, VerifiedAccount[] Accounts)> _held = [];

    private readonly EntryFacts _facts = new();

    /// <summary>The accounts of the legs of the entry that is looked at.</summary>
    private readonly List<VerifiedAccount> _accounts = [];

    public void Clear()
    {
        _held.Clear();
        _facts.Clear();
    }

    /// <summary>A record that is no entry takes a position as well.</summary>
    public void Pass() => _facts.Add(EntryFacts.Fact.NotAnEntry, stackalloc byte[SHA256.HashSizeInBytes]);

    public void Take(LoggedEntry entry)
    {
        CheckForm(entry);
        FindAccounts(entry);
        var accounts = CollectionsMarshal.AsSpan(_accounts);
        if (entry.Kind is EntryKinds.Posted or EntryKinds.Pending)
            CheckBalanced(entry);
        if (entry.Resolves is { } resolved)
            LetGo(entry, resolved);
        if (entry.Reverses is { } reversed)
            Reverse(entry, accounts, reversed);
        for (var i = 0; i < accounts.Length; i++)
            Move(entry, i, accounts[i]);
        for (var i = 0; i < accounts.Length; i++)
        {
            if (accounts[i].Violation() is { } violation)
                throw Wrong(
                    entry, i, $"account {accounts[i].Terms.Account} in {accounts[i].Terms.Currency}: {violation}");
        }
        if (entry.Kind is EntryKinds.Pending or EntryKinds.Lien)
            _held.Add(entry.Position, (entry, accounts.ToArray()));
        Remember(entry, accounts);
    }

    public void Dispose() => _facts.Dispose();

    private void CheckForm(LoggedEntry entry)
    {
        var isHold = entry.Kind is EntryKinds.Pending or EntryKinds.Lien;
        if (!isHold && entry.Kind is not (EntryKinds.Posted or EntryKinds.Voided))
            throw Wrong(entry, $"there is no kind {entry.Kind}");
        if (entry.Key.Length == 0 || entry.Number < 1 || entry.ContentHash.Length != SHA256.HashSizeInBytes)
            throw Wrong(entry, "key, number or contentHash is not of the described form");
        if (isHold && (entry.Resolves ?? entry.Reverses) is not null)
            throw Wrong(entry, "resolves or reverses is given by an entry that only holds");
        if (entry is { Kind: EntryKinds.Voided, Resolves: null } or { Kind: EntryKinds.Voided, Reverses: not null }
            or { Resolves: not null, Reverses: not null })
            throw Wrong(entry, "resolves and reverses do not fit the kind of the entry");
        if (entry.Resolves is < 1 || entry.Resolves >= entry.Position)
            throw Wrong(entry, $"resolves names position {entry.Resolves}, which is not before it");
        if (entry.Reverses is < 1 || entry.Reverses >= entry.Position)
            throw Wrong(entry, $"reverses names position {entry.Reverses}, which is not before it");
        if (entry.ExpiresAt is not null && !isHold)
            throw Wrong(entry, "expiresAt is given by an entry that does not hold anything");
        if (entry.ValueDate <= book.ClosedUntil)
            throw Wrong(
                entry, $"valueDate {entry.ValueDate:O} is in a period that is closed up to {book.ClosedUntil:O}");
        if (entry.Legs.Length < (entry.Kind is EntryKinds.Lien or EntryKinds.Voided ? 1 : 2))
            throw Wrong(entry, "it has too few legs");
    }

    private void FindAccounts(LoggedEntry entry)
    {
        _accounts.Clear();
        for (var i = 0; i < entry.Legs.Length; i++)
        {
            ref readonly var leg = ref entry.Legs[i];
            var (code, currency) = (leg.Account.Code, leg.Account.Currency);
            var account = book.Find(leg.Account)
                ?? throw Wrong(entry, i, $"the account {code} in {currency} was not opened before");
            if (leg.Amount < 1)
                throw Wrong(entry, i, $"amount {leg.Amount} is not more than zero");
            if (account.Terms.Status == AccountStatuses.Closed
                || (account.Terms.Status == AccountStatuses.Frozen && entry.Kind != EntryKinds.Voided))
                throw Wrong(entry, i, $"the account {code} in {currency} is {account.Terms.Status}");
            if (entry.Kind == EntryKinds.Lien && leg.IsDebit == account.Terms.IsDebitNormal)
                throw Wrong(entry, i, "side of a lien is not the one that lowers the account");
            _accounts.Add(account);
        }
    }

    private static void CheckBalanced(LoggedEntry entry)
    {
        var hasOneCurrency = true;
        foreach (ref readonly var leg in entry.Legs.AsSpan())
        {
            var difference = Int128.Zero;
            foreach (ref readonly var other in entry.Legs.AsSpan())
            {
                if (other.Account.Currency == leg.Account.Currency)
                    difference += other.IsDebit ? other.Amount : -(Int128)other.Amount;
                else
                    hasOneCurrency = false;
            }
            if (difference != 0)
                throw Wrong(
                    entry, $"debits and credits in {leg.Account.Currency} differ by {difference}: side or amount of a "
                    + "leg");
            if (hasOneCurrency)
                return;
        }
    }

    private void LetGo(LoggedEntry entry, long position)
    {
        if (!_held.Remove(position, out var held))
            throw Wrong(entry, $"resolves names position {position}, which holds nothing, or nothing any more");
        var target = held.Entry;
        if (entry.Kind == EntryKinds.Posted && target.Kind == EntryKinds.Lien)
            throw Wrong(entry, $"resolves names the lien at position {position}, which cannot be posted");
        if (entry.Kind == EntryKinds.Posted && target.ExpiresAt <= entry.BookedAt)
            throw Wrong(entry, $"resolves names position {position}, which had expired");
        if (entry.Legs.Length != target.Legs.Length)
            throw Wrong(entry, $"its legs are not those of position {position} that it resolves");
        for (var i = 0; i < target.Legs.Length; i++)
        {
            var (own, other) = (entry.Legs[i], target.Legs[i]);
            if (!own.Account.Equals(other.Account) || own.IsDebit != other.IsDebit)
                throw Wrong(entry, i, $"account or side is not that of position {position} that it resolves");
            if (own.Amount > other.Amount || (entry.Kind == EntryKinds.Voided && own.Amount != other.Amount))
                throw Wrong(
                    entry, i, $"amount {own.Amount} does not fit the {other.Amount} held at position {position}");
        }
        for (var i = 0; i < target.Legs.Length; i++)
            Hold(held.Accounts[i], target.Kind, target.Legs[i].IsDebit, -target.Legs[i].Amount);
    }

    private void Reverse(LoggedEntry entry, ReadOnlySpan<VerifiedAccount> accounts, long position)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        EntryFacts.Digest(entry.Legs, accounts, exchanged: true, digest);
        if (_facts.Reverse(position, digest) is { } wrong)
            throw Wrong(entry, $"reverses names position {position}: {wrong}");
    }

    private void Hold(VerifiedAccount account, string kind, bool isDebit, long amount)
    {
        account.Hold(kind == EntryKinds.Lien, isDebit, amount);
        book.HoldsChanged.Add(account);
    }

    private void Move(LoggedEntry entry, int index, VerifiedAccount account)
    {
        ref readonly var leg = ref entry.Legs[index];
        if (leg.PreviousBalance != account.Balance)
            throw Wrong(entry, index, $"previousBalance {leg.PreviousBalance} is not the balance {account.Balance}");
        if (entry.Kind == EntryKinds.Posted)
            account.Post(leg.IsDebit, leg.Amount, entry.ValueDate);
        else if (entry.Kind != EntryKinds.Voided)
            Hold(account, entry.Kind, leg.IsDebit, leg.Amount);
        if (leg.NewBalance != account.Balance)
            throw Wrong(entry, index, $"newBalance {leg.NewBalance} is not the balance {account.Balance}");
        if (leg.NewAvailable != account.Available)
            throw Wrong(
                entry, index, $"newAvailable {leg.NewAvailable} is not the available balance {account.Available}");
    }

    private void Remember(LoggedEntry entry, ReadOnlySpan<VerifiedAccount> accounts)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        var isReversible = entry is { Kind: EntryKinds.Posted, Reverses: null };
        if (isReversible)
            EntryFacts.Digest(entry.Legs, accounts, exchanged: false, digest);
        _facts.Add(isReversible ? EntryFacts.Fact.Reversible : EntryFacts.Fact.NotReversible, digest);
    }

    private static WrongBookException Wrong(LoggedEntry entry, string what) => new(entry.Book, entry.Position, what);

    private static WrongBookException Wrong(LoggedEntry entry, int index, string what) =>
        new(entry.Book, entry.Position, index + 1, what);
}
