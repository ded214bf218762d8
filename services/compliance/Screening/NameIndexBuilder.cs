using FinCode.Compliance.Lists;

namespace FinCode.Compliance.Screening;

/// <summary>A listed name's place in the arrays of the index.</summary>
/// <param name="First">Of its tokens.</param>
/// <param name="Weight">Of all its tokens.</param>
/// <param name="TrivialWeight">Of those that are not telling.</param>
/// <param name="Initials">How many of them are initials.</param>
/// <param name="Heaviest">The weight of its heaviest token.</param>
internal readonly record struct IndexedName(
    ListedEntry Entry, ListedName Name, int First, byte Count, int Weight, short TrivialWeight, byte Initials,
    short Heaviest);

/// <summary>Reads all names once and lays them out for searching.</summary>
internal sealed class NameIndexBuilder
{
    private readonly List<TokenTraits> _distinct = [];
    private readonly List<char> _letters = [];
    private readonly Dictionary<ulong, int> _numbers = [];
    private readonly List<int> _tokens = [];
    private readonly List<ulong> _glued = [];
    private readonly List<(ListedEntry Entry, ListedName Name, int First, byte Count)> _names = [];

    /// <param name="weights">Of other lists than these entries; null: of these.</param>
    public NameIndexBuilder(IReadOnlyList<ListedEntry> entries, TokenWeights? weights)
    {
        var reader = new NameTokens();
        var counts = new Dictionary<ulong, int>();
        var seen = new HashSet<ulong>();
        foreach (var entry in entries)
        {
            seen.Clear();
            foreach (var name in entry.Names)
            {
                NameNormalizer.Read(name.Text, reader);
                Add(entry, name, reader);
                foreach (ref readonly var token in reader.Tokens)
                {
                    if (token.IsTelling && seen.Add(token.RarityKey))
                        counts[token.RarityKey] = counts.GetValueOrDefault(token.RarityKey) + 1;
                }
            }
        }
        Weights = weights ?? new TokenWeights(counts, Math.Max(1, entries.Count));
        var distinct = _distinct.ToArray();
        Weights.Weigh(distinct);
        Dictionary = new TokenDictionary(distinct, [.. _letters]);
        Tokens = [.. _tokens];
        Glued = [.. _glued];
        Names = [.. _names.Select(Weigh)];
        (PostingStarts, Postings) = Post();
        GluedNames = PostGlued();
    }

    public TokenWeights Weights { get; }

    public TokenDictionary Dictionary { get; }

    /// <summary>Token numbers, name after name.</summary>
    public int[] Tokens { get; }

    public ulong[] Glued { get; }

    public IndexedName[] Names { get; }

    /// <summary>For each token where its names begin among the postings; one more than there are tokens.</summary>
    public int[] PostingStarts { get; }

    public int[] Postings { get; }

    /// <summary>Names by what two neighbouring tokens are found by as one word.</summary>
    public KeyTable GluedNames { get; }

    private void Add(ListedEntry entry, ListedName name, NameTokens reader)
    {
        if (reader.Count == 0)
            return;
        _names.Add((entry, name, _tokens.Count, (byte)reader.Count));
        for (var i = 0; i < reader.Count; i++)
        {
            var token = reader.Tokens[i];
            // The same letters from another script are another token: they are compared by other rules.
            var key = token.Text ^ ((ulong)token.Script * 0x9E3779B97F4A7C15);
            if (!_numbers.TryGetValue(key, out var number))
            {
                number = _distinct.Count;
                _numbers.Add(key, number);
                var text = reader.TextOf(i);
                token.Start = _letters.Count;
                foreach (var letter in text)
                    _letters.Add(letter);
                _distinct.Add(token);
            }
            _tokens.Add(number);
            _glued.Add(reader.Glued[i]);
        }
    }

    private IndexedName Weigh((ListedEntry Entry, ListedName Name, int First, byte Count) name)
    {
        var weight = 0;
        var trivial = 0;
        var initials = 0;
        var heaviest = 0;
        for (var i = name.First; i < name.First + name.Count; i++)
        {
            ref readonly var token = ref Dictionary[Tokens[i]];
            weight += token.Weight;
            heaviest = Math.Max(heaviest, token.Weight);
            trivial += token.IsTelling ? 0 : token.Weight;
            initials += token.Class == TokenClass.Initial ? 1 : 0;
        }
        return new IndexedName(name.Entry, name.Name, name.First, name.Count, weight, (short)trivial, (byte)initials,
            (short)heaviest);
    }

    /// <summary>
    /// Telling tokens lead to their names; the others only to names that have no telling token, since sharing an
    /// article makes no match.
    /// </summary>
    private (int[] Starts, int[] Postings) Post()
    {
        var starts = new int[Dictionary.Count + 1];
        foreach (var (_, token) in Posted())
            starts[token + 1]++;
        for (var i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        var next = starts.AsSpan().ToArray();
        var postings = new int[starts[^1]];
        foreach (var (name, token) in Posted())
            postings[next[token]++] = name;
        return (starts, postings);
    }

    private IEnumerable<(int Name, int Token)> Posted()
    {
        for (var number = 0; number < Names.Length; number++)
        {
            var name = Names[number];
            var hasTelling = name.Weight > name.TrivialWeight;
            for (var i = name.First; i < name.First + name.Count; i++)
            {
                if (!hasTelling || Dictionary[Tokens[i]].IsTelling)
                    yield return (number, Tokens[i]);
            }
        }
    }

    private KeyTable PostGlued()
    {
        var glued = new KeyTableBuilder(Tokens.Length);
        for (var number = 0; number < Names.Length; number++)
        {
            var name = Names[number];
            for (var i = name.First; i + 1 < name.First + name.Count; i++)
            {
                if (Glued[i] != 0)
                    glued.Add(Glued[i], number);
            }
        }
        return glued.Build();
    }
}
