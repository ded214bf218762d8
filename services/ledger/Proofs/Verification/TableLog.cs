namespace FinCode.Ledger.Proofs.Verification;

/// <summary>A record that was read from the tables, with the hashes that stand beside it.</summary>
/// <param name="Table">Where its row is.</param>
/// <param name="Event">The row, for an event.</param>
internal readonly record struct TableRecord(
    LogRecord Record, string Table, byte[] LeafHash, byte[] ChainHash, EventRow? Event);

/// <summary>The log of one book, put together from entries, legs and events, in the order of positions.</summary>
internal sealed class TableLog(TableSnapshot tables, Guid book)
{
    private readonly Dictionary<Guid, LoggedName> _accounts = [];
    private readonly List<LoggedLeg> _legs = [];
    private readonly RepeatedTexts _texts = new();

    /// <summary>
    /// Each record is read when it is asked for. The caller says which record may come, before its legs are looked at.
    /// </summary>
    /// <exception cref="WrongBookException">Rows do not fit together.</exception>
    public IEnumerable<TableRecord> Read(Action<long> expect)
    {
        using var entries = new ReadAhead<EntryRow>(tables.Copy(EntryRow.Sql, EntryRow.Read, book));
        using var events = new ReadAhead<EventRow>(tables.Copy(EventRow.Sql, EventRow.Read, book));
        using var legs = new ReadAhead<LegRow>(tables.Copy(LegRow.Sql, LegRow.Read, book));
        var hasEntry = entries.MoveNext();
        var hasEvent = events.MoveNext();
        var hasLeg = legs.MoveNext();
        while (hasEntry || hasEvent)
        {
            if (hasEntry && (!hasEvent || entries.Current.Position <= events.Current.Position))
            {
                expect(entries.Current.Position);
                yield return Entry(entries.Current, legs, ref hasLeg);
                hasEntry = entries.MoveNext();
            }
            else
            {
                expect(events.Current.Position);
                yield return Event(events.Current);
                hasEvent = events.MoveNext();
            }
        }
        if (hasLeg)
            throw new WrongBookException(
                book, legs.Current.Position, legs.Current.Number, "legs: there is no such entry");
    }

    /// <summary>The record as its event tells it; the columns beside it have to say the same.</summary>
    private TableRecord Event(EventRow row)
    {
        LogRecord record;
        try
        {
            record = LineReader.Read(row.Content, _texts) ?? RecordReader.Read(row.Content);
        }
        catch (FormatException exception)
        {
            throw new WrongBookException(book, row.Position, $"book_events.content: {exception.Message}");
        }
        if (record.Position != row.Position || record.Book != book)
            throw Wrong(row, "position or tenant_id", "is not that of the content");
        if (record.BookedAt != row.BookedAt)
            throw Wrong(row, "booked_at", "is not that of the content");
        if (record.BookedBy != row.BookedBy)
            throw Wrong(row, "booked_by", "is not that of the content");
        if (record.ApprovedBy != row.ApprovedBy)
            throw Wrong(row, "approved_by", "is not that of the content");
        if (Kind(record) != row.Kind)
            throw Wrong(row, "kind", $"is {row.Kind}, but the content is {Kind(record)}");
        if (record is LoggedAccount account)
            CheckAccount(row, account);
        else if (row.AccountId is not null)
            throw Wrong(row, "account_id", "names an account, but the content does not");
        return new TableRecord(record, "book_events", row.LeafHash, row.ChainHash, row);
    }

    private void CheckAccount(EventRow row, LoggedAccount account)
    {
        if (row.AccountId is not { } id || row.AccountCode != account.Account
            || row.AccountCurrency != account.Currency)
            throw Wrong(row, "account_id",
                $"leads to the account {row.AccountCode} in {row.AccountCurrency} (accounts.code, accounts.currency), "
                + $"but the content is about {account.Account} in {account.Currency}");
        if (account.IsOpening)
            _accounts[id] = account.Name;
    }

    private TableRecord Entry(in EntryRow row, ReadAhead<LegRow> legs, ref bool hasLeg)
    {
        _legs.Clear();
        while (hasLeg && legs.Current.Position <= row.Position)
        {
            ref readonly var leg = ref legs.Current;
            if (leg.Position < row.Position)
                throw new WrongBookException(book, leg.Position, leg.Number, "legs: there is no such entry");
            if (leg.Number != _legs.Count + 1)
                throw new WrongBookException(
                    book, row.Position, _legs.Count + 1, $"legs: the leg is missing; the next one is {leg.Number}");
            _legs.Add(Leg(row.Position, leg));
            hasLeg = legs.MoveNext();
        }
        if (_legs.Count != row.LegCount)
            throw new WrongBookException(
                book, row.Position, $"legs: there are {_legs.Count} where entries.leg_count says {row.LegCount}");
        row.Entry.Legs = [.. _legs];
        try
        {
            row.Entry.Metadata = RecordReader.Metadata(row.Metadata);
        }
        catch (FormatException exception)
        {
            throw new WrongBookException(book, row.Position, $"entries.metadata: {exception.Message}");
        }
        return new TableRecord(row.Entry, "entries", row.LeafHash, row.ChainHash, null);
    }

    private LoggedLeg Leg(long position, in LegRow leg)
    {
        if (!_accounts.TryGetValue(leg.AccountId, out var account))
            throw new WrongBookException(
                book, position, leg.Number, $"legs.account_id: no account {leg.AccountId} was opened before");
        if (account.Currency != leg.Currency)
            throw new WrongBookException(
                book, position, leg.Number, $"legs.currency: {leg.Currency} is not that of the account "
                + $"{account.Code}, {account.Currency}");
        if (leg.Side is not ("DEBIT" or "CREDIT"))
            throw new WrongBookException(book, position, leg.Number, $"legs.side: there is no side {leg.Side}");
        return new LoggedLeg(
            account, leg.Side == "DEBIT", leg.Amount, leg.PreviousBalance, leg.NewBalance, leg.NewAvailable);
    }

    private static string Kind(LogRecord record) => record switch
    {
        LoggedAccount { IsOpening: true } => "ACCOUNT_OPENED",
        LoggedAccount => "ACCOUNT_CHANGED",
        LoggedPeriod => "PERIOD_CLOSED",
        LoggedSeal => "ROWS_SEALED",
        _ => "ENTRY",
    };

    private WrongBookException Wrong(EventRow row, string column, string what) =>
        new(book, row.Position, $"book_events.{column} {what}");
}
