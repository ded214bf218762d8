namespace FinCode.Ledger.Proofs;

/// <summary>
/// Checks proofs as somebody does who has nothing but a root (RFC 9162, sections 2.1.3.2 and 2.1.4.2).
/// </summary>
internal static class MerkleProofs
{
    /// <summary>Whether the leaf with this index, counted from 0, is in the tree of this size and root.</summary>
    public static bool VerifyInclusion(
        long index, long size, ReadOnlySpan<byte> leafHash, IReadOnlyList<byte[]> path, ReadOnlySpan<byte> root)
    {
        if (index < 0 || index >= size)
            return false;
        var node = index;
        var last = size - 1;
        var hash = leafHash.ToArray();
        foreach (var sibling in path)
        {
            if (last == 0 || sibling.Length != MerkleTree.HashBytes)
                return false;
            if (node % 2 == 1 || node == last)
            {
                hash = MerkleTree.NodeHash(sibling, hash);
                while (node % 2 == 0 && node != 0)
                {
                    node /= 2;
                    last /= 2;
                }
            }
            else
            {
                hash = MerkleTree.NodeHash(hash, sibling);
            }
            node /= 2;
            last /= 2;
        }
        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>Whether the first tree is the beginning of the second: nothing was changed, only added.</summary>
    public static bool VerifyConsistency(
        long from, long to, ReadOnlySpan<byte> fromRoot, ReadOnlySpan<byte> toRoot, IReadOnlyList<byte[]> path)
    {
        if (from < 1 || from > to || path.Any(hash => hash.Length != MerkleTree.HashBytes))
            return false;
        if (from == to)
            return path.Count == 0 && fromRoot.SequenceEqual(toRoot);
        var node = from - 1;
        var last = to - 1;
        while (node % 2 == 1)
        {
            node /= 2;
            last /= 2;
        }

        // A first tree that is complete is a subtree of the second, so its root is the first hash.
        List<byte[]> hashes = node == 0 ? [fromRoot.ToArray(), .. path] : [.. path];
        if (hashes.Count == 0)
            return false;
        var old = hashes[0];
        var now = hashes[0];
        foreach (var sibling in hashes.Skip(1))
        {
            if (last == 0)
                return false;
            if (node % 2 == 1 || node == last)
            {
                old = MerkleTree.NodeHash(sibling, old);
                now = MerkleTree.NodeHash(sibling, now);
                while (node % 2 == 0 && node != 0)
                {
                    node /= 2;
                    last /= 2;
                }
            }
            else
            {
                now = MerkleTree.NodeHash(now, sibling);
            }
            node /= 2;
            last /= 2;
        }
        return last == 0 && fromRoot.SequenceEqual(old) && toRoot.SequenceEqual(now);
    }
}
