using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace FinCode.Compliance.Lists;

/// <summary>
/// SHA-256 over everything that screening looks at in an entry, whatever the order in which the publisher writes it.
/// Two versions of an entry with the same hash screen alike. It is stored: a change here makes every entry a changed
/// one, and then <see cref="Scheme"/> has to be raised.
/// </summary>
internal static class EntryHash
{
    private const string Scheme = "1";

    public static byte[] Of(ListedEntry entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> buffer = stackalloc byte[512];
        Append(hash, buffer, [Scheme, entry.List, entry.EntryId, entry.Kind.ToString(), $"{entry.Gender}"]);
        Append(hash, buffer, [entry.Names[0].Text]);
        Append(hash, buffer, Sorted(entry.Names.Skip(1).Select(name => $"{name.Strength}:{name.Text}")));
        Append(hash, buffer, Sorted(entry.Programmes));
        Append(hash, buffer, Sorted(entry.Births.Select(span => span.ToString())));
        Append(hash, buffer, Sorted(entry.Countries));
        Append(hash, buffer, Sorted(entry.Identifiers.Select(one => $"{one.Type}:{one.Country}:{one.Value}")));
        return hash.GetHashAndReset();
    }

    private static string[] Sorted(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];

    /// <summary>Counts and lengths before the texts: no two different entries write the same bytes.</summary>
    private static void Append(IncrementalHash hash, Span<byte> buffer, string[] texts)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, texts.Length);
        hash.AppendData(number);
        foreach (var text in texts)
        {
            var size = Encoding.UTF8.GetByteCount(text);
            BinaryPrimitives.WriteInt32BigEndian(number, size);
            hash.AppendData(number);
            var bytes = size <= buffer.Length ? buffer[..size] : new byte[size];
            Encoding.UTF8.GetBytes(text, bytes);
            hash.AppendData(bytes);
        }
    }
}
