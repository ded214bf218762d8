namespace FinCode.Ledger.Proofs.Verification;

/// <summary>The hashes of a log up to here: its chain and its tree.</summary>
internal sealed class LogHashes
{
    public byte[] Chain { get; private set; } = new byte[MerkleTree.HashBytes];

    public MerkleFrontier Tree { get; } = new();

    public long Size => Tree.Size;

    public void Add(byte[] leafHash)
    {
        Chain = Next(leafHash);
        Tree.Add(leafHash);
    }

    /// <summary>The chain's hash if this were the next record.</summary>
    public byte[] Next(ReadOnlySpan<byte> leafHash)
    {
        Span<byte> link = stackalloc byte[2 * MerkleTree.HashBytes];
        Chain.CopyTo(link);
        leafHash.CopyTo(link[MerkleTree.HashBytes..]);
        return MerkleTree.Hash(link);
    }
}
