namespace FinCode.Ledger.Reconciliation.Model.Matching;

/// <summary>
/// Matches what is open on an account, by its rules in their order. Pure: the same items give the same result in
/// whatever order they come. What is ambiguous is never matched, only suggested.
/// </summary>
internal static class Matcher
{
    public const int MaxSuggestions = 5;

    public static MatchResult Run(
        IReadOnlyCollection<OpenLine> lines, IReadOnlyCollection<OpenLeg> legs, IEnumerable<MatchRule> rules,
        Rejected? rejected = null)
    {
        var open = new OpenItems(lines, legs, rejected ?? Rejected.None);
        var ordered = rules.OrderBy(rule => rule.Priority).ThenBy(rule => rule.Id).ToArray();
        // What was reversed may still have been paid and returned at the bank: by name both are found there first, and
        // only what is left over cancels out. Then the rest is less ambiguous than before.
        foreach (var rule in ordered.Where(IsByName))
            IdentityRules.Run(rule, open);
        CancelReversals(open);
        foreach (var rule in ordered)
            Run(rule, open);
        return open.ToResult();
    }

    private static void Run(MatchRule rule, OpenItems open)
    {
        switch (rule.Kind)
        {
            case MatchRuleKind.CommonReference:
                GroupRule.Run(rule, open);
                break;
            case MatchRuleKind.AmountAndDate:
                AmountRules.RunOneToOne(rule, open);
                break;
            case MatchRuleKind.AmountOfSeveral:
                AmountRules.RunSeveral(rule, open);
                break;
            default:
                IdentityRules.Run(rule, open);
                break;
        }
    }

    /// <summary>An entry and the one that takes it back move the account by nothing, leg by leg.</summary>
    private static void CancelReversals(OpenItems open)
    {
        var byPlace = open.Legs.ToDictionary(leg => leg.Place);
        open.Accept([.. open.Legs
            .Where(leg => leg.Reverses is { } original
                && byPlace.TryGetValue(new LegPlace(original, leg.Place.Number), out var other)
                && other.Amount == -leg.Amount)
            .Select(leg => new FoundMatch(
                [], [byPlace[new LegPlace(leg.Reverses!.Value, leg.Place.Number)], leg], null))]);
    }

    private static bool IsByName(MatchRule rule) =>
        rule.Kind is MatchRuleKind.Reference or MatchRuleKind.EndToEndId or MatchRuleKind.ReferenceInText;
}
