using FinCode.Compliance.Operations.Cases;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Suppressions;

/// <summary>
/// One officer ends a suppression at once: to look again needs no second person. What was cleared under it is screened
/// again before it is submitted, because the policy gets a new version.
/// </summary>
internal static partial class RevokeSuppression
{
    /// <summary>Stands for the second person in the policy's version: screening more needs only one.</summary>
    private const string NobodyNeeded = "(a suppression was revoked)";

    /// <param name="Reason">1 to 4000 characters; kept encrypted.</param>
    public sealed record SuppressionRevocationRequest(string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/suppressions/{id}/revocations", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("RevokeSuppression").WithSummary("End a suppression").WithTags("Cases")
        .Produces<SuppressionView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(SuppressionId id, SuppressionRevocationRequest request,
        Caller caller, ComplianceWork work, CaseVault vault, Outbox outbox, TimeProvider clock,
        ILogger<ComplianceWork> logger, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", CaseDesk.MaxTextLength);
        if (validation.Failed)
            return validation.ToProblem();
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        if (await SuppressionStore.FindAsync(work.Session, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        await db.LockCaseAsync(caller.Tenant, found.CaseId, cancellationToken);
        var now = clock.GetUtcNow();
        var reason = await vault.SealAsync(found.CaseId, request.Reason!, cancellationToken);
        if (!await SuppressionStore.RevokeAsync(work.Session, id, caller.Subject, reason, now, cancellationToken))
            return TypedResults.Ok(SuppressionView.Of(found, now));
        await work.NextPolicyAsync(outbox, caller.Subject, NobodyNeeded, clock, cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogRevoked(logger, id, found.CaseId);
        return TypedResults.Ok(SuppressionView.Of(
            found with { RevokedBy = caller.Subject, RevokedAt = now }, now));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{SuppressionId} of {CaseId} is revoked")]
    private static partial void LogRevoked(ILogger logger, SuppressionId suppressionId, CaseId caseId);
}
