namespace FinCode.Ledger.Proofs.Verification;

/// <summary>What the tables say of a book as it is now, against what its log makes of it.</summary>
internal sealed class TableState(TableSnapshot tables, BookReplay replay, LogHashes log)
{
    private Guid Book => replay.Book;

    public void Compare(BookRow? row)
    {
        // Nothing is booked yet where people have only proposed.
        if (row is not null)
            CompareBook(row);
        else if (log.Size > 0)
            throw new WrongBookException(Book, "books: the row of the book is missing");
        CompareAccounts();
        CompareDays();
    }

    private void CompareBook(BookRow row)
    {
        if (row.Position != log.Size)
            throw new WrongBookException(
                Book, Math.Min(row.Position, log.Size) + 1,
                $"books.position is {row.Position}, but the log has {log.Size} records");
        if (!row.ChainHash.AsSpan().SequenceEqual(log.Chain))
            throw new WrongBookException(Book, log.Size, "books.chain_hash is not the chain hash of the last record");
        if (row.BookedAt != replay.BookedAt)
            throw new WrongBookException(
                Book, log.Size, $"books.booked_at is {row.BookedAt:O}, the last record's is {replay.BookedAt:O}");
        if (row.ClosedUntil != replay.ClosedUntil)
            throw new WrongBookException(
                Book, $"books.closed_until is {row.ClosedUntil:O}, the log closed the book up to "
                + $"{replay.ClosedUntil:O}");
    }

    private void CompareAccounts()
    {
        foreach (var row in tables.Read(AccountRow.Sql + " where tenant_id = $1", AccountRow.Read, Book))
        {
            var account = replay.Find(new LoggedName(row.Code, row.Currency))
                ?? throw new WrongBookException(
                    Book, $"accounts: {row.Code} in {row.Currency} was never opened in the log (code or currency)");
            if (account.RowId is not null)
                throw new WrongBookException(Book, $"accounts: {row.Code} in {row.Currency} is there twice");
            account.RowId = row.Id;
            Compare(row, account);
        }
        foreach (var account in replay.Accounts)
        {
            if (account.RowId is null)
                throw new WrongBookException(
                    Book, account.OpenedAtPosition, $"accounts: the row of {account.Terms.Account} in "
                    + $"{account.Terms.Currency}, which was opened here, is missing");
        }
    }

    private void Compare(AccountRow row, VerifiedAccount account)
    {
        var terms = account.Terms;
        Same("normal_side", row.NormalSide, terms.IsDebitNormal ? "DEBIT" : "CREDIT");
        Same("class", row.Class, terms.Class);
        Same("status", row.Status, terms.Status);
        Same("owner", row.Owner, terms.Owner);
        Same("metadata", Text(row), Text(terms.Metadata));
        Same("minimum", row.Minimum, terms.Minimum);
        Same("maximum", row.Maximum, terms.Maximum);
        Same("posted_debits", row.PostedDebits, account.PostedDebits);
        Same("posted_credits", row.PostedCredits, account.PostedCredits);
        Same("pending_debits", row.PendingDebits, account.PendingDebits);
        Same("pending_credits", row.PendingCredits, account.PendingCredits);
        Same("liens", row.Liens, account.Liens);
        Same("balance", row.Balance, account.Balance);
        Same("available", row.Available, account.Available);
        Same("opened_at", row.OpenedAt, account.OpenedAt);
        if (row.IsMonitored != row.HasMonitor)
            throw new WrongBookException(
                Book, $"accounts.monitored of {row.Code} in {row.Currency} is {row.IsMonitored}, but it has "
                + $"{(row.HasMonitor ? "a monitor" : "no monitor")} in monitors");

        void Same<T>(string column, T stored, T derived)
        {
            if (!EqualityComparer<T>.Default.Equals(stored, derived))
                throw new WrongBookException(
                    Book, $"accounts.{column} of {row.Code} in {row.Currency} is {Shown(stored)}, but the log makes it "
                    + $"{Shown(derived)}");
        }
    }

    private string? Text(AccountRow row)
    {
        try
        {
            return Text(RecordReader.Metadata(row.Metadata));
        }
        catch (FormatException exception)
        {
            throw new WrongBookException(
                Book, $"accounts.metadata of {row.Code} in {row.Currency}: {exception.Message}");
        }
    }

    private static string? Text(IReadOnlyList<KeyValuePair<string, string>>? metadata) =>
        metadata is null ? null : string.Join('\n', metadata.Select(member => $"{member.Key}\0{member.Value}"));

    private void CompareDays()
    {
        var byId = replay.Accounts.ToDictionary(account => account.RowId!.Value);
        long compared = 0;
        var days = tables.Read(
            "select account_id, value_date, debits, credits from account_days where tenant_id = $1",
            row => (Account: row.GetGuid(0), Day: row.GetFieldValue<DateOnly>(1), Debits: row.GetInt64(2),
                Credits: row.GetInt64(3)),
            Book);
        foreach (var row in days)
        {
            if (!byId.TryGetValue(row.Account, out var account) || Find(account, row.Day) is not { } derived)
                throw new WrongBookException(
                    Book, $"account_days: nothing was posted to account {row.Account} with value date {row.Day:O}");
            if (derived.Debits != row.Debits || derived.Credits != row.Credits)
                throw new WrongBookException(
                    Book, $"account_days.{(derived.Debits != row.Debits ? "debits" : "credits")} of "
                    + $"{account.Terms.Account} in {account.Terms.Currency} on {row.Day:O} is "
                    + $"{(derived.Debits != row.Debits ? row.Debits : row.Credits)}, but the log makes it "
                    + $"{(derived.Debits != row.Debits ? derived.Debits : derived.Credits)}");
            compared++;
        }
        var expected = replay.Accounts.Sum(account => (long)account.Days.Count);
        if (compared != expected)
            throw new WrongBookException(
                Book, $"account_days: {expected} rows are needed for what was posted, {compared} are there");
    }

    private static DayTotals? Find(VerifiedAccount account, DateOnly day)
    {
        var (low, high) = (0, account.Days.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (account.Days[middle].Day == day)
                return account.Days[middle];
            if (account.Days[middle].Day < day)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return null;
    }

    private static string Shown<T>(T value) => value?.ToString() ?? "nothing";
}
