using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization.Metadata;
using FinCode.Contracts;

namespace FinCode.Architecture.Tests;

/// <summary>
/// The JSON schemas of the events stand in docs/events. An event is only ever extended: a changed schema shows in the
/// review. UPDATE_SNAPSHOTS=1 rewrites them.
/// </summary>
public sealed class EventSchemaTests
{
    public static TheoryData<string> EventTypes => [.. Events.Types.Keys];

    [Theory]
    [MemberData(nameof(EventTypes))]
    public void The_checked_in_schema_is_what_the_code_writes(string type)
    {
        var file = Repository.PathOf($"docs/events/{type}.json");
        var schema = Schema(Events.Types[type]).ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, schema);
        }

        File.Exists(file).ShouldBeTrue($"{file} is missing; UPDATE_SNAPSHOTS=1 writes it.");
        File.ReadAllText(file).ShouldBe(schema);
    }

    [Fact]
    public void There_is_no_schema_without_an_event() => Directory.GetFiles(Repository.PathOf("docs/events"), "*.json")
        .Select(Path.GetFileNameWithoutExtension).ShouldBe(Events.Types.Keys, ignoreOrder: true);

    [Fact]
    public void An_event_has_no_field_for_personal_data()
    {
        string[] banned = ["name", "email", "phone", "address", "birth", "iban", "account number", "document", "note"];
        var fields = Events.Types.Values.SelectMany(type => type.GetProperties()).Select(property => property.Name);

        fields.ShouldAllBe(field => !banned.Any(word => field.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions Options =
        new(ContractJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    private static JsonNode Schema(Type type) => Options.GetJsonSchemaAsNode(type, new JsonSchemaExporterOptions
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = (context, node) => Describe(context.TypeInfo.Type, node),
    });

    /// <summary>The exporter does not look into converters: say what ids and amounts look like.</summary>
    private static JsonNode Describe(Type type, JsonNode node)
    {
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        if (bare == typeof(Money))
            return new JsonObject
            {
                ["type"] = Nullable.GetUnderlyingType(type) is null ? "object" : new JsonArray("object", "null"),
                ["properties"] = new JsonObject
                {
                    ["amount"] = new JsonObject { ["type"] = "string", ["pattern"] = "^-?[0-9]+(\\.[0-9]+)?$" },
                    ["currency"] = new JsonObject { ["type"] = "string", ["pattern"] = "^[A-Z]{3}$" },
                },
                ["required"] = new JsonArray("amount", "currency"),
            };
        if (!bare.IsGenericType || bare.GetGenericTypeDefinition() != typeof(Id<>))
            return node;
        var prefix = bare.GetGenericArguments()[0].GetProperty("Prefix", BindingFlags.Public | BindingFlags.Static)!
            .GetValue(null);
        return new JsonObject
        {
            ["type"] = Nullable.GetUnderlyingType(type) is null ? "string" : new JsonArray("string", "null"),
            ["pattern"] = $"^{prefix}_[0-9a-f]{{32}}$",
        };
    }
}

/// <summary>Every event of the contracts by its CloudEvents type.</summary>
internal static class Events
{
    public static IReadOnlyDictionary<string, Type> Types { get; } = typeof(IEvent).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IEvent)))
        .ToDictionary(type => (string)Static(type, nameof(IEvent.Type)));

    public static string TopicOf(Type type) => (string)Static(type, nameof(IEvent.Topic));

    private static object Static(Type type, string property) =>
        type.GetProperty(property, BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
}
