using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Policies;

/// <summary>What the tenant screens by, and what is proposed.</summary>
internal static class GetPolicy
{
    /// <param name="Version">Clearances carry it.</param>
    /// <param name="ReviewThreshold">Of names where no line of the content says otherwise, from 0 to 100.</param>
    /// <param name="Since">Missing while the tenant has the default.</param>
    /// <param name="Proposal">The change that waits for a second person.</param>
    public sealed record ScreeningPolicyView(
        long Version, decimal ReviewThreshold, PolicyContentView Content, string? MadeBy, string? ApprovedBy,
        DateTimeOffset? Since, PolicyProposalView? Proposal);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/screening-policies", HandleAsync)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName("GetScreeningPolicy").WithSummary("The policy in force and the proposed one")
        .WithTags("Screening policies")
        .Produces<ScreeningPolicyView>().ProducesProblem(403).ProducesProblem(503);

    public static ProblemHttpResult Unreadable() => Problems.Of(StatusCodes.Status503ServiceUnavailable,
        Problems.ServiceUnavailable, "The screening policy in force cannot be read; nothing is screened until it can.");

    private static async Task<IResult> HandleAsync(
        Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var current = await db.CurrentPolicyAsync(caller.Tenant, cancellationToken);
        var waiting = await db.PolicyProposals.AsNoTracking().SingleOrDefaultAsync(
            one => one.TenantId == caller.Tenant && one.State == ProposalState.Proposed, cancellationToken);
        try
        {
            var content = current.Read();
            return TypedResults.Ok(new ScreeningPolicyView(current.Version, content.ReviewThreshold,
                PolicyContentView.Of(content), current.MadeBy, current.ApprovedBy, current.Since,
                waiting is null ? null : PolicyProposalView.Of(waiting, caller)));
        }
        catch (UnreadablePolicyException)
        {
            return Unreadable();
        }
    }
}
