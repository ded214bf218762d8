using FinCode.Compliance.CaseFiles;
using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>A second officer approves what the first proposed; with that it is decided and published.</summary>
internal static partial class ApproveDecision
{
    /// <param name="Steps">How many steps the case had when it was read.</param>
    public sealed record CaseApprovalRequest(int? Steps);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/cases/{id}/approvals", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ApproveDecision").WithSummary("Approve a proposed decision").WithTags("Cases")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, CaseApprovalRequest? request, Caller caller,
        ComplianceWork work, ReleaseEffects effects, JointFreezes freezes, Outbox outbox, TimeProvider clock,
        ILogger<Case> logger, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (!validation.Require(request?.Steps, "/steps"))
            return validation.ToProblem();
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        // The same person approving once more is a repeated request.
        if (found.Closure == CaseClosure.Decided && found.ApprovedBy == caller.Subject)
            return TypedResults.Ok(CaseSummary.Of(found));
        var isPending = await IsPendingAsync(work, found, cancellationToken);
        var (dueAt, terms) = found.ProposedDecision == CaseDecision.Freeze
            ? await FreezeReporting.DescribeAsync(work, found, clock, cancellationToken)
            : default;
        if (found.Approve(request!.Steps!.Value, caller.Subject, isPending, clock, dueAt, terms) is { } refusal)
            return refusal.ToProblem();
        await db.SaveStepsAsync(found, cancellationToken);
        if (found.Decision == CaseDecision.Release)
            await effects.ApplyAsync(found, cancellationToken);
        if (found.Decision == CaseDecision.Freeze && found.PartyId is { } customer)
            await freezes.ApplyAsync(found, customer, cancellationToken);
        if (found.TransactionId is { } transaction)
            await outbox.AddAsync(new CaseDecided(transaction, found.Id, found.ScreeningRound!.Value,
                found.Decision!.Value, found.ListVersion, found.PolicyVersion), cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogDecided(logger, found.Id, found.TransactionId, found.PartyId, found.Decision!.Value);
        return TypedResults.Ok(CaseSummary.Of(found));
    }

    /// <summary>
    /// The transfer is being screened again; or it would be let go while a case of one of its parties holds it, or
    /// refunded while one freezes it.
    /// </summary>
    private static async Task<bool> IsPendingAsync(
        ComplianceWork work, Case found, CancellationToken cancellationToken)
    {
        if (found.TransactionId is not { } transaction)
            return false;
        return await ScreeningRequests.IsPendingAsync(work.Session, transaction, cancellationToken)
            || found.ProposedDecision switch
            {
                CaseDecision.Release => await CustomerCases.HoldAsync(work, found, cancellationToken),
                CaseDecision.Reject => await CustomerCases.FreezeAsync(work, found, cancellationToken),
                _ => false,
            };
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "{CaseId} of {TransactionId} or of {PartyId} is decided: {Decision}")]
    private static partial void LogDecided(
        ILogger logger, CaseId caseId, TransactionId? transactionId, PartyId? partyId, CaseDecision decision);
}
