using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Operations.Customers;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations;

/// <summary>
/// A second person puts proposed travel rules in force. Transfers that wait for details are looked at again.
/// </summary>
internal static class ApproveTravelRules
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/travel-rules/versions/{version:int}/approve", HandleAsync)
        .RequireRole(Contracts.Roles.Compliance, Contracts.Roles.Manager)
        .WithName("ApproveTravelRules").WithSummary("Approve travel rules that someone else proposed")
        .WithTags(GetTravelRules.Tag)
        .Produces<TravelRulesView>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(409);

    private static async Task<IResult> HandleAsync(int version, Caller caller, DbSession session, TravelRules rules,
        TravelRulesInForce inForce, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await rules.LockAsync(cancellationToken);
        var proposed = await rules.FindAsync(version, cancellationToken);
        if (proposed is null || version == 0)
            return Problems.NotFound();
        if (proposed.State == TravelRuleState.InForce && proposed.ApprovedBy == caller.Subject)
            return TypedResults.Ok(TravelRulesView.Of(proposed));
        if (proposed.State != TravelRuleState.Proposed)
            return Problems.Conflict(Problems.InvalidTransition, "This version does not wait for anybody.");
        if (proposed.ProposedBy == caller.Subject)
            return Problems.Of(StatusCodes.Status403Forbidden, ChangeRetention.FourEyes,
                "The one who made a proposal does not approve it; a second person has to.");
        await rules.ApproveAsync(version, caller.Subject, cancellationToken);
        var approved = await rules.FindAsync(version, cancellationToken);
        session.AfterCommit(() => inForce.Forget(caller.Tenant));
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(TravelRulesView.Of(approved!));
    }
}
