using FinCode.Ledger.Reconciliation.Model.Matching;

namespace FinCode.Ledger.Reconciliation.Model.Breaks;

internal enum BreakKind
{
    /// <summary>On the statement, not in the books.</summary>
    MissingHere,

    /// <summary>In the books, not on a statement that should have it by now.</summary>
    MissingThere,

    /// <summary>In both, with different amounts.</summary>
    AmountDiffers,

    /// <summary>Once more than the other side has it.</summary>
    Duplicate,

    /// <summary>A statement does not begin where the one before it ended.</summary>
    Gap,
}

internal enum BreakResolution
{
    /// <summary>An entry that a second person approved settles it.</summary>
    Entry,

    ManualMatch,

    /// <summary>The books have it now, and the rules found it.</summary>
    LaterEntry,

    /// <summary>A later statement has it.</summary>
    LaterStatement,

    /// <summary>Another break says it better.</summary>
    Superseded,
}

/// <summary>What a break is about: a line, a leg, both, a match with a difference, or a statement after a
/// gap.</summary>
internal sealed record BreakSubject(
    StatementLineId? Line = null, LegPlace? Leg = null, MatchId? Match = null, StatementId? Statement = null)
{
    /// <summary>One open break at most for each: the line, if there is one, else the rest.</summary>
    public object Key => Line is { } line ? line : Match is { } match ? match : Statement is { } statement
        ? statement
        : Leg!.Value;
}

/// <summary>A break as it should stand open.</summary>
/// <param name="Amount">Minor units: what the statement has above the books.</param>
/// <param name="Since">The day from which it ages.</param>
internal sealed record WantedBreak(
    BreakKind Kind, long Amount, BreakSubject Subject, DateOnly Since, IReadOnlyList<LegPlace> Suggestions);

/// <summary>A break that stands open.</summary>
internal sealed record OpenBreak(
    BreakId Id, BreakKind Kind, long Amount, BreakSubject Subject, IReadOnlyList<LegPlace> Suggestions)
{
    public bool Says(WantedBreak now) => (Kind, Amount, Subject) == (now.Kind, now.Amount, now.Subject)
        && Suggestions.SequenceEqual(now.Suggestions);
}

/// <summary>A break that is over, and the match that ended it, if one did.</summary>
internal sealed record ClosedBreak(OpenBreak Break, BreakResolution Resolution, MatchId? Match);

/// <summary>What a run changes in the worklist.</summary>
internal sealed record BreakChanges(
    IReadOnlyList<WantedBreak> ToOpen, IReadOnlyList<(OpenBreak Break, WantedBreak Now)> ToChange,
    IReadOnlyList<ClosedBreak> ToClose);

/// <summary>How old a break is, in whole days, and the bucket of the ageing report.</summary>
internal static class BreakAge
{
    public static int Days(DateOnly since, DateOnly today) => Math.Max(0, today.DayNumber - since.DayNumber);

    public static string Bucket(int days) => days switch
    {
        <= 1 => "0-1",
        <= 7 => "2-7",
        <= 30 => "8-30",
        <= 90 => "31-90",
        _ => "over 90",
    };
}
