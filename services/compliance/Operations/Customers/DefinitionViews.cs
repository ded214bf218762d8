using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>A version of what a tenant defines: tiers, forms or the scorecard.</summary>
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

/// <summary>The three kinds of definitions have the same routes.</summary>
internal static class DefinitionRoutes
{
    public const string Tag = "Customer definitions";

    public static string PathOf<T>() where T : IDefinition<T> => $"/v1/kyc/{NounOf<T>().ToLowerInvariant()}-definition";

    /// <summary>For names of operations: Tiers, Forms, Scorecard.</summary>
    public static string NounOf<T>() where T : IDefinition<T> => T.Kind.ToString();

    public static Validation Check<T>(this Validation validation, T? content) where T : class, IDefinition<T>
    {
        if (!validation.Require(content, "/content"))
            return validation;
        foreach (var (pointer, detail) in content.WhatIsWrong())
            validation.Check(false, "/content" + pointer, detail);
        return validation;
    }
}
