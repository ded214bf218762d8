using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>An officer says what should become of the held transfer; another one has to approve it.</summary>
internal static class ProposeDecision
{
    internal const int MaxReasonLength = 2000;

    /// <param name="Decision">RELEASE, REJECT (the money goes back) or FREEZE (a true match: the money stays).</param>
    /// <param name="Reason">For the file, 1 to 2000 characters.</param>
    public sealed record CaseProposalRequest(CaseDecision? Decision, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/proposals", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ProposeDecision").WithSummary("Propose what becomes of a held transfer").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseProposalRequest request, Caller caller,
        ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.Decision, "/decision");
        validation.RequireText(request.Reason, "/reason", MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();

        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        // The same person proposing the same once more is a repeated request.
        if (found.Status == CaseStatus.Proposed && found.ProposedBy == caller.Subject
            && found.ProposedDecision == request.Decision)
            return TypedResults.Ok(CaseSummary.Of(found));
        if (found.Propose(request.Decision!.Value, request.Reason!, caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        db.AddEventsOf(found);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(CaseSummary.Of(found));
    }
}
