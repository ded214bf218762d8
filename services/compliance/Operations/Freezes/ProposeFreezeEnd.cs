using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Operations.Cases;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Freezes;

/// <summary>A licence has come: an officer says what becomes of the frozen money; another one has to approve.</summary>
internal static class ProposeFreezeEnd
{
    private const int MaxWordLength = 200;

    /// <param name="LicenceNumber">1 to 200 characters.</param>
    /// <param name="Issuer">The authority that gave it, 1 to 200 characters.</param>
    /// <param name="ValidUntil">The last day on which it holds, today or later.</param>
    /// <param name="Outcome">RELEASE (the transfer goes on) or REFUND (the sender gets it back).</param>
    /// <param name="Reason">For the file, 1 to 4000 characters; kept encrypted.</param>
    public sealed record FreezeEndRequest(
        string? LicenceNumber, string? Issuer, DateOnly? ValidUntil, FreezeOutcome? Outcome, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/cases/{id}/unfreeze-proposals", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ProposeFreezeEnd").WithSummary("Propose to end a freeze under a licence").WithTags("Freezes")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, FreezeEndRequest request, Caller caller,
        ComplianceWork work, CaseVault vault, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.LicenceNumber, "/licenceNumber", MaxWordLength);
        validation.RequireText(request.Issuer, "/issuer", MaxWordLength);
        if (validation.Require(request.ValidUntil, "/validUntil"))
            validation.Check(request.ValidUntil >= DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime), "/validUntil",
                "A licence that still holds.");
        validation.Require(request.Outcome, "/outcome");
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        var outcome = request.Outcome!.Value;
        var terms = JsonSerializer.Serialize(new FreezeEndTerms(
            new Licence(request.LicenceNumber!, request.Issuer!, request.ValidUntil!.Value), outcome),
            ContractJson.Options);

        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.FreezeEndProposedBy == caller.Subject && found.FreezeEndedAt is null && terms
            == (await work.Session.LatestStepAsync(id, CaseEvent.FreezeEndProposed, cancellationToken))?.Terms)
            return TypedResults.Ok(CaseSummary.Of(found));
        var reason = await vault.SealAsync(id, request.Reason!, cancellationToken);
        if (found.ProposeFreezeEnd(outcome, terms, reason, caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        await db.SaveStepsAsync(found, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(CaseSummary.Of(found));
    }
}
