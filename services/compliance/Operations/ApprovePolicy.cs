using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations;

/// <summary>A second person approves a proposed policy; it is in force from its version on.</summary>
internal static partial class ApprovePolicy
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/screening-policies/{id:guid}/approve", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ApproveScreeningPolicy").WithSummary("Approve a policy that someone else proposed")
        .WithTags("Screening policies")
        .Produces<PolicyProposalView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(Guid id, Caller caller, ComplianceWork work, Outbox outbox,
        TimeProvider clock, ILogger<PolicyProposal> logger, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        var proposal = await db.PolicyProposals.SingleOrDefaultAsync(
            one => one.TenantId == caller.Tenant && one.Id == id, cancellationToken);
        if (proposal is null)
            return Problems.NotFound();
        // The same person approving once more is a repeated request.
        if (proposal.State == ProposalState.Approved && proposal.ApprovedBy == caller.Subject)
            return TypedResults.Ok(PolicyProposalView.Of(proposal));
        if (proposal.Approve(caller.Subject, clock) is { } refusal)
            return refusal.ToProblem();
        var current = await db.CurrentPolicyAsync(caller.Tenant, cancellationToken);
        var next = current.Next(proposal.ReviewThreshold, proposal.ProposedBy, caller.Subject, clock);
        db.PolicyVersions.Add(next);
        await outbox.AddAsync(new ScreeningBasisChanged(caller.Tenant, null, next.Version), cancellationToken);
        await work.CommitAsync(cancellationToken);
        LogApproved(logger, caller.Tenant, next.Version);
        return TypedResults.Ok(PolicyProposalView.Of(proposal));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{TenantId} screens by policy version {PolicyVersion}")]
    private static partial void LogApproved(ILogger logger, TenantId tenantId, long policyVersion);
}
