using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A case waits for something, such as a document, and is out of the worklist until then.</summary>
internal static class SnoozeCase
{
    /// <param name="Until">After now, and not after the case is due.</param>
    /// <param name="Reason">1 to 4000 characters; kept encrypted.</param>
    public sealed record CaseSnoozeRequest(DateTimeOffset? Until, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/snoozes", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("SnoozeCase").WithSummary("Take a case out of the worklist for a while").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseSnoozeRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.Until, "/until");
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        var time = Case.AsStored(request.Until!.Value);
        return await desk.StepAsync(id, caller, request.Reason!,
            found => found.SnoozedUntil == time,
            (found, reason) => found.Snooze(time, reason, caller.Subject, clock), cancellationToken);
    }
}
