namespace FinCode.Ledger.Proofs;

/// <summary>
/// A growing tree that keeps only the hashes of its largest complete subtrees: as many as its size has binary ones.
/// </summary>
internal sealed class MerkleFrontier
{
    private const int MaxLevels = 64;

    /// <summary>By level; a hash is there where the size has that binary digit.</summary>
    private readonly byte[]?[] _complete = new byte[MaxLevels][];

    /// <summary>By level, what the last leaf completed there or one before it did.</summary>
    private readonly byte[][] _lastCompleted = new byte[MaxLevels][];

    public long Size { get; private set; }

    public void Add(byte[] leafHash)
    {
        var hash = leafHash;
        var level = 0;
        _lastCompleted[0] = hash;
        while (_complete[level] is { } left)
        {
            hash = MerkleTree.NodeHash(left, hash);
            _complete[level] = null;
            _lastCompleted[++level] = hash;
        }
        _complete[level] = hash;
        Size++;
    }

    /// <summary>The subtree of 2^level leaves that ends with the last leaf, or null when none does.</summary>
    public byte[]? CompletedAt(int level) => Size > 0 && Size % (1L << level) == 0 ? _lastCompleted[level] : null;

    public byte[] Root()
    {
        byte[]? root = null;
        foreach (var hash in _complete)
        {
            if (hash is not null)
                root = root is null ? hash : MerkleTree.NodeHash(hash, root);
        }
        return root ?? MerkleTree.EmptyRoot;
    }
}
