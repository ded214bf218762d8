using FinCode.Ledger.Reconciliation.Model.Matching;

namespace FinCode.Ledger.Reconciliation.Model.Breaks;

/// <summary>What the account's statements cover, and since when.</summary>
/// <param name="From">The first day of the first statement: what is older was in its opening balance.</param>
/// <param name="To">The last day of the last one.</param>
internal sealed record Coverage(DateOnly From, DateOnly To, int MissingAfterDays);

/// <summary>A statement before which an amount is missing (or too much).</summary>
internal sealed record Gap(StatementId Statement, DateOnly Day, long Amount);

/// <summary>Lines and legs of which another one just like them is matched already.</summary>
internal sealed record MatchedTwins(IReadOnlySet<StatementLineId> Lines, IReadOnlySet<LegPlace> Legs);

/// <summary>From what the rules left open to the worklist of breaks.</summary>
internal static class BreakPlan
{
    public static IReadOnlyList<WantedBreak> Wanted(
        MatchResult result, MatchedTwins twins, Coverage coverage, IEnumerable<Gap> gaps)
    {
        var pairs = result.Pairs.ToDictionary(pair => pair.Line.Id);
        var paired = result.Pairs.Select(pair => pair.Leg.Place).ToHashSet();
        var suggested = result.Suggestions
            .ToLookup(suggestion => suggestion.Line.Id, suggestion => suggestion.Leg.Place);
        var (duplicateLines, duplicateLegs) =
            (Duplicates(result.OpenLines, twins), Duplicates(result.OpenLegs, twins));
        var wanted = new List<WantedBreak>();
        wanted.AddRange(gaps.Select(gap =>
            new WantedBreak(BreakKind.Gap, gap.Amount, new BreakSubject(Statement: gap.Statement), gap.Day, [])));
        foreach (var line in result.OpenLines)
        {
            var suggestions = suggested[line.Id].Distinct().Order().Take(Matcher.MaxSuggestions).ToArray();
            if (pairs.TryGetValue(line.Id, out var pair))
                wanted.Add(new WantedBreak(BreakKind.AmountDiffers, checked(line.Amount - pair.Leg.Amount),
                    new BreakSubject(line.Id, pair.Leg.Place), line.BookingDate, suggestions));
            else
                wanted.Add(new WantedBreak(
                    duplicateLines.Contains(line.Id) ? BreakKind.Duplicate : BreakKind.MissingHere,
                    line.Amount, new BreakSubject(line.Id), line.BookingDate, suggestions));
        }
        foreach (var leg in result.OpenLegs.Where(leg => !paired.Contains(leg.Place) && leg.ValueDate >= coverage.From))
        {
            if (duplicateLegs.Contains(leg.Place))
                wanted.Add(Of(BreakKind.Duplicate, leg));
            else if (leg.ValueDate.AddDays(coverage.MissingAfterDays) <= coverage.To)
                wanted.Add(Of(BreakKind.MissingThere, leg));
        }
        return wanted;
    }

    /// <param name="matchOf">The live match of a line or leg that is not open any more.</param>
    public static BreakChanges Compare(
        IReadOnlyCollection<OpenBreak> standing, IReadOnlyCollection<WantedBreak> wanted,
        Func<BreakSubject, MatchId?> matchOf)
    {
        var wantedOf = wanted.ToDictionary(one => one.Subject.Key);
        var toClose = new List<ClosedBreak>();
        var toChange = new List<(OpenBreak, WantedBreak)>();
        var kept = new HashSet<object>();
        // A difference that was matched stays until it is settled or its match ends.
        foreach (var open in standing.Where(open => open.Subject.Match is null))
        {
            if (!wantedOf.TryGetValue(open.Subject.Key, out var now))
                toClose.Add(Close(open, matchOf(open.Subject)));
            else
            {
                kept.Add(open.Subject.Key);
                if (!open.Says(now))
                    toChange.Add((open, now));
            }
        }
        return new BreakChanges([.. wanted.Where(one => !kept.Contains(one.Subject.Key))], toChange, toClose);
    }

    private static ClosedBreak Close(OpenBreak open, MatchId? match) => new(open, (open.Subject, match) switch
    {
        ({ Statement: not null }, _) => BreakResolution.LaterStatement,
        (_, null) => BreakResolution.Superseded,
        ({ Line: not null }, _) => BreakResolution.LaterEntry,
        _ => BreakResolution.LaterStatement,
    }, match);

    private static WantedBreak Of(BreakKind kind, OpenLeg leg) =>
        new(kind, checked(-leg.Amount), new BreakSubject(Leg: leg.Place), leg.ValueDate, []);

    /// <summary>All but the earliest of those that say the same, or all where one of them is matched.</summary>
    private static HashSet<StatementLineId> Duplicates(IReadOnlyList<OpenLine> lines, MatchedTwins twins) =>
    [
        .. twins.Lines,
        .. lines.Where(line => line.References.Count > 0)
            .GroupBy(line => (line.Amount, line.EndToEndId, string.Join('\n', line.References)))
            .SelectMany(same => same.OrderBy(line => line.Order).Skip(1)).Select(line => line.Id),
    ];

    private static HashSet<LegPlace> Duplicates(IReadOnlyList<OpenLeg> legs, MatchedTwins twins) =>
    [
        .. twins.Legs,
        .. legs.Where(leg => leg.Reference is not null)
            .GroupBy(leg => (leg.Amount, leg.Reference, leg.Transaction))
            .SelectMany(same => same.OrderBy(leg => leg.Place).Skip(1)).Select(leg => leg.Place),
    ];
}
