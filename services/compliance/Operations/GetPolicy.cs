using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations;

/// <summary>What the tenant screens by, and what is proposed.</summary>
internal static class GetPolicy
{
    /// <param name="Version">Clearances carry it.</param>
    /// <param name="ReviewThreshold">A hit of at least so many points, from 0 to 100, opens a case.</param>
    /// <param name="Since">Missing while the tenant has the default.</param>
    /// <param name="Proposal">The change that waits for a second person.</param>
    public sealed record ScreeningPolicyView(
        long Version, decimal ReviewThreshold, string? MadeBy, string? ApprovedBy, DateTimeOffset? Since,
        PolicyProposalView? Proposal);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/screening-policies", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetScreeningPolicy").WithSummary("The policy in force and the proposed one")
        .WithTags("Screening policies")
        .Produces<ScreeningPolicyView>().ProducesProblem(403);

    private static async Task<IResult> HandleAsync(
        Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var current = await db.CurrentPolicyAsync(caller.Tenant, cancellationToken);
        var waiting = await db.PolicyProposals.AsNoTracking().SingleOrDefaultAsync(
            one => one.TenantId == caller.Tenant && one.State == ProposalState.Proposed, cancellationToken);
        return TypedResults.Ok(new ScreeningPolicyView(current.Version, current.ReviewThreshold, current.MadeBy,
            current.ApprovedBy, current.Since, waiting is null ? null : PolicyProposalView.Of(waiting)));
    }
}
