using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>An officer says what should become of the held transfer; another one has to approve it.</summary>
internal static class ProposeDecision
{
    /// <param name="Decision">RELEASE, REJECT (the money goes back) or FREEZE (a true match: the money stays).</param>
    /// <param name="Reason">For the file, 1 to 4000 characters; kept encrypted.</param>
    public sealed record CaseProposalRequest(CaseDecision? Decision, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/proposals", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ProposeDecision").WithSummary("Propose what becomes of a held transfer").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseProposalRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.Decision, "/decision");
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        var decision = request.Decision!.Value;
        return await desk.StepAsync(id, caller, request.Reason!,
            found => found.Status == CaseStatus.Proposed && found.ProposedBy == caller.Subject
                && found.ProposedDecision == decision,
            (found, reason) => found.Propose(decision, reason, caller.Subject, clock), cancellationToken);
    }
}
