using FinCode.Compliance.Rules;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations;

/// <summary>The rules that come with the service: texts to take and change, in force nowhere.</summary>
internal static class GetRuleLibrary
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/screening-rules/library", () => TypedResults.Ok(RuleLibrary.All))
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetScreeningRuleLibrary").WithSummary("The rules that come with the service")
        .WithTags("Screening rules")
        .Produces<IReadOnlyList<LibraryRule>>().ProducesProblem(403);
}
