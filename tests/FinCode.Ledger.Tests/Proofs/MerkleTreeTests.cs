using System.Security.Cryptography;
using CsCheck;
using FinCode.Ledger.Proofs;

namespace FinCode.Ledger.Tests.Proofs;

/// <summary>
/// Against the recursive definitions of RFC 6962, section 2.1, and the vectors of Certificate Transparency.
/// </summary>
public sealed class MerkleTreeTests
{
    private const int MaxSize = 600;

    /// <summary>Large enough for all subranges in a second or two.</summary>
    private const int SmallSize = 64;

    private static readonly byte[][] s_leaves =
        [.. Enumerable.Range(0, MaxSize).Select(i => MerkleTree.LeafHash(BitConverter.GetBytes(i)))];

    private static readonly string[] s_vectorLeaves =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(4, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")]
    [InlineData(5, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4")]
    [InlineData(6, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_roots_of_the_known_leaves_are_the_known_roots(int size, string root) => Convert.ToHexStringLower(
        MerkleTree.Root([.. s_vectorLeaves.Take(size)
            .Select(leaf => MerkleTree.LeafHash(Convert.FromHexString(leaf)))]))
        .ShouldBe(root);

    [Fact]
    public void The_root_of_every_size_is_that_of_the_definition()
    {
        var frontier = new MerkleFrontier();
        for (var size = 0; size <= MaxSize; size++)
        {
            Hex(frontier.Root()).ShouldBe(Hex(DefinedRoot(s_leaves.AsSpan(0, size))), $"size {size}");
            if (size < MaxSize)
                frontier.Add(s_leaves[size]);
        }
    }

    [Fact]
    public void A_frontier_tells_each_complete_subtree_when_its_last_leaf_comes()
    {
        var frontier = new MerkleFrontier();
        frontier.CompletedAt(0).ShouldBeNull();
        for (var size = 1; size <= 300; size++)
        {
            frontier.Add(s_leaves[size - 1]);
            for (var level = 0; level <= 8; level++)
            {
                var length = 1 << level;
                var expected = size % length == 0 ? Hex(DefinedRoot(s_leaves.AsSpan(size - length, length))) : null;
                var told = frontier.CompletedAt(level);
                (told is null ? null : Hex(told)).ShouldBe(expected, $"size {size}, level {level}");
            }
        }
    }

    [Fact]
    public void Inclusion_proofs_are_those_of_the_definition_and_hold()
    {
        for (var size = 1; size <= SmallSize; size++)
        {
            var root = DefinedRoot(s_leaves.AsSpan(0, size));
            for (var index = 0; index < size; index++)
            {
                var path = Hashes(MerkleTree.InclusionPath(index, size));
                path.Select(Hex).ShouldBe(DefinedPath(index, s_leaves.AsSpan(0, size)).Select(Hex));
                MerkleProofs.VerifyInclusion(index, size, s_leaves[index], path, root).ShouldBeTrue();
            }
        }
    }

    [Fact]
    public void Consistency_proofs_are_those_of_the_definition_and_hold()
    {
        for (var to = 1; to <= SmallSize; to++)
        {
            for (var from = 1; from <= to; from++)
            {
                var path = Hashes(MerkleTree.ConsistencyPath(from, to));
                path.Select(Hex).ShouldBe(DefinedConsistency(from, s_leaves.AsSpan(0, to), true).Select(Hex));
                MerkleProofs.VerifyConsistency(
                    from, to, DefinedRoot(s_leaves.AsSpan(0, from)), DefinedRoot(s_leaves.AsSpan(0, to)), path)
                    .ShouldBeTrue($"{from} to {to}");
            }
        }
    }

    [Fact]
    public void Proofs_of_larger_trees_hold() => Gen.Select(
        Gen.Int[1, MaxSize], Gen.Int[1, MaxSize], Gen.Int[0, MaxSize - 1])
        .Sample((one, other, chosen) =>
        {
            var (from, to) = (Math.Min(one, other), Math.Max(one, other));
            var index = chosen % to;
            var root = DefinedRoot(s_leaves.AsSpan(0, to));
            var inclusion = Hashes(MerkleTree.InclusionPath(index, to));
            var consistency = Hashes(MerkleTree.ConsistencyPath(from, to));
            return MerkleProofs.VerifyInclusion(index, to, s_leaves[index], inclusion, root)
                && MerkleProofs.VerifyConsistency(from, to, DefinedRoot(s_leaves.AsSpan(0, from)), root, consistency);
        });

    [Fact]
    public void A_proof_of_anything_else_does_not_hold() => Gen.Select(Gen.Int[2, 200], Gen.Int[0, 199], Gen.Int[0, 6])
        .Sample((size, chosen, lie) =>
        {
            var index = chosen % size;
            var root = DefinedRoot(s_leaves.AsSpan(0, size));
            var path = Hashes(MerkleTree.InclusionPath(index, size)).ToList();
            var leaf = s_leaves[index];
            switch (lie)
            {
                case 0: leaf = s_leaves[(index + 1) % size]; break;
                case 1: index = (index + 1) % size; break;
                case 2: path.RemoveAt(0); break;
                case 3: path.Add(root); break;
                case 4: path[^1] = SHA256.HashData(path[^1]); break;
                case 5: root = SHA256.HashData(root); break;
                default: path[0] = path[0][..31]; break;
            }
            return !MerkleProofs.VerifyInclusion(index, size, leaf, path, root);
        });

    [Fact]
    public void A_consistency_proof_of_anything_else_does_not_hold() => Gen.Select(
        Gen.Int[2, 200], Gen.Int[1, 199], Gen.Int[0, 5])
        .Sample((to, chosen, lie) =>
        {
            var from = 1 + (chosen % (to - 1));
            var (old, now) = (DefinedRoot(s_leaves.AsSpan(0, from)), DefinedRoot(s_leaves.AsSpan(0, to)));
            var path = Hashes(MerkleTree.ConsistencyPath(from, to)).ToList();
            switch (lie)
            {
                case 0: old = SHA256.HashData(old); break;
                case 1: now = SHA256.HashData(now); break;
                case 2: path.RemoveAt(path.Count - 1); break;
                case 3: path.Add(now); break;
                case 4: path[0] = SHA256.HashData(path[0]); break;
                default: (old, now) = (now, old); break;
            }
            return !MerkleProofs.VerifyConsistency(from, to, old, now, path);
        });

    private static byte[][] Hashes(IReadOnlyList<LeafRange> ranges) =>
        [.. ranges.Select(range => DefinedRoot(s_leaves.AsSpan((int)range.Start, (int)range.Length)))];

    private static byte[] DefinedRoot(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.IsEmpty)
            return SHA256.HashData([]);
        if (leaves.Length == 1)
            return leaves[0];
        var k = PowerBelow(leaves.Length);
        return SHA256.HashData([1, .. DefinedRoot(leaves[..k]), .. DefinedRoot(leaves[k..])]);
    }

    private static byte[][] DefinedPath(int m, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length == 1)
            return [];
        var k = PowerBelow(leaves.Length);
        return m < k
            ? [.. DefinedPath(m, leaves[..k]), DefinedRoot(leaves[k..])]
            : [.. DefinedPath(m - k, leaves[k..]), DefinedRoot(leaves[..k])];
    }

    private static byte[][] DefinedConsistency(int m, ReadOnlySpan<byte[]> leaves, bool isWhole)
    {
        if (m == leaves.Length)
            return isWhole ? [] : [DefinedRoot(leaves)];
        var k = PowerBelow(leaves.Length);
        return m <= k
            ? [.. DefinedConsistency(m, leaves[..k], isWhole), DefinedRoot(leaves[k..])]
            : [.. DefinedConsistency(m - k, leaves[k..], false), DefinedRoot(leaves[..k])];
    }

    private static int PowerBelow(int size)
    {
        var power = 1;
        while (power * 2 < size)
            power *= 2;
        return power;
    }

    private static string Hex(byte[] hash) => Convert.ToHexStringLower(hash);
}
