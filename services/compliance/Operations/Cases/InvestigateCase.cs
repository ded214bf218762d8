using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>An officer begins to look into a case; it is his from then on.</summary>
internal static class InvestigateCase
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/investigation", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("InvestigateCase").WithSummary("Begin to look into a case").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static Task<IResult> HandleAsync(
        CaseId id, Caller caller, CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken) =>
        desk.StepAsync(id, caller,
            found => found.Status == CaseStatus.Investigating && found.Assignee == caller.Subject,
            found => found.Investigate(caller.Subject, clock), cancellationToken);
}
