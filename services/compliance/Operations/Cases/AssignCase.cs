using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A case is given to an officer, or one takes it.</summary>
internal static class AssignCase
{
    /// <param name="Assignee">The subject of the officer's token, 1 to 200 characters.</param>
    public sealed record CaseAssignmentRequest(string? Assignee);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/assignments", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("AssignCase").WithSummary("Give a case to an officer").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseAssignmentRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Assignee, "/assignee", CaseDesk.MaxOfficerLength);
        if (validation.Failed)
            return validation.ToProblem();
        var assignee = request.Assignee!;
        return await desk.StepAsync(id, caller,
            found => found.Assignee == assignee,
            found => found.Assign(assignee, caller.Subject, clock), cancellationToken);
    }
}
