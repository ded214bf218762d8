using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A case has to be decided sooner or later than it was to be.</summary>
internal static class ChangeDueTime
{
    /// <param name="DueAt">After now.</param>
    /// <param name="Reason">1 to 4000 characters; kept encrypted.</param>
    public sealed record CaseDueTimeRequest(DateTimeOffset? DueAt, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/due-times", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ChangeDueTime").WithSummary("Change when a case is due").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseDueTimeRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.DueAt, "/dueAt");
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        var time = Case.AsStored(request.DueAt!.Value);
        return await desk.StepAsync(id, caller, request.Reason!,
            found => found.DueAt == time,
            (found, reason) => found.ChangeDueTime(time, reason, caller.Subject, clock), cancellationToken);
    }
}
