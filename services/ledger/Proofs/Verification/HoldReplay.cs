namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// What account_holds says of a book, beside the replay of its log: every row is what was held after the record that it
/// names, and before the booking time moves on there is one for each account of which something else is held.
/// </summary>
internal sealed class HoldReplay : IDisposable
{
    private readonly BookReplay _replay;
    private readonly ReadAhead<HoldRow> _rows;
    private readonly Dictionary<Guid, VerifiedAccount> _accounts = [];
    private readonly Dictionary<VerifiedAccount, (long, long, long)> _told = [];
    private bool _hasRow;

    public HoldReplay(TableSnapshot tables, BookReplay replay)
    {
        _replay = replay;
        _rows = new ReadAhead<HoldRow>(tables.Copy(HoldRow.Sql, HoldRow.Read, replay.Book));
        _hasRow = _rows.MoveNext();
    }

    /// <summary>Takes a record to the replay.</summary>
    /// <exception cref="WrongBookException">The record, or a row that stands before or at it, is wrong.</exception>
    public void Take(TableRecord found)
    {
        if (found.Record.BookedAt > _replay.BookedAt)
            EndBookingTime();
        _replay.Take(found.Record);
        if (found is { Record: LoggedAccount { IsOpening: true } opened, Event.AccountId: { } id })
            _accounts[id] = _replay.Find(opened.Name)!;
        while (_hasRow && _rows.Current.Position <= _replay.Position)
        {
            Compare(_rows.Current);
            _hasRow = _rows.MoveNext();
        }
    }

    /// <summary>After the last record.</summary>
    /// <exception cref="WrongBookException">A row is missing, or one is of no record.</exception>
    public void Finish()
    {
        EndBookingTime();
        if (_hasRow)
            throw new WrongBookException(
                _replay.Book, _rows.Current.Position, "account_holds: the log has no such record");
    }

    public void Dispose() => _rows.Dispose();

    private void Compare(in HoldRow row)
    {
        if (row.Position < _replay.Position || !_accounts.TryGetValue(row.Account, out var account)
            || !_replay.HoldsChanged.Contains(account))
            throw new WrongBookException(
                _replay.Book, row.Position, $"account_holds: nothing was held or let go on account {row.Account} here");
        var told = (row.PendingDebits, row.PendingCredits, row.Liens);
        if (told != Held(account))
            throw new WrongBookException(
                _replay.Book, row.Position, $"account_holds of {account.Terms.Account} in {account.Terms.Currency} "
                + $"says that (pending debits, pending credits, liens) are {told}; the log makes them {Held(account)}");
        _told[account] = told;
    }

    private void EndBookingTime()
    {
        foreach (var account in _replay.HoldsChanged)
        {
            if (_told.GetValueOrDefault(account) != Held(account))
                throw new WrongBookException(
                    _replay.Book, _replay.Position, $"account_holds: the row is missing that says what is held on "
                    + $"{account.Terms.Account} in {account.Terms.Currency}, {Held(account)}");
        }
        _replay.HoldsChanged.Clear();
    }

    private static (long, long, long) Held(VerifiedAccount account) =>
        (account.PendingDebits, account.PendingCredits, account.Liens);
}
