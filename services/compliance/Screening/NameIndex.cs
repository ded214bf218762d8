using FinCode.Compliance.Lists;
namespace FinCode.Compliance.Screening;

/// <summary>A listed name that is near enough to the name asked for.</summary>
internal sealed record NameMatch(ListedEntry Entry, ListedName Name, NameComparison Comparison, int Score);

/// <summary>
/// All names of a list set, made for searching; immutable. <see cref="Search"/> returns exactly what scoring every
/// name would: a name scores above zero only if one of its tokens pairs with one of the query's, the deletion index
/// finds all those, and a name is skipped only when even its upper bound is below the threshold.
/// </summary>
internal sealed class NameIndex
{
    private readonly IndexedName[] _names;
    private readonly Dictionary<string, int> _tokenNumbers = new(StringComparer.Ordinal);
    private readonly List<string> _tokens = [];
    private readonly int[][] _postings;
    private readonly DeletionIndex _deletions;

    public NameIndex(IReadOnlyList<ListedEntry> entries)
    {
        var tokens = entries.SelectMany(entry => entry.Names)
            .Select(name => NameNormalizer.Normalize(name.Text).Tokens.ToArray()).ToArray();
        Weights = new TokenWeights(CountEntries(entries, tokens), entries.Count);
        _names = Index(entries, tokens);
        _postings = MakePostings();
        _deletions = new DeletionIndex(_tokens);
    }

    public TokenWeights Weights { get; }

    public int NameCount => _names.Length;

    /// <summary>
    /// Every listed name that scores at least the threshold (hundredths of a point), in the list's order.
    /// </summary>
    public List<NameMatch> Search(NormalName query, int threshold)
    {
        var weights = query.Tokens.Select(Weights.Of).ToArray();
        var queryWeight = weights.Sum();
        var bounds = UpperBounds(query, weights);
        var matches = new List<NameMatch>();
        foreach (var (number, bound) in bounds)
        {
            var name = _names[number];
            // At best all this pairs up fully and the rest counts half; the score grows with what pairs up.
            var pairable = Math.Min(bound, queryWeight + name.Weight);
            if (NameScore.Compute((long)pairable * TokenSimilarity.Full, pairable,
                queryWeight + name.Weight - pairable, isCovered: true) < threshold)
                continue;
            Add(matches, name, query, weights, threshold);
        }
        matches.Sort((left, right) => Order(left, right));
        return matches;
    }

    /// <summary>The same by comparing with every name; what the index is measured against.</summary>
    public List<NameMatch> SearchExhaustively(NormalName query, int threshold)
    {
        var weights = query.Tokens.Select(Weights.Of).ToArray();
        var matches = new List<NameMatch>();
        foreach (var name in _names)
            Add(matches, name, query, weights, threshold);
        matches.Sort((left, right) => Order(left, right));
        return matches;
    }

    private static void Add(List<NameMatch> matches, IndexedName name, NormalName query, int[] weights, int threshold)
    {
        var comparison = NameScore.Of(query.Tokens, weights, name.Tokens, name.Weights);
        var score = comparison.Score();
        if (score >= threshold && score > 0)
            matches.Add(new NameMatch(name.Entry, name.Name, comparison, score));
    }

    /// <summary>For each name that shares a token: the most weight that could pair up.</summary>
    private Dictionary<int, int> UpperBounds(NormalName query, int[] weights)
    {
        var bounds = new Dictionary<int, int>();
        for (var q = 0; q < query.Tokens.Count; q++)
        {
            foreach (var token in _deletions.Propose(query.Tokens[q]))
            {
                if (TokenSimilarity.Of(query.Tokens[q], _tokens[token]) == 0)
                    continue;
                var pairWeight = weights[q] + Weights.Of(_tokens[token]);
                foreach (var name in _postings[token])
                    bounds[name] = bounds.GetValueOrDefault(name) + pairWeight;
            }
        }
        return bounds;
    }

    private static int Order(NameMatch left, NameMatch right)
    {
        var order = right.Score.CompareTo(left.Score);
        if (order == 0)
            order = string.CompareOrdinal(left.Entry.List, right.Entry.List);
        if (order == 0)
            order = string.CompareOrdinal(left.Entry.EntryId, right.Entry.EntryId);
        return order != 0 ? order : string.CompareOrdinal(left.Name.Text, right.Name.Text);
    }

    /// <summary>In how many entries each token stands, whichever of their names it is in.</summary>
    private static Dictionary<string, int> CountEntries(IReadOnlyList<ListedEntry> entries, string[][] tokens)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var name = 0;
        foreach (var entry in entries)
        {
            seen.Clear();
            for (var end = name + entry.Names.Count; name < end; name++)
            {
                foreach (var token in tokens[name].Where(seen.Add))
                    counts[token] = counts.GetValueOrDefault(token) + 1;
            }
        }
        return counts;
    }

    private IndexedName[] Index(IReadOnlyList<ListedEntry> entries, string[][] tokens)
    {
        var names = new IndexedName[tokens.Length];
        var number = 0;
        foreach (var entry in entries)
        {
            foreach (var name in entry.Names)
            {
                names[number] = Index(entry, name, tokens[number]);
                number++;
            }
        }
        return names;
    }

    private IndexedName Index(ListedEntry entry, ListedName name, string[] tokens)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            // One string per distinct token, and its number.
            if (_tokenNumbers.TryGetValue(tokens[i], out var number))
                tokens[i] = _tokens[number];
            else
            {
                _tokenNumbers.Add(tokens[i], _tokens.Count);
                _tokens.Add(tokens[i]);
            }
        }
        int[] weights = [.. tokens.Select(Weights.Of)];
        return new IndexedName(entry, name, tokens, weights, weights.Sum());
    }

    private int[][] MakePostings()
    {
        var postings = _tokens.Select(_ => new List<int>()).ToArray();
        for (var number = 0; number < _names.Length; number++)
        {
            foreach (var token in _names[number].Tokens.Distinct(StringComparer.Ordinal))
                postings[_tokenNumbers[token]].Add(number);
        }
        return [.. postings.Select(list => list.ToArray())];
    }

    private sealed record IndexedName(
        ListedEntry Entry, ListedName Name, string[] Tokens, int[] Weights, int Weight);
}
