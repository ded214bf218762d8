using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A proposal goes back with a reason, or its maker takes it back; the case is open again.</summary>
internal static class ReturnProposal
{
    /// <param name="Reason">What is missing, 1 to 2000 characters.</param>
    public sealed record CaseReturnRequest(string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/returns", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReturnProposal").WithSummary("Send a proposal back").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseReturnRequest request, Caller caller,
        ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", ProposeDecision.MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();

        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.Return(request.Reason!, caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        db.AddEventsOf(found);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(CaseSummary.Of(found));
    }
}
