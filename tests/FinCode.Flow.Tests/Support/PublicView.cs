using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FinCode.Standalone.Client;

namespace FinCode.Flow.Tests.Support;

/// <summary>
/// What somebody outside of compliance gets to see of a transfer, without what tells one transfer from another: ids,
/// times, addresses, initials and PCNs are named by their kind.
/// </summary>
internal static partial class PublicView
{
    public static string Of(JsonElement body)
    {
        var text = new StringBuilder();
        Write(body, text);
        return text.ToString();
    }

    public static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Of(document.RootElement);
    }

    /// <summary>An answer with its status: an error says no more of one transfer than of another.</summary>
    public static string Of(ApiAnswer answer) => $"{answer.Status} {Of(answer.Body)}";

    private static void Write(JsonElement element, StringBuilder text)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var member in element.EnumerateObject())
                {
                    text.Append(member.Name).Append(": ");
                    Write(member.Value, text);
                    text.Append("; ");
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, text);
                    text.Append(", ");
                }
                text.Append(']');
                break;
            case JsonValueKind.String:
                text.Append(Kind(element.GetString()!));
                break;
            default:
                text.Append(element.GetRawText());
                break;
        }
    }

    private static string Kind(string value)
    {
        value = Id().Replace(value, "<id>");
        value = Trace().Replace(value, "<trace>");
        return Time().IsMatch(value) ? "<time>"
            : Initials().IsMatch(value) ? "<initials>"
            : Pcn().IsMatch(value) ? "<pcn>"
            : value.StartsWith("http://", StringComparison.Ordinal) ? "<address>"
            : value;
    }

    [GeneratedRegex(@"\b[a-z]{2,4}_[0-9A-Za-z]{20,}\b|\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")]
    private static partial Regex Id();

    [GeneratedRegex("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")]
    private static partial Regex Trace();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT")]
    private static partial Regex Time();

    [GeneratedRegex(@"\*\*\*")]
    private static partial Regex Initials();

    [GeneratedRegex("^[0-9A-HJKMNP-TV-Z]{11}$")]
    private static partial Regex Pcn();
}
