using System.Text.Json;
using FinCode.Compliance.Model;
using FinCode.Compliance.Operations.Cases;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Freezes;

/// <summary>
/// A second officer approves the end of a freeze. Where another case still freezes the transfer, the money stays until
/// that ends too; the last one says what becomes of it.
/// </summary>
internal static partial class ApproveFreezeEnd
{
    /// <param name="Steps">How many steps the case had when it was read.</param>
    public sealed record FreezeEndApprovalRequest(int? Steps);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/cases/{id}/unfreeze-approvals", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ApproveFreezeEnd").WithSummary("Approve the end of a freeze").WithTags("Freezes")
        .Produces<CaseSummary>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(CaseId id, FreezeEndApprovalRequest? request, Caller caller,
        ComplianceWork work, Outbox outbox, TimeProvider clock, ILogger<Case> logger,
        CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (!validation.Require(request?.Steps, "/steps"))
            return validation.ToProblem();
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await db.LockCaseAsync(caller.Tenant, id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.FreezeEndedAt is not null && found.FreezeEndApprovedBy == caller.Subject)
            return TypedResults.Ok(CaseSummary.Of(found));
        if (found.TransactionId is { } frozen)
            await db.LockFreezesAsync(frozen, cancellationToken);
        var proposal = await work.Session.LatestStepAsync(id, CaseEvent.FreezeEndProposed, cancellationToken);
        if (proposal?.Terms is not { } terms)
            return Refusal.InvalidTransition.ToProblem();
        var licence = JsonSerializer.Deserialize<FreezeEndTerms>(terms, ContractJson.Options)!.Licence;
        if (found.ApproveFreezeEnd(request!.Steps!.Value, licence, caller.Subject,
            await IsLookedAtAsync(work, found, cancellationToken), clock) is { } refusal)
            return refusal.ToProblem();
        await db.SaveStepsAsync(found, cancellationToken);
        await PublishAsync(work, outbox, found, cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogEnded(logger, found.Id, found.TransactionId, found.PartyId, found.FreezeOutcome!.Value);
        return TypedResults.Ok(CaseSummary.Of(found));
    }

    /// <summary>The transfer is being screened, or a case of it is open, or one of a party holds it.</summary>
    private static async Task<bool> IsLookedAtAsync(
        ComplianceWork work, Case found, CancellationToken cancellationToken) =>
        found.TransactionId is { } transaction
        && (await ScreeningRequests.IsPendingAsync(work.Session, transaction, cancellationToken)
        || await work.Db.Cases.AnyAsync(one => one.TenantId == found.TenantId
            && one.TransactionId == found.TransactionId && one.Status != CaseStatus.Closed, cancellationToken)
        || await CustomerCases.HoldAsync(work, found, cancellationToken));

    /// <summary>
    /// Two people vouch for what the case was opened for, under the lists and policy of its screening: what is newer by
    /// now was not looked at, and the transfer is screened under that before it goes anywhere.
    /// </summary>
    private static async Task PublishAsync(
        ComplianceWork work, Outbox outbox, Case ended, CancellationToken cancellationToken)
    {
        if (ended.TransactionId is not { } transaction
            || await work.Db.Cases.AnyAsync(one => one.TenantId == ended.TenantId && one.Id != ended.Id
            && one.TransactionId == ended.TransactionId && one.Decision == CaseDecision.Freeze
            && one.FreezeEndedAt == null, cancellationToken))
            return;
        var round = await work.Db.Screenings
            .Where(one => one.TenantId == ended.TenantId && one.TransactionId == ended.TransactionId)
            .MaxAsync(one => one.ScreeningRound!.Value, cancellationToken);
        await outbox.AddAsync(new FreezeEnded(transaction, ended.Id, ended.FreezeOutcome!.Value, round,
            ended.ListVersion, ended.PolicyVersion), cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "The freeze of {TransactionId} or of {PartyId} by {CaseId} ended: {Outcome}")]
    private static partial void LogEnded(
        ILogger logger, CaseId caseId, TransactionId? transactionId, PartyId? partyId, FreezeOutcome outcome);
}
