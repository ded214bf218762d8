using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Model;
using FinCode.Transactions.Storage;

namespace FinCode.Transactions.Operations;

/// <param name="Reason">For the file, 1 to 2000 characters.</param>
internal sealed record TravelRulesRequest(TravelRuleBook? Content, string? Reason);

/// <summary>Proposes what has to travel with money anew, whole; a proposal that still waits is withdrawn.</summary>
internal static class ProposeTravelRules
{
    private const int MaxReasonLength = 2_000;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/travel-rules", HandleAsync)
        .RequireRole(Contracts.Roles.Compliance, Contracts.Roles.Manager)
        .WithName("ProposeTravelRules").WithSummary("Propose what has to travel with money anew, whole")
        .WithTags(GetTravelRules.Tag)
        .Produces<TravelRulesView>(202).ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(TravelRulesRequest request, Caller caller, DbSession session,
        TravelRules rules, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (validation.Require(request.Content, "/content"))
            foreach (var (pointer, detail) in request.Content.WhatIsWrong())
                validation.Check(false, "/content" + pointer, detail);
        validation.RequireText(request.Reason, "/reason", MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await rules.LockAsync(cancellationToken);
        // The same by the same person once more is a repeated request.
        if (await rules.WaitingAsync(cancellationToken) is { } waiting && waiting.ProposedBy == caller.Subject
            && waiting.Reason == request.Reason && TravelRules.AreTheSame(waiting.Content, request.Content!))
            return TypedResults.Accepted((string?)null, TravelRulesView.Of(waiting));
        var proposed = await rules.ProposeAsync(
            request.Content!, request.Reason!, caller.Subject, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, TravelRulesView.Of(proposed));
    }
}
