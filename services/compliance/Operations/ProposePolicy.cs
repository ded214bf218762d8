using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations;

/// <summary>A change of the policy that waits for a second person.</summary>
public sealed record PolicyProposalView(
    Guid Id, decimal ReviewThreshold, string Reason, ProposalState State, string ProposedBy, DateTimeOffset ProposedAt,
    string? ApprovedBy, DateTimeOffset? ClosedAt)
{
    internal static PolicyProposalView Of(PolicyProposal one) => new(one.Id, one.ReviewThreshold, one.Reason, one.State,
        one.ProposedBy, one.ProposedAt, one.ApprovedBy, one.ClosedAt);
}

/// <summary>Proposes another threshold; an earlier proposal that still waits is withdrawn.</summary>
internal static class ProposePolicy
{
    /// <summary>Below this nearly every name resembles a listed one.</summary>
    private const decimal LeastThreshold = 50;

    private const decimal MostThreshold = 100;
    private const int MaxReasonLength = 2000;

    /// <param name="ReviewThreshold">Points from 50 to 100, at most two decimals.</param>
    /// <param name="Reason">For the file, 1 to 2000 characters.</param>
    public sealed record PolicyRequest(decimal? ReviewThreshold, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/screening-policies", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("ProposeScreeningPolicy").WithSummary("Propose another review threshold")
        .WithTags("Screening policies")
        .Produces<PolicyProposalView>(202).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(PolicyRequest request, Caller caller, ComplianceWork work,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (validation.Require(request.ReviewThreshold, "/reviewThreshold"))
        {
            validation.Check(request.ReviewThreshold is >= LeastThreshold and <= MostThreshold
                && decimal.Round(request.ReviewThreshold.Value, 2) == request.ReviewThreshold, "/reviewThreshold",
                $"From {LeastThreshold} to {MostThreshold}, with at most two decimals.");
        }
        validation.RequireText(request.Reason, "/reason", MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();

        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        await work.LockPolicyAsync(cancellationToken);
        var waiting = await db.PolicyProposals.SingleOrDefaultAsync(
            one => one.TenantId == caller.Tenant && one.State == ProposalState.Proposed, cancellationToken);
        if (waiting is not null)
        {
            waiting.Withdraw(clock);
            await db.SaveChangesAsync(cancellationToken);
        }
        var proposal = PolicyProposal.Propose(
            caller.Tenant, request.ReviewThreshold!.Value, request.Reason!, caller.Subject, clock);
        db.PolicyProposals.Add(proposal);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, PolicyProposalView.Of(proposal));
    }
}
