namespace FinCode.Ledger.Reconciliation.Model.Matching;

/// <summary>
/// One line for several legs that share its reference, or several lines of a reference or batch for one leg: a
/// settlement that comes as one amount, a batch that was booked as one entry. The whole group counts, and its sum fits.
/// </summary>
internal static class GroupRule
{
    public static void Run(MatchRule rule, OpenItems open)
    {
        var legsOf = Index(open.Legs, leg => ReferenceKeys.Of(leg));
        var linesOf = Index(open.Lines, KeysOf);
        var found = new Dictionary<string, FoundMatch>(StringComparer.Ordinal);
        foreach (var (key, lines) in linesOf)
        {
            if (!legsOf.TryGetValue(key, out var legs) || (lines.Count == 1) == (legs.Count == 1))
                continue;
            var match = new FoundMatch(lines, legs, rule);
            if (Fits(match, rule))
                // The same group by two of its keys is found once.
                found.TryAdd(SameAs(match), match);
            else
                Suggest(open, match, rule);
        }
        open.Accept(found.Values);
        // Two groups that want the same line or leg: neither is certain.
        foreach (var match in found.Values)
            Suggest(open, match, rule);
    }

    private static void Suggest(OpenItems open, FoundMatch match, MatchRule rule)
    {
        foreach (var line in match.Lines.Take(Matcher.MaxSuggestions))
            open.Suggest(line, match.Legs.Take(Matcher.MaxSuggestions), rule);
    }

    private static bool Fits(FoundMatch match, MatchRule rule)
    {
        var difference = match.Lines.Aggregate((Int128)0, (sum, line) => sum + line.Amount)
            - match.Legs.Aggregate((Int128)0, (sum, leg) => sum + leg.Amount);
        return Int128.Abs(difference) <= rule.Tolerance;
    }

    private static string SameAs(FoundMatch match) => string.Join(' ',
        match.Lines.Select(line => line.Id.ToString()).Concat(match.Legs.Select(leg => leg.Place.ToString())));

    private static IEnumerable<string> KeysOf(OpenLine line) =>
        line.References.Append(line.Batch).OfType<string>().Select(ReferenceKeys.Normal).Distinct();

    private static SortedDictionary<string, List<TItem>> Index<TItem>(
        IEnumerable<TItem> items, Func<TItem, IEnumerable<string>> keysOf)
    {
        var index = new SortedDictionary<string, List<TItem>>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            foreach (var key in keysOf(item))
            {
                if (!index.TryGetValue(key, out var found))
                    index.Add(key, found = []);
                found.Add(item);
            }
        }
        return index;
    }
}
