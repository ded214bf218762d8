namespace FinCode.Compliance.Screening;

/// <summary>
/// Finds every listed token that counts as the same as a given one (<see cref="TokenSimilarity.AllowedEdits"/>)
/// without looking at all of them: two words within n edits have a common remainder after deleting at most n letters
/// from each. Remainders are kept as hashes; what they propose is compared for real, so a collision changes nothing.
/// Source: the symmetric delete scheme of T. Bocek et al., "Fast similarity search in large dictionaries", 2007.
/// </summary>
internal sealed class DeletionIndex
{
    private const ulong HashOffset = 14695981039346656037;
    private const ulong HashPrime = 1099511628211;

    private readonly ulong[] _hashes;
    private readonly int[] _tokens;

    public DeletionIndex(IReadOnlyList<string> tokens)
    {
        var hashes = new List<ulong>(tokens.Count * 16);
        var owners = new List<int>(tokens.Count * 16);
        for (var token = 0; token < tokens.Count; token++)
        {
            foreach (var hash in Remainders(tokens[token]))
            {
                hashes.Add(hash);
                owners.Add(token);
            }
        }
        _hashes = [.. hashes];
        _tokens = [.. owners];
        Array.Sort(_hashes, _tokens);
    }

    /// <summary>Token numbers that may be near; never leaves one out that is. Each once.</summary>
    public HashSet<int> Propose(string token)
    {
        var found = new HashSet<int>();
        foreach (var hash in Remainders(token))
        {
            var position = Array.BinarySearch(_hashes, hash);
            if (position < 0)
                continue;
            while (position > 0 && _hashes[position - 1] == hash)
                position--;
            for (; position < _hashes.Length && _hashes[position] == hash; position++)
                found.Add(_tokens[position]);
        }
        return found;
    }

    /// <summary>The hashes of the token and of what is left of it after each allowed deletion.</summary>
    private static List<ulong> Remainders(string token)
    {
        var edits = TokenSimilarity.AllowedEdits(token.Length);
        var single = edits > 0 ? token.Length : 0;
        var hashes = new List<ulong>(1 + single + (edits > 1 ? token.Length * token.Length / 2 : 0))
        {
            Hash(token, -1, -1),
        };
        for (var first = 0; edits > 0 && first < token.Length; first++)
        {
            hashes.Add(Hash(token, first, -1));
            for (var second = first + 1; edits > 1 && second < token.Length; second++)
                hashes.Add(Hash(token, first, second));
        }
        return hashes;
    }

    private static ulong Hash(string token, int skip, int alsoSkip)
    {
        var hash = HashOffset;
        for (var i = 0; i < token.Length; i++)
        {
            if (i != skip && i != alsoSkip)
                hash = (hash ^ token[i]) * HashPrime;
        }
        return hash;
    }
}
