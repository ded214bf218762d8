using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FinCode.Messaging.Collecting;

/// <summary>Which lines a folder has: 16 bytes of each line's hash, because there may be millions of them.</summary>
public sealed class KnownLines
{
    private readonly HashSet<UInt128> _lines = [];

    public static KnownLines Of(IEnumerable<string> lines)
    {
        var known = new KnownLines();
        foreach (var line in lines)
            known.Add(line);
        return known;
    }

    /// <summary>False when it was known already.</summary>
    public bool Add(string line) =>
        _lines.Add(BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(line))));
}
