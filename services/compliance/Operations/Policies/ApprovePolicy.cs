using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Policies;

/// <summary>
/// A second person approves a proposed policy; it is in force from its version on. Where its thresholds are others, the
/// tenant's customers are screened again.
/// </summary>
internal static partial class ApprovePolicy
{
    public const string PolicyChanged = "POLICY_CHANGED";

    /// <param name="Version">The version in force that the proposal was read beside: its base version.</param>
    public sealed record PolicyApproval(long? Version);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-policies/{id:guid}/approve", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ApproveScreeningPolicy").WithSummary("Approve a policy that someone else proposed")
        .WithTags("Screening policies")
        .Produces<PolicyProposalView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    public static ProblemHttpResult Changed() => Problems.Conflict(PolicyChanged,
        "Another policy is in force than the one that this was compared with; propose it again.");

    private static async Task<IResult> HandleAsync(Guid id, PolicyApproval? request, Caller caller,
        ComplianceWork work, Outbox outbox, TimeProvider clock, ILogger<PolicyProposal> logger,
        CancellationToken cancellationToken)
    {
        // Beside which policy it was read is said: another may have come into force since.
        var validation = new Validation();
        if (!validation.Require(request?.Version, "/version"))
            return validation.ToProblem();
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        var proposal = await db.PolicyProposals.SingleOrDefaultAsync(
            one => one.TenantId == caller.Tenant && one.Id == id, cancellationToken);
        if (proposal is null)
            return Problems.NotFound();
        // The same person approving once more is a repeated request.
        if (proposal.State == ProposalState.Approved && proposal.ApprovedBy == caller.Subject)
            return TypedResults.Ok(PolicyProposalView.Of(proposal, caller));
        if (proposal.Approve(caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        var current = await db.CurrentPolicyAsync(caller.Tenant, cancellationToken);
        if (current.Version != proposal.BaseVersion || request!.Version != proposal.BaseVersion)
            return Changed();
        var next = current.Next(proposal.Content, proposal.ProposedBy, caller.Subject, clock);
        db.PolicyVersions.Add(next);
        if (!next.HasThresholdsOf(current))
            await RescreeningStore.StartForPolicyAsync(
                work.Session, current.Version, clock.GetUtcNow(), cancellationToken);
        await outbox.AddAsync(new ScreeningBasisChanged(caller.Tenant, null, next.Version), cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogApproved(logger, caller.Tenant, next.Version);
        return TypedResults.Ok(PolicyProposalView.Of(proposal, caller));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{TenantId} screens by policy version {PolicyVersion}")]
    private static partial void LogApproved(ILogger logger, TenantId tenantId, long policyVersion);
}
