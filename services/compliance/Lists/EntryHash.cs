using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
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

    private static readonly ConditionalWeakTable<ListedEntry, string> Texts = [];

    /// <summary>In hexadecimal; worked out once for an entry, because the same ones are hit again and again.</summary>
    public static string TextOf(ListedEntry entry) =>
        Texts.GetValue(entry, one => Convert.ToHexStringLower(Of(one)));

    public static byte[] Of(ListedEntry entry)
    {
        var content = new ArrayBufferWriter<byte>(1_024);
        Write(content, [Scheme, entry.List, entry.EntryId, entry.Kind.ToString(), $"{entry.Gender}"]);
        Write(content, [entry.Names[0].Text]);
        Write(content, Sorted(entry.Names.Skip(1).Select(name => $"{name.Strength}:{name.Text}")));
        Write(content, Sorted(entry.Programmes));
        Write(content, Sorted(entry.Births.Select(span => span.ToString())));
        Write(content, Sorted(entry.Countries));
        Write(content, Sorted(entry.Identifiers.Select(one => $"{one.Type}:{one.Country}:{one.Value}")));
        return SHA256.HashData(content.WrittenSpan);
    }

    private static string[] Sorted(IEnumerable<string> texts)
    {
        string[] sorted = [.. texts];
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }

    /// <summary>Counts and lengths before the texts: no two different entries write the same bytes.</summary>
    private static void Write(ArrayBufferWriter<byte> content, string[] texts)
    {
        WriteNumber(content, texts.Length);
        foreach (var text in texts)
        {
            WriteNumber(content, Encoding.UTF8.GetByteCount(text));
            Encoding.UTF8.GetBytes(text, content);
        }
    }

    private static void WriteNumber(ArrayBufferWriter<byte> content, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(content.GetSpan(sizeof(int)), number);
        content.Advance(sizeof(int));
    }
}
