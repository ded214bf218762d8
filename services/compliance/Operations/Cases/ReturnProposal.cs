using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A proposal goes back with a reason, or its maker takes it back; the case is worked on again.</summary>
internal static class ReturnProposal
{
    /// <param name="Reason">What is missing, 1 to 4000 characters; kept encrypted.</param>
    public sealed record CaseReturnRequest(string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/returns", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReturnProposal").WithSummary("Send a proposal back").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseReturnRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        return await desk.StepAsync(id, caller, request.Reason!,
            _ => false, (found, reason) => found.Return(reason, caller.Subject, clock), cancellationToken);
    }
}
