using System.Text;

namespace FinCode.Compliance.Lists;

/// <summary>What the readers of all formats do with text.</summary>
internal static class ListText
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>UTF-8 where it is valid, else ISO 8859-1, which older files were written in.</summary>
    public static string Decode(byte[] content)
    {
        try
        {
            return Strict.GetString(content).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(content);
        }
    }

    /// <summary>
    /// Of formats that are UTF-8: one bad byte must not turn every accent of a list into something else.
    /// </summary>
    /// <exception cref="DamagedListException">It is not UTF-8.</exception>
    public static string DecodeStrictly(string file, byte[] content)
    {
        try
        {
            return Strict.GetString(content).TrimStart('\ufeff');
        }
        catch (DecoderFallbackException)
        {
            throw new DamagedListException($"{file} is not UTF-8.");
        }
    }

    /// <summary>Without space at the ends, and with one blank where there is more space inside.</summary>
    public static string Clean(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        var needsWork = false;
        for (var i = 0; i < text.Length && !needsWork; i++)
        {
            var isSpace = char.IsWhiteSpace(text[i]);
            needsWork = isSpace
                ? text[i] != ' ' || i == 0 || i == text.Length - 1 || char.IsWhiteSpace(text[i - 1])
                : char.IsControl(text[i]);
        }
        return needsWork ? Rebuild(text) : text;
    }

    /// <summary>The parts that say something, joined by blanks.</summary>
    public static string Join(params ReadOnlySpan<string?> parts)
    {
        var joined = new StringBuilder();
        foreach (var part in parts)
        {
            var clean = Clean(part);
            if (clean.Length == 0)
                continue;
            if (joined.Length > 0)
                joined.Append(' ');
            joined.Append(clean);
        }
        return joined.ToString();
    }

    public static bool HasDigit(string text) => text.AsSpan().IndexOfAnyInRange('0', '9') >= 0;

    private static string Rebuild(string text)
    {
        var built = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter) || char.IsControl(letter))
            {
                if (built.Length > 0 && built[^1] != ' ')
                    built.Append(' ');
            }
            else
                built.Append(letter);
        }
        return built.ToString().TrimEnd();
    }
}
