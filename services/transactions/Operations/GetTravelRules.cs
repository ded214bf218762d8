using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations;

/// <summary>A version of what has to travel with money.</summary>
/// <param name="Version">0 is the shipped one.</param>
internal sealed record TravelRulesView(
    int Version, TravelRuleBook Content, TravelRuleState State, string? Reason, string? ProposedBy,
    DateTimeOffset? ProposedAt, string? ApprovedBy, DateTimeOffset? ApprovedAt)
{
    public static TravelRulesView Of(TravelRuleVersion one) => new(one.Version, one.Content, one.State, one.Reason,
        one.ProposedBy, one.ProposedAt, one.ApprovedBy, one.ApprovedAt);
}

/// <param name="Proposal">The change that waits for a second person.</param>
internal sealed record TravelRulesInForceView(TravelRulesView InForce, TravelRulesView? Proposal);

/// <summary>What the tenant wants known of both sides before money goes, and what is proposed.</summary>
internal static class GetTravelRules
{
    public const string Tag = "Travel rule";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/travel-rules", HandleAsync)
            .RequireRole(Contracts.Roles.Compliance, Contracts.Roles.Manager)
            .WithName("GetTravelRules").WithSummary("What has to travel with money, and what is proposed")
            .WithTags(Tag).Produces<TravelRulesInForceView>().ProducesProblem(401).ProducesProblem(403);
        routes.MapGet("/v1/travel-rules/versions/{version:int}", OneAsync)
            .RequireRole(Contracts.Roles.Compliance, Contracts.Roles.Manager)
            .WithName("GetTravelRulesVersion").WithSummary("A version of what has to travel with money")
            .WithTags(Tag).Produces<TravelRulesView>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, TravelRules rules, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var waiting = await rules.WaitingAsync(cancellationToken);
        return TypedResults.Ok(new TravelRulesInForceView(
            TravelRulesView.Of(await rules.InForceAsync(cancellationToken)),
            waiting is null ? null : TravelRulesView.Of(waiting)));
    }

    private static async Task<IResult> OneAsync(
        int version, Caller caller, DbSession session, TravelRules rules, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return await rules.FindAsync(version, cancellationToken) is { } found
            ? TypedResults.Ok(TravelRulesView.Of(found))
            : Problems.NotFound();
    }
}
