using FinCode.Compliance.Model;
using FinCode.Compliance.Rules.Language;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Operations;

/// <summary>A rule as the tenant's staff see it.</summary>
/// <param name="Name">Of its newest version, as are <paramref name="Text"/> and <paramref name="MadeBy"/>.</param>
/// <param name="LiveVersion">The version in force; missing while the rule is inactive.</param>
/// <param name="ShadowVersion">The version that is tried without effect.</param>
/// <param name="DeactivationProposedBy">Who proposed to switch it off; a second person does.</param>
public sealed record ScreeningRuleView(
    Guid Id, string Name, RuleState State, int LatestVersion, string Text, string MadeBy, int? LiveVersion,
    string? ActivatedBy, DateTimeOffset? ActivatedAt, int? ShadowVersion, DateTimeOffset? ShadowSince,
    string? DeactivationProposedBy, string? DeactivatedBy, DateTimeOffset? DeactivatedAt, string CreatedBy,
    DateTimeOffset CreatedAt)
{
    internal static ScreeningRuleView Of(ScreeningRule rule, RuleVersion latest) => new(rule.Id, latest.Name,
        rule.State, rule.LatestVersion, latest.Text, latest.CreatedBy, rule.LiveVersion, rule.ActivatedBy,
        rule.ActivatedAt, rule.ShadowVersion, rule.ShadowSince,
        rule.LiveVersion is null ? null : rule.DeactivationProposedBy, rule.DeactivatedBy, rule.DeactivatedAt,
        rule.CreatedBy, rule.CreatedAt);
}

/// <summary>One thing wrong with a rule's text.</summary>
/// <param name="Pointer">The member of the request that holds the text.</param>
/// <param name="Line">From 1, as is <paramref name="Column"/>.</param>
public sealed record RuleTextError(string Pointer, string Detail, int Line, int Column);

/// <summary>Which version of a rule is meant.</summary>
/// <param name="Version">The newest when missing.</param>
public sealed record RuleVersionChoice(int? Version);

/// <summary>Texts that callers send.</summary>
internal static class RuleTextRequests
{
    public const string Pointer = "/text";

    /// <summary>The compiled text, or 422 with every error at its place.</summary>
    public static (CompiledRule? Rule, ProblemHttpResult? Problem) Read(string? text)
    {
        var validation = new Validation();
        if (!validation.RequireText(text, Pointer, RuleLimits.MaxTextLength))
            return (null, validation.ToProblem());
        var (rule, errors) = CompiledRule.Compile(text);
        return rule is not null ? (rule, null) : (null, TypedResults.Problem(
            statusCode: StatusCodes.Status422UnprocessableEntity,
            detail: $"The text is no rule: {errors[0]}",
            extensions: new Dictionary<string, object?>
            {
                ["code"] = Problems.ValidationError,
                ["errors"] = errors.Select(error => new RuleTextError(
                    Pointer, error.Message, error.At.Line, error.At.Column)).ToArray(),
            }));
    }
}
