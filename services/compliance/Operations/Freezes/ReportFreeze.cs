using FinCode.Compliance.Operations.Cases;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Freezes;

/// <summary>The report of a freeze has gone to the regulator.</summary>
internal static class ReportFreeze
{
    /// <param name="Reference">How the regulator or we refer to it, 1 to 4000 characters; kept encrypted.</param>
    public sealed record FreezeReportedRequest(string? Reference);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/cases/{id}/freeze-report/submissions", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReportFreeze").WithSummary("Note that a freeze was reported").WithTags("Freezes")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, FreezeReportedRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Reference, "/reference", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        return await desk.StepAsync(id, caller, request.Reference!,
            _ => false, (found, reference) => found.ReportFreeze(reference, caller.Subject, clock), cancellationToken);
    }
}
