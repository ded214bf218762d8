using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A case goes up: to a senior officer, then to whoever answers for compliance.</summary>
internal static class EscalateCase
{
    /// <param name="Level">
    /// 1 or 2; one more than the case has. Asking for the level that it has changes nothing.
    /// </param>
    /// <param name="Reason">1 to 4000 characters; kept encrypted.</param>
    public sealed record CaseEscalationRequest(int? Level, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/escalations", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("EscalateCase").WithSummary("Take a case one level up").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseEscalationRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Check(request.Level is >= 1 and <= Case.MaxEscalation, "/level",
            $"A level from 1 to {Case.MaxEscalation}.");
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        return await desk.StepAsync(id, caller, request.Reason!,
            found => found.Escalation == request.Level,
            (found, reason) => found.Escalation + 1 == request.Level
                ? found.Escalate(reason, caller.Subject, clock)
                : Refusal.InvalidTransition,
            cancellationToken);
    }
}
