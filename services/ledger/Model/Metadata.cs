using System.Text;

namespace FinCode.Ledger.Model;

/// <summary>What callers attach to accounts and entries: names and texts, written down in one way only.</summary>
internal static class Metadata
{
    public const int MaxItems = 20;
    public const int MaxNameLength = 40;
    public const int MaxTextLength = 200;

    public static bool IsName(string text) => text.Length is > 0 and <= MaxNameLength
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    /// <summary>A JSON object without spaces, its names in byte order; null for none.</summary>
    public static string? Write(IReadOnlyDictionary<string, string>? items)
    {
        if (items is not { Count: > 0 })
            return null;
        var json = new StringBuilder("{");
        foreach (var (name, text) in items.OrderBy(item => item.Key, StringComparer.Ordinal))
        {
            if (json.Length > 1)
                json.Append(',');
            LogText.Quote(json, name);
            LogText.Quote(json.Append(':'), text);
        }
        return json.Append('}').ToString();
    }

    public static IReadOnlyDictionary<string, string>? Read(string? json) => json is null
        ? null
        : System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string>>(json);
}
