using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>An officer says what should become of the held transfer; another one has to approve it.</summary>
internal static class ProposeDecision
{
    /// <param name="Decision">RELEASE, REJECT (the money goes back) or FREEZE (a true match: the money stays).</param>
    /// <param name="Reason">For the file, 1 to 4000 characters; kept encrypted.</param>
    /// <param name="Suppress">
    /// With RELEASE, at most 20 hits that are somebody else's: they hold nothing any more once a second person has
    /// approved, until either side changes, and for as long as is set.
    /// </param>
    public sealed record CaseProposalRequest(
        CaseDecision? Decision, string? Reason, IReadOnlyList<HitReference>? Suppress = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/proposals", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ProposeDecision").WithSummary("Propose what becomes of a held transfer").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseProposalRequest request, Caller caller,
        ComplianceWork work, CaseVault vault, ReleaseTermsDesk releases, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.Decision, "/decision");
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        var suppress = request.Suppress ?? [];
        validation.Check(suppress.Count == 0 || request.Decision == CaseDecision.Release, "/suppress",
            "Only with RELEASE.");
        validation.Check(suppress.Count <= ReleaseTermsDesk.MaxHits, "/suppress",
            $"At most {ReleaseTermsDesk.MaxHits} hits.");
        if (validation.Failed)
            return validation.ToProblem();
        var decision = request.Decision!.Value;

        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        string? terms = null;
        if (suppress.Count > 0)
        {
            (terms, var problem) = await releases.DescribeAsync(id, suppress, cancellationToken);
            if (problem is not null)
                return problem;
        }
        if (await db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.Status == CaseStatus.Proposed && found.ProposedBy == caller.Subject
            && found.ProposedDecision == decision && terms == (await work.Session.LatestStepAsync(
                id, CaseEvent.DecisionProposed, cancellationToken))?.Terms)
            return TypedResults.Ok(CaseSummary.Of(found));
        var reason = await vault.SealAsync(id, request.Reason!, cancellationToken);
        if (found.Propose(decision, reason, caller.Subject, clock, terms) is { } refusal)
            return refusal.ToProblem();
        await db.SaveStepsAsync(found, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(CaseSummary.Of(found));
    }
}
