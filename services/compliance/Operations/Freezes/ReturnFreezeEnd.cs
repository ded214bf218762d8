using FinCode.Compliance.Operations.Cases;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Freezes;

/// <summary>A proposal to end a freeze goes back with a reason, or its maker takes it back; the money stays.</summary>
internal static class ReturnFreezeEnd
{
    /// <param name="Reason">What is missing, 1 to 4000 characters; kept encrypted.</param>
    public sealed record FreezeEndReturnRequest(string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/cases/{id}/unfreeze-returns", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ReturnFreezeEnd").WithSummary("Send a proposal to end a freeze back").WithTags("Freezes")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, FreezeEndReturnRequest request, Caller caller,
        CaseDesk desk, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        return await desk.StepAsync(id, caller, request.Reason!,
            _ => false, (found, reason) => found.ReturnFreezeEnd(reason, caller.Subject, clock), cancellationToken);
    }
}
