using System.Buffers;
using System.Globalization;
using System.Text;

namespace FinCode.Ledger.Model;

/// <summary>Texts as the book's log writes them, so that the same text is always the same bytes.</summary>
internal static class LogText
{
    private static readonly SearchValues<char> s_escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(code => (char)code), '"', '\\']);

    public static void Quote(StringBuilder line, string value)
    {
        line.Append('"');
        if (value.AsSpan().IndexOfAny(s_escaped) < 0)
            line.Append(value);
        else
            Escape(line, value);
        line.Append('"');
    }

    private static void Escape(StringBuilder line, string value)
    {
        foreach (var character in value)
        {
            if (character is '"' or '\\')
                line.Append('\\').Append(character);
            else if (character < ' ')
                line.Append("\\u").Append(((int)character).ToString("x4", CultureInfo.InvariantCulture));
            else
                line.Append(character);
        }
    }
}
