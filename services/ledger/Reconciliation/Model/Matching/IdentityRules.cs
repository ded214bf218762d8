namespace FinCode.Ledger.Reconciliation.Model.Matching;

/// <summary>
/// Rules by which a line and a leg name each other. One line and one leg of the same amount that name only each other
/// belong together. Where one of them has several that say exactly the same, the earliest is taken and the others stay
/// open as duplicates; whatever else there are several of stays open.
/// </summary>
internal static class IdentityRules
{
    private const int MaxSuggestions = 5;

    /// <summary>Candidates of one rule among what is open: which legs a line names, and which lines a leg.</summary>
    private sealed record Names(
        Dictionary<OpenLine, List<OpenLeg>> LegsOf, Dictionary<OpenLeg, List<OpenLine>> LinesOf);

    public static void Run(MatchRule rule, OpenItems open)
    {
        var names = Find(rule, open);
        var found = new List<FoundMatch>();
        foreach (var (line, legs) in names.LegsOf)
        {
            var same = legs.Where(leg => leg.Amount == line.Amount).ToArray();
            if (same.Length == 0 || !AreTwins(same))
                continue;
            var rivals = names.LinesOf[same[0]].Where(other => other.Amount == line.Amount).ToArray();
            if (same.Length > 1 && rivals.Length > 1)
                continue;
            if (AreTwins(rivals) && rivals.MinBy(other => other.Order) == line)
                found.Add(new FoundMatch([line], [same.MinBy(leg => leg.Place)!], rule));
        }
        open.Accept(found);
        Differing(rule, open, names);
        foreach (var (line, legs) in names.LegsOf)
            open.Suggest(line, legs.Take(MaxSuggestions), rule);
    }

    /// <summary>They name only each other, in the same direction, and differ in the amount.</summary>
    private static void Differing(MatchRule rule, OpenItems open, Names names)
    {
        var within = new List<FoundMatch>();
        foreach (var (line, legs) in names.LegsOf)
        {
            if (legs is not [var leg] || names.LinesOf[leg].Count != 1 || !open.Has(line) || !open.Has(leg)
                || Math.Sign(leg.Amount) != Math.Sign(line.Amount))
                continue;
            if (Int128.Abs((Int128)line.Amount - leg.Amount) <= rule.Tolerance)
                within.Add(new FoundMatch([line], [leg], rule));
            else
                open.Pair(line, leg, rule);
        }
        open.Accept(within);
    }

    private static Names Find(MatchRule rule, OpenItems open)
    {
        var byKey = new Dictionary<string, List<OpenLeg>>(StringComparer.Ordinal);
        foreach (var leg in open.Legs)
        {
            foreach (var key in KeysOf(rule.Kind, leg))
            {
                if (!byKey.TryGetValue(key, out var legs))
                    byKey.Add(key, legs = []);
                legs.Add(leg);
            }
        }
        var names = new Names([], []);
        foreach (var line in open.Lines)
        {
            var legs = KeysOf(rule.Kind, line).Where(byKey.ContainsKey).SelectMany(key => byKey[key])
                .Distinct().OrderBy(leg => leg.Place).ToList();
            if (legs.Count == 0)
                continue;
            names.LegsOf.Add(line, legs);
            foreach (var leg in legs)
            {
                if (!names.LinesOf.TryGetValue(leg, out var lines))
                    names.LinesOf.Add(leg, lines = []);
                lines.Add(line);
            }
        }
        return names;
    }

    public static IEnumerable<string> KeysOf(MatchRuleKind kind, OpenLeg leg) => kind switch
    {
        MatchRuleKind.Reference => leg.Reference is { } reference ? [reference] : [],
        MatchRuleKind.EndToEndId => ReferenceKeys.Of(leg),
        MatchRuleKind.ReferenceInText =>
            ReferenceKeys.Of(leg).Where(key => key.Length >= ReferenceKeys.MinWordLength),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static IEnumerable<string> KeysOf(MatchRuleKind kind, OpenLine line) => kind switch
    {
        MatchRuleKind.Reference => line.References,
        MatchRuleKind.EndToEndId => line.EndToEndId is { } id ? [ReferenceKeys.Normal(id)] : [],
        MatchRuleKind.ReferenceInText => ReferenceKeys.WordsOf(line),
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static bool AreTwins(OpenLeg[] legs) => legs.Skip(1).All(legs[0].IsTwinOf);

    private static bool AreTwins(OpenLine[] lines) => lines.Skip(1).All(lines[0].IsTwinOf);
}
