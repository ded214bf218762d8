namespace FinCode.Ledger.Reconciliation.Model.Matching;

/// <summary>
/// Rules that go by amount and date only, for what carries no common name. They take what is the only possibility on
/// both sides, and nothing else.
/// </summary>
internal static class AmountRules
{
    /// <summary>A sum of several is only looked for among so many candidates, ...</summary>
    public const int MaxCandidates = 16;

    /// <summary>... of so many parts, ...</summary>
    public const int MaxParts = 6;

    /// <summary>... for so many lines or legs a run.</summary>
    public const int MaxTargets = 500;

    public static void RunOneToOne(MatchRule rule, OpenItems open)
    {
        var legs = open.Legs.OrderBy(leg => leg.Amount).ThenBy(leg => leg.Place).ToArray();
        var amounts = legs.Select(leg => leg.Amount).ToArray();
        var candidates = new Dictionary<OpenLine, List<OpenLeg>>();
        var wanted = new Dictionary<LegPlace, int>();
        foreach (var line in open.Lines)
        {
            var found = Around(legs, amounts, line, rule).ToList();
            if (found.Count == 0)
                continue;
            candidates.Add(line, found);
            foreach (var leg in found)
                wanted[leg.Place] = wanted.GetValueOrDefault(leg.Place) + 1;
        }
        open.Accept([.. candidates
            .Where(pair => pair.Value is [var only] && wanted[only.Place] == 1)
            .Select(pair => new FoundMatch([pair.Key], pair.Value, rule))]);
        foreach (var (line, found) in candidates)
            open.Suggest(line, found.OrderBy(leg => leg.Place).Take(Matcher.MaxSuggestions), rule);
    }

    public static void RunSeveral(MatchRule rule, OpenItems open)
    {
        var (lines, legs) = (open.Lines, open.Legs);
        var found = new List<FoundMatch>();
        foreach (var line in lines.Take(MaxTargets))
        {
            var parts = legs.Where(leg => rule.IsWithin(line, leg) && IsPart(leg.Amount, line.Amount)).ToArray();
            if (Only(parts, leg => leg.Amount, line.Amount) is { } made)
                found.Add(new FoundMatch([line], made, rule));
        }
        foreach (var leg in legs.Take(MaxTargets))
        {
            var parts = lines.Where(line => rule.IsWithin(line, leg) && IsPart(line.Amount, leg.Amount)).ToArray();
            if (Only(parts, line => line.Amount, leg.Amount) is { } made)
                found.Add(new FoundMatch(made, [leg], rule));
        }
        open.Accept(found);
        foreach (var match in found)
        {
            foreach (var line in match.Lines)
                open.Suggest(line, match.Legs.Take(Matcher.MaxSuggestions), rule);
        }
    }

    private static bool IsPart(long part, long whole) =>
        Math.Sign(part) == Math.Sign(whole) && Int128.Abs(part) < Int128.Abs(whole);

    /// <summary>
    /// The only two to six of them that make up the whole; null when there is none, more than one, or too many to tell.
    /// </summary>
    private static TItem[]? Only<TItem>(TItem[] parts, Func<TItem, long> amountOf, long whole)
    {
        if (parts.Length is < 2 or > MaxCandidates)
            return null;
        TItem[]? only = null;
        var isSeveral = false;
        var chosen = new List<TItem>(MaxParts);
        Choose(0, whole);
        return isSeveral ? null : only;

        void Choose(int from, Int128 left)
        {
            if (left == 0 && chosen.Count > 1)
            {
                isSeveral |= only is not null;
                only = [.. chosen];
            }
            if (left == 0 || chosen.Count == MaxParts)
                return;
            for (var i = from; i < parts.Length && !isSeveral; i++)
            {
                var amount = amountOf(parts[i]);
                if (Int128.Abs(amount) > Int128.Abs(left))
                    continue;
                chosen.Add(parts[i]);
                Choose(i + 1, left - amount);
                chosen.RemoveAt(chosen.Count - 1);
            }
        }
    }

    /// <summary>
    /// The legs around the line's amount in its direction and window. Two are enough to know that it is not certain;
    /// a few more are for the people who decide.
    /// </summary>
    private static IEnumerable<OpenLeg> Around(OpenLeg[] legs, long[] amounts, OpenLine line, MatchRule rule)
    {
        var first = Array.BinarySearch(amounts, line.Amount - rule.Tolerance);
        if (first < 0)
            first = ~first;
        while (first > 0 && amounts[first - 1] >= line.Amount - rule.Tolerance)
            first--;
        for (var i = first; i < legs.Length && legs[i].Amount <= line.Amount + rule.Tolerance; i++)
        {
            if (Math.Sign(legs[i].Amount) == Math.Sign(line.Amount) && rule.IsWithin(line, legs[i]))
                yield return legs[i];
        }
    }
}
