using System.Numerics;
using System.Security.Cryptography;

namespace FinCode.Ledger.Proofs;

/// <summary>
/// Leaves from <paramref name="Start"/> up to, not including, <paramref name="End"/>; counted from 0.
/// </summary>
internal readonly record struct LeafRange(long Start, long End)
{
    public long Length => End - Start;

    /// <summary>Its leaves are all the leaves of one subtree whose size is a power of two.</summary>
    public bool IsComplete => BitOperations.IsPow2(Length) && Start % Length == 0;
}

/// <summary>
/// The Merkle tree of RFC 6962, section 2.1, over SHA-256. A proof is a list of subtree hashes; which subtrees is told
/// here, where their hashes come from is the caller's business.
/// </summary>
internal static class MerkleTree
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = 32;

    private const byte LeafPrefix = 0;
    private const byte NodePrefix = 1;

    [ThreadStatic]
    private static IncrementalHash? t_hash;

    /// <summary>The root of a tree without leaves: the hash of nothing.</summary>
    public static byte[] EmptyRoot => SHA256.HashData([]);

    public static byte[] LeafHash(ReadOnlySpan<byte> record)
    {
        var bytes = new byte[1 + record.Length];
        bytes[0] = LeafPrefix;
        record.CopyTo(bytes.AsSpan(1));
        return SHA256.HashData(bytes);
    }

    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> bytes = stackalloc byte[1 + (2 * HashBytes)];
        bytes[0] = NodePrefix;
        left.CopyTo(bytes[1..]);
        right.CopyTo(bytes[(1 + HashBytes)..]);
        return Hash(bytes);
    }

    /// <summary>SHA-256 of little, often: a hash object that is kept costs half of a new one.</summary>
    internal static byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = t_hash ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes);
        return hash.GetHashAndReset();
    }

    /// <summary>The root of all these leaves.</summary>
    public static byte[] Root(IReadOnlyList<byte[]> leafHashes)
    {
        var frontier = new MerkleFrontier();
        foreach (var leaf in leafHashes)
            frontier.Add(leaf);
        return frontier.Root();
    }

    /// <summary>A subtree of more than one leaf falls into these two (the largest power of two first).</summary>
    public static (LeafRange Left, LeafRange Right) Split(LeafRange range)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(range.Length, 2);
        var middle = range.Start + (1L << (63 - BitOperations.LeadingZeroCount((ulong)(range.Length - 1))));
        return (new LeafRange(range.Start, middle), new LeafRange(middle, range.End));
    }

    /// <summary>The subtrees whose hashes prove that a leaf is in a tree, from the leaf up (RFC 6962, 2.1.1).</summary>
    public static IReadOnlyList<LeafRange> InclusionPath(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<LeafRange>();
        var range = new LeafRange(0, size);
        while (range.Length > 1)
        {
            var (left, right) = Split(range);
            (range, var sibling) = index < right.Start ? (left, right) : (right, left);
            path.Add(sibling);
        }
        path.Reverse();
        return path;
    }

    /// <summary>
    /// The subtrees whose hashes prove that the tree of <paramref name="from"/> leaves is the beginning of that of
    /// <paramref name="to"/> leaves (RFC 6962, 2.1.2). Empty for equal sizes.
    /// </summary>
    public static IReadOnlyList<LeafRange> ConsistencyPath(long from, long to)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(from);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(from, to);
        var path = new List<LeafRange>();
        var range = new LeafRange(0, to);
        while (range.End != from)
        {
            var (left, right) = Split(range);
            (range, var sibling) = from <= right.Start ? (left, right) : (right, left);
            path.Add(sibling);
        }

        // The verifier knows the old root already, unless the old tree is only a part of what is left here.
        if (range.Start > 0)
            path.Add(range);
        path.Reverse();
        return path;
    }
}
