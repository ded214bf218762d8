namespace FinCode.Ledger.Reconciliation.Model.Matching;

/// <summary>What is open while the rules run. It keeps that no line and no leg is taken twice.</summary>
internal sealed class OpenItems
{
    private readonly Dictionary<StatementLineId, OpenLine> _lines;
    private readonly Dictionary<LegPlace, OpenLeg> _legs;
    private readonly Dictionary<(StatementLineId, LegPlace), Suggestion> _suggestions = [];
    private readonly Dictionary<(StatementLineId, LegPlace), Suggestion> _pairs = [];
    private readonly List<FoundMatch> _matches = [];

    private readonly Rejected _rejected;

    public OpenItems(IEnumerable<OpenLine> lines, IEnumerable<OpenLeg> legs, Rejected rejected)
    {
        _rejected = rejected;
        _lines = lines.ToDictionary(line => line.Id);
        _legs = legs.ToDictionary(leg => leg.Place);
    }

    /// <summary>In the order of the account, whatever order they came in.</summary>
    public IReadOnlyList<OpenLine> Lines => [.. _lines.Values.OrderBy(line => line.Order)];

    public IReadOnlyList<OpenLeg> Legs => [.. _legs.Values.OrderBy(leg => leg.Place)];

    public bool Has(OpenLine line) => _lines.ContainsKey(line.Id);

    public bool Has(OpenLeg leg) => _legs.ContainsKey(leg.Place);

    /// <summary>
    /// Takes those whose lines and legs are in no other of them: where two want the same, neither is certain.
    /// </summary>
    public void Accept(IReadOnlyCollection<FoundMatch> found)
    {
        var lines = found.SelectMany(match => match.Lines).CountBy(line => line.Id).ToDictionary();
        var legs = found.SelectMany(match => match.Legs).CountBy(leg => leg.Place).ToDictionary();
        foreach (var match in found)
        {
            if (match.Lines.Any(line => lines[line.Id] > 1 || !Has(line))
                || match.Legs.Any(leg => legs[leg.Place] > 1 || !Has(leg))
                || _rejected.Has(match))
                continue;
            foreach (var line in match.Lines)
                _lines.Remove(line.Id);
            foreach (var leg in match.Legs)
                _legs.Remove(leg.Place);
            _matches.Add(match);
        }
    }

    public void Suggest(OpenLine line, IEnumerable<OpenLeg> legs, MatchRule rule)
    {
        foreach (var leg in legs)
            _suggestions.TryAdd((line.Id, leg.Place), new Suggestion(line, leg, rule));
    }

    public void Pair(OpenLine line, OpenLeg leg, MatchRule rule) =>
        _pairs.TryAdd((line.Id, leg.Place), new Suggestion(line, leg, rule));

    public MatchResult ToResult() => new(
        _matches, [.. StillOpen(_suggestions.Values)], [.. OnlyOnes([.. StillOpen(_pairs.Values)])], Lines, Legs);

    private IEnumerable<Suggestion> StillOpen(IEnumerable<Suggestion> suggestions) => suggestions
        .Where(suggestion => Has(suggestion.Line) && Has(suggestion.Leg))
        .OrderBy(suggestion => suggestion.Line.Order).ThenBy(suggestion => suggestion.Leg.Place);

    /// <summary>Two rules may pair a line with different legs: then it is paired with none.</summary>
    private static IEnumerable<Suggestion> OnlyOnes(IReadOnlyList<Suggestion> pairs)
    {
        var lines = pairs.CountBy(pair => pair.Line.Id).ToDictionary();
        var legs = pairs.CountBy(pair => pair.Leg.Place).ToDictionary();
        return pairs.Where(pair => lines[pair.Line.Id] == 1 && legs[pair.Leg.Place] == 1);
    }
}
