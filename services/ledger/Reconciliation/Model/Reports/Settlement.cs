namespace FinCode.Ledger.Reconciliation.Model.Reports;

/// <summary>What the day added to one side, in minor units, from the account's view.</summary>
internal sealed record DayFigures(long Opening, long In, long Out)
{
    public long Closing => checked(Opening + In - Out);
}

/// <summary>Breaks of one kind among the day's lines.</summary>
internal sealed record BreakFigures(string Kind, int Count, long Amount);

/// <summary>
/// An account's day on both sides, in minor units, as it is matched now. It ties when four sums hold: the statement's
/// opening and movements (and gaps, if any) give the closing that it states; the books' give theirs; what is matched
/// and what is broken give the statement's movements; and what is open, matched with another day, missing between
/// statements or older than the first one gives the difference between the two closing balances.
/// </summary>
/// <param name="IsCovered">A statement covers the day; otherwise its balance is carried forward.</param>
/// <param name="Gaps">Between statements that begin on the day.</param>
/// <param name="StatedClosing">Of the last statement that ends with the day, if one does.</param>
/// <param name="MatchedAmount">Of the day's lines.</param>
/// <param name="OpenOnStatement">Of all lines until the day that no leg is found for.</param>
/// <param name="OpenInBooks">Of all legs until the day, since the first statement, that no line is found for.</param>
/// <param name="Elsewhen">Matched lines until the day less matched legs until the day: value dates differ.</param>
/// <param name="AllGaps">Between all statements until the day.</param>
/// <param name="BeforeFirst">The first statement's opening less the open legs from before it.</param>
internal sealed record SettlementDay(
    DateOnly Day, bool IsCovered, DayFigures Statement, long Gaps, long? StatedClosing, DayFigures Books, int Lines,
    int MatchedLines, long MatchedAmount, IReadOnlyList<BreakFigures> Breaks, long OpenOnStatement, long OpenInBooks,
    long Elsewhen, long AllGaps, long BeforeFirst)
{
    public long StatementClosing => checked(Statement.Closing + Gaps);

    /// <summary>What the statement has above the books.</summary>
    public long Difference => checked(StatementClosing - Books.Closing);

    public long Explained => checked(OpenOnStatement - OpenInBooks + Elsewhen + AllGaps + BeforeFirst);

    public bool Ties => (StatedClosing is null || StatedClosing == StatementClosing)
        && checked(MatchedAmount + Breaks.Sum(one => one.Amount)) == checked(Statement.In - Statement.Out)
        && Difference == Explained;
}
