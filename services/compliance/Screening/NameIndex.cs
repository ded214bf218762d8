using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Screening;

/// <summary>A listed name that is near enough to the name asked for.</summary>
/// <param name="Score">Of the names, in hundredths of a point.</param>
internal sealed record NameMatch(ListedEntry Entry, ListedName Name, NameComparison Comparison, int Score);

/// <summary>
/// All names of a list set, made for searching; immutable and safe for any number of threads. A search
/// returns exactly what scoring every name would: a name scores above zero only if a telling token of it pairs with
/// one of the query's (or, where neither name has any, some token), the dictionary finds all those tokens, and a name
/// is passed over only when even the most that it could score is below the threshold. docs/screening.md has the
/// argument in full.
/// </summary>
internal sealed class NameIndex
{
    /// <summary>Of more than one in so many entries an index of their own saves little.</summary>
    private const int LeastSaving = 10;

    private readonly IReadOnlyList<ListedEntry> _entries;
    private readonly NameIndexBuilder _built;
    private readonly Dictionary<string, List<ListedEntry>> _byIdentifier;
    private readonly Stack<SearchScratch> _scratch = new();
    private volatile NarrowIndex? _narrow;

    public NameIndex(IReadOnlyList<ListedEntry> entries)
        : this(entries, null)
    {
    }

    private NameIndex(IReadOnlyList<ListedEntry> entries, TokenWeights? weights)
    {
        _entries = entries;
        _built = new NameIndexBuilder(entries, weights);
        _byIdentifier = Identifiers.Index(entries);
    }

    public TokenWeights Weights => _built.Weights;

    public int NameCount => _built.Names.Length;

    public int TokenCount => _built.Dictionary.Count;

    /// <summary>
    /// An index of these entries alone. It finds of them exactly what this one does, with the same scores, for words
    /// weigh what they weigh here. Where they are more than a tenth of all it is this one, which costs no more. The
    /// last one is kept.
    /// </summary>
    public NameIndex Only(IReadOnlySet<ChangedEntry> wanted)
    {
        var kept = _narrow;
        if (kept is null || (!ReferenceEquals(kept.Wanted, wanted) && !wanted.SetEquals(kept.Wanted)))
        {
            kept = new NarrowIndex(wanted, wanted.Count > _entries.Count / LeastSaving ? this : new NameIndex(
                [.. _entries.Where(entry => wanted.Contains(new ChangedEntry(entry.List, entry.EntryId)))], Weights));
            _narrow = kept;
        }
        return kept.Index;
    }

    /// <summary>
    /// Every listed name that scores at least the threshold (hundredths of a point), the most alike first.
    /// </summary>
    public List<NameMatch> Search(NameTokens query, int threshold)
    {
        Weights.Weigh(query.Tokens);
        var scratch = Rent();
        try
        {
            return Search(query, threshold, scratch);
        }
        finally
        {
            lock (_scratch)
                _scratch.Push(scratch);
        }
    }

    /// <summary>The same by comparing with every name; what the index is measured against.</summary>
    public List<NameMatch> SearchExhaustively(NameTokens query, int threshold)
    {
        Weights.Weigh(query.Tokens);
        var matches = new List<NameMatch>();
        var tokens = new TokenTraits[NameTokens.MaxTokens];
        for (var number = 0; number < _built.Names.Length; number++)
            AddIfNear(matches, number, new NameSide(query), tokens, threshold);
        matches.Sort(Order);
        return matches;
    }

    /// <summary>Entries that are known by this number or code, whichever their names.</summary>
    public IEnumerable<ListedEntry> WithIdentifier(string value) => Identifiers.Find(_byIdentifier, value);

    /// <summary>How alike two names are, by what the lists say about the rarity of their tokens.</summary>
    public NameComparison Compare(NameTokens query, NameTokens target)
    {
        Weights.Weigh(query.Tokens);
        Weights.Weigh(target.Tokens);
        return NameScore.Explain(new NameSide(query), new NameSide(target));
    }

    private List<NameMatch> Search(NameTokens query, int threshold, SearchScratch scratch)
    {
        scratch.Begin();
        Touch(query, scratch);
        var shape = QueryShape.Of(query.Tokens);
        var matches = new List<NameMatch>();
        var side = new NameSide(query);
        foreach (var number in scratch.Touched)
        {
            if (scratch.AtMost(number, _built.Names[number], shape) >= threshold)
                AddIfNear(matches, number, side, scratch.Tokens, threshold);
        }
        matches.Sort(Order);
        return matches;
    }

    /// <summary>Finds every name that shares something telling, and how much it could share.</summary>
    private void Touch(NameTokens query, SearchScratch scratch)
    {
        var dictionary = _built.Dictionary;
        var side = new NameSide(query);
        for (var q = 0; q < query.Count; q++)
        {
            ref readonly var token = ref query.Tokens[q];
            scratch.NextUnit();
            scratch.Found.Clear();
            dictionary.Propose(token, query.TextOf(q), ref scratch.Found);
            foreach (var number in scratch.Found.Members)
            {
                ref readonly var listed = ref dictionary[number];
                var similarity = TokenSimilarity.Of(
                    token, query.TextOf(q), listed, dictionary.TextOf(number), out var method);
                if (similarity > 0 && method != PairMethod.Initial)
                    TouchAll(number, similarity * (token.Weight + listed.Weight), scratch);
            }
            if (token.IsTelling)
            {
                foreach (var name in _built.GluedNames.Of(token.GlueKey))
                    scratch.Touch(name, TokenSimilarity.Glued * (token.Weight + (2 * _built.Names[name].Heaviest)));
            }
            if (!side.CanGlue(q))
                continue;
            scratch.NextUnit();
            foreach (var number in dictionary.Glued(query.Glued[q]))
                TouchAll(number, TokenSimilarity.Glued
                    * (token.Weight + query.Tokens[q + 1].Weight + dictionary[number].Weight), scratch);
        }
    }

    private void TouchAll(int token, int alike, SearchScratch scratch)
    {
        var names = _built.Postings.AsSpan(_built.PostingStarts[token].._built.PostingStarts[token + 1]);
        foreach (var name in names)
            scratch.Touch(name, alike);
    }

    private void AddIfNear(List<NameMatch> matches, int number, in NameSide query, TokenTraits[] tokens, int threshold)
    {
        ref readonly var name = ref _built.Names[number];
        for (var i = 0; i < name.Count; i++)
            tokens[i] = _built.Dictionary[_built.Tokens[name.First + i]];
        var listed = new NameSide(
            tokens.AsSpan(0, name.Count), _built.Glued.AsSpan(name.First, name.Count), _built.Dictionary.Letters);
        var score = NameScore.Of(query, listed);
        if (score >= threshold && score > 0)
            matches.Add(new NameMatch(name.Entry, name.Name, NameScore.Explain(query, listed), score));
    }

    private sealed record NarrowIndex(IReadOnlySet<ChangedEntry> Wanted, NameIndex Index);

    private SearchScratch Rent()
    {
        lock (_scratch)
        {
            if (_scratch.TryPop(out var scratch))
                return scratch;
        }
        return new SearchScratch(NameCount, TokenCount);
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
}
