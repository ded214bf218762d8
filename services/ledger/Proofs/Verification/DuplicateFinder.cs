using System.Buffers.Binary;
using System.Text;

namespace FinCode.Ledger.Proofs.Verification;

/// <summary>
/// Finds what may be there only once, in files: memory does not grow with the log. Each text goes as a digest, with its
/// position, to one of the files by its last bits (an id is its own digest: it ends at random); a file fits in memory
/// and is sorted there at the end.
/// </summary>
internal sealed class DuplicateFinder : IDisposable
{
    private const int Files = 64;
    private const int DigestBytes = 16;
    private const int Bytes = DigestBytes + sizeof(long);
    private const int BufferBytes = 64 * 1024;

    /// <summary>The second half of a digest: of an id that is the random one.</summary>
    private const int SortedFrom = 8;

    private readonly FileStream?[] _files = new FileStream?[Files];

    public void Clear()
    {
        foreach (var file in _files)
            file?.SetLength(0);
    }

    public void Add(string text, long position)
    {
        var bytes = Encoding.UTF8.GetMaxByteCount(text.Length) <= 1024
            ? stackalloc byte[1024]
            : new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        Add(MerkleTree.Hash(bytes[..Encoding.UTF8.GetBytes(text, bytes)]).AsSpan(), position);
    }

    public void Add(Guid id, long position)
    {
        Span<byte> bytes = stackalloc byte[DigestBytes];
        id.TryWriteBytes(bytes);
        Add(bytes, position);
    }

    /// <summary>The first position whose text stood before, and where; null when none does.</summary>
    public (long Position, long Before)? Find()
    {
        (long Position, long Before)? found = null;
        foreach (var file in _files)
        {
            if (file is null || file.Length == 0)
                continue;
            foreach (var pair in FindIn(file))
            {
                if (found is null || pair.Position < found.Value.Position)
                    found = pair;
            }
        }
        return found;
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file?.Dispose();
    }

    private void Add(ReadOnlySpan<byte> digest, long position)
    {
        Span<byte> row = stackalloc byte[Bytes];
        digest[..DigestBytes].CopyTo(row);
        BinaryPrimitives.WriteInt64BigEndian(row[DigestBytes..], position);
        var file = _files[digest[DigestBytes - 1] % Files] ??= TemporaryFile.Create(BufferBytes);
        file.Write(row);
    }

    /// <summary>Sorted by a part of the digest, which is quick; few rows then have to be compared in full.</summary>
    private static IEnumerable<(long Position, long Before)> FindIn(FileStream file)
    {
        var rows = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(rows);
        var (keys, order) = (new ulong[rows.Length / Bytes], new int[rows.Length / Bytes]);
        for (var i = 0; i < keys.Length; i++)
            (keys[i], order[i]) = (BinaryPrimitives.ReadUInt64BigEndian(rows.AsSpan((i * Bytes) + SortedFrom)), i);
        Array.Sort(keys, order);
        for (var i = 0; i < keys.Length;)
        {
            var end = i + 1;
            while (end < keys.Length && keys[end] == keys[i])
                end++;
            if (end - i > 1)
            {
                foreach (var pair in FindAmong(rows, order[i..end]))
                    yield return pair;
            }
            i = end;
        }
    }

    private static IEnumerable<(long Position, long Before)> FindAmong(byte[] rows, int[] alike)
    {
        var among = alike.Select(row => (
                Digest: BinaryPrimitives.ReadUInt128BigEndian(rows.AsSpan(row * Bytes)),
                Position: BinaryPrimitives.ReadInt64BigEndian(rows.AsSpan((row * Bytes) + DigestBytes))))
            .Order().ToArray();
        for (var i = 1; i < among.Length; i++)
        {
            if (among[i].Digest == among[i - 1].Digest)
                yield return (among[i].Position, among[i - 1].Position);
        }
    }
}
