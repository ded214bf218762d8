using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace FinCode.Gateway;

/// <summary>One document for partners out of those that the services serve at <c>/openapi/partners.json</c>.</summary>
public static class OpenApiMerge
{
    public const string Title = "FinCode partner API";

    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// The union of paths, components and tags, in the order of their names, so that the same documents give the same
    /// text in whatever order they come.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two documents say different things under one name.</exception>
    public static JsonObject Merge(IReadOnlyList<JsonNode> documents)
    {
        var paths = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        var components = new SortedDictionary<string, SortedDictionary<string, JsonNode>>(StringComparer.Ordinal);
        var tags = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            AddAll(paths, document["paths"] as JsonObject, "paths");
            foreach (var (kind, named) in document["components"] as JsonObject ?? [])
            {
                if (!components.TryGetValue(kind, out var all))
                    components[kind] = all = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
                AddAll(all, named as JsonObject, "components/" + kind);
            }
            foreach (var tag in document["tags"] as JsonArray ?? [])
                Add(tags, tag!["name"]!.GetValue<string>(), tag, "tags");
        }
        return new JsonObject
        {
            ["openapi"] = documents.Count == 0 ? "3.1.1" : documents[0]["openapi"]!.DeepClone(),
            ["info"] = new JsonObject { ["title"] = Title, ["version"] = "v1" },
            ["servers"] = new JsonArray(new JsonObject { ["url"] = "/" }),
            ["paths"] = ToObject(paths),
            ["components"] = new JsonObject(components.Select(
                kind => KeyValuePair.Create<string, JsonNode?>(kind.Key, ToObject(kind.Value)))),
            ["tags"] = new JsonArray([.. tags.Values]),
        };
    }

    /// <summary>The text as it is checked in: indented, with a newline at its end.</summary>
    public static string ToText(JsonNode document) => document.ToJsonString(Readable) + "\n";

    private static void AddAll(IDictionary<string, JsonNode> to, JsonObject? from, string where)
    {
        foreach (var (name, value) in from ?? [])
            Add(to, name, value!, where);
    }

    private static void Add(IDictionary<string, JsonNode> to, string name, JsonNode value, string where)
    {
        if (!to.TryGetValue(name, out var known))
            to[name] = value.DeepClone();
        else if (!JsonNode.DeepEquals(known, value))
            throw new InvalidOperationException($"Two services describe {where}/{name} differently.");
    }

    private static JsonObject ToObject(SortedDictionary<string, JsonNode> named) =>
        new(named.Select(entry => KeyValuePair.Create<string, JsonNode?>(entry.Key, entry.Value)));
}
