namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// What the log says of an account up to here: derived, never read from a balance that somebody wrote.
/// </summary>
internal sealed class VerifiedAccount(int index, LoggedAccount opened)
{
    private readonly List<DayTotals> _days = [];

    /// <summary>The account as its last event describes it.</summary>
    public LoggedAccount Terms { get; set; } = opened;

    public DateTime OpenedAt { get; } = opened.BookedAt;

    public long OpenedAtPosition { get; } = opened.Position;

    /// <summary>Counts the accounts of the book.</summary>
    public int Index { get; } = index;

    /// <summary>How its row is named, where there are rows.</summary>
    public Guid? RowId { get; set; }

    public long PostedDebits { get; private set; }

    public long PostedCredits { get; private set; }

    public long PendingDebits { get; private set; }

    public long PendingCredits { get; private set; }

    public long Liens { get; private set; }

    /// <summary>By day, in the order of days; only what was posted.</summary>
    public IReadOnlyList<DayTotals> Days => _days;

    public long Balance => checked(Terms.IsDebitNormal ? PostedDebits - PostedCredits : PostedCredits - PostedDebits);

    public long Available => checked(Balance - (Terms.IsDebitNormal ? PendingCredits : PendingDebits) - Liens);

    /// <summary>The balance if all that is pending to come came and nothing went.</summary>
    private long Highest => checked(Balance + (Terms.IsDebitNormal ? PendingDebits : PendingCredits));

    /// <exception cref="OverflowException">A total is beyond 64 bits.</exception>
    public void Post(bool isDebit, long amount, DateOnly valueDate)
    {
        checked
        {
            if (isDebit)
                PostedDebits += amount;
            else
                PostedCredits += amount;
        }
        AddToDay(valueDate, isDebit ? amount : 0, isDebit ? 0 : amount);
    }

    /// <param name="isLien">A lien; a pending movement otherwise.</param>
    /// <param name="amount">Negative when it is let go.</param>
    public void Hold(bool isLien, bool isDebit, long amount)
    {
        checked
        {
            if (isLien)
                Liens += amount;
            else if (isDebit)
                PendingDebits += amount;
            else
                PendingCredits += amount;
        }
    }

    /// <summary>What is wrong with the account as it stands, or null.</summary>
    public string? Violation()
    {
        if (Terms.Minimum is { } minimum && Available < minimum)
            return $"its available balance {Available} is below its minimum {minimum}";
        if (Terms.Maximum is { } maximum && Highest > maximum)
            return $"its balance with what is pending to come, {Highest}, is above its maximum {maximum}";
        if (Terms.Status == AccountStatuses.Closed
            && (Balance != 0 || PendingDebits != 0 || PendingCredits != 0 || Liens != 0))
            return "it is closed and not empty";
        return null;
    }

    private void AddToDay(DateOnly day, long debits, long credits)
    {
        var at = _days.Count;
        while (at > 0 && _days[at - 1].Day > day)
            at--;
        if (at == 0 || _days[at - 1].Day != day)
            _days.Insert(at++, new DayTotals(day, 0, 0));
        var before = _days[at - 1];
        _days[at - 1] = new DayTotals(day, checked(before.Debits + debits), checked(before.Credits + credits));
    }
}

/// <summary>What a day, by value, added to an account.</summary>
internal readonly record struct DayTotals(DateOnly Day, long Debits, long Credits);
