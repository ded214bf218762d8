using System.Text.Json;
using System.Text.Json.Nodes;
using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>A version of what a tenant defines: tiers, forms, the scorecard or how long things are kept.</summary>
/// <param name="Version">0 is the shipped one.</param>
internal sealed record KycDefinitionView<T>(
    int Version, T Content, DefinitionState State, string? Reason, string? ProposedBy, DateTimeOffset? ProposedAt,
    string? ApprovedBy, DateTimeOffset? ApprovedAt) where T : IDefinition<T>
{
    public static KycDefinitionView<T> Of(DefinitionVersion<T> one) => new(one.Version, one.Content, one.State,
        one.Reason, one.ProposedBy, one.ProposedAt, one.ApprovedBy, one.ApprovedAt);
}

/// <summary>What is in force, and the change that waits for a second person.</summary>
internal sealed record KycDefinitionsView<T>(KycDefinitionView<T> InForce, KycDefinitionView<T>? Proposal)
    where T : IDefinition<T>;

/// <summary>The kinds of definitions have the same routes.</summary>
internal static class DefinitionRoutes
{
    public const string Tag = "Customer definitions";

    private static readonly JsonSerializerOptions s_strict =
        new(ContractJson.Options) { RespectRequiredConstructorParameters = true };

    public static string PathOf<T>() where T : IDefinition<T> => $"/v1/kyc/{NounOf<T>().ToLowerInvariant()}-definition";

    /// <summary>For names of operations: Tiers, Forms, Scorecard, Retention.</summary>
    public static string NounOf<T>() where T : IDefinition<T> => T.Kind.ToString();

    public static Validation Check<T>(this Validation validation, T? content) where T : class, IDefinition<T>
    {
        if (!validation.Require(content, "/content"))
            return validation;
        if (WhatIsMissing(content) is { } place)
        {
            validation.Check(false, "/content" + place, "Something is missing here.");
            return validation;
        }
        foreach (var (pointer, detail) in content.WhatIsWrong())
            validation.Check(false, "/content" + pointer, detail);
        return validation;
    }

    /// <summary>Where a member is left out that there has to be, or a list holds null; readers let both pass.</summary>
    private static string? WhatIsMissing<T>(T content)
    {
        try
        {
            var json = JsonSerializer.SerializeToNode(content, ContractJson.Options);
            if (PlaceOfNull(json, "") is { } place)
                return place;
            json.Deserialize<T>(s_strict);
            return null;
        }
        catch (JsonException exception)
        {
            return exception.Path?.Replace("$", "", StringComparison.Ordinal).Replace('.', '/').Replace('[', '/')
                .Replace("]", "", StringComparison.Ordinal) ?? "";
        }
    }

    private static string? PlaceOfNull(JsonNode? node, string at) => node switch
    {
        null => at,
        JsonArray array => array.Select((one, i) => PlaceOfNull(one, $"{at}/{i}"))
            .FirstOrDefault(place => place is not null),
        JsonObject members => members.Select(one => PlaceOfNull(one.Value, $"{at}/{one.Key}"))
            .FirstOrDefault(place => place is not null),
        _ => null,
    };
}
