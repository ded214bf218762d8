using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <param name="Reason">For the file, 1 to 2000 characters.</param>
internal sealed record KycDefinitionRequest<T>(T? Content, string? Reason) where T : class, IDefinition<T>;

/// <summary>Proposes tiers, forms, a scorecard or a term anew, whole; what still waits is withdrawn.</summary>
internal static class ProposeDefinition
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map<TierRules>(routes);
        Map<FormBook>(routes);
        Map<Scorecard>(routes);
        Map<RetentionTerm>(routes);
    }

    private static void Map<T>(IEndpointRouteBuilder routes) where T : class, IDefinition<T> => routes
        .MapPut(DefinitionRoutes.PathOf<T>(), HandleAsync<T>).RequireRole(Roles.Compliance, Roles.Manager)
        .WithName($"ProposeKyc{DefinitionRoutes.NounOf<T>()}").WithSummary("Propose it anew, whole")
        .WithTags(DefinitionRoutes.Tag)
        .Produces<KycDefinitionView<T>>(202).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync<T>(KycDefinitionRequest<T> request, Caller caller,
        DbSession session, TimeProvider clock, CancellationToken cancellationToken) where T : class, IDefinition<T>
    {
        var validation = new Validation().Check(request.Content);
        validation.RequireText(request.Reason, "/reason", CustomerRequests.MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await DefinitionStore.LockAsync(session, cancellationToken);
        var waiting = await DefinitionStore.WaitingAsync<T>(session, cancellationToken);
        // The same by the same person once more is a repeated request.
        if (waiting is not null && waiting.ProposedBy == caller.Subject && waiting.Reason == request.Reason
            && DefinitionStore.IsTheSame(waiting.Content, request.Content!))
            return TypedResults.Accepted((string?)null, KycDefinitionView<T>.Of(waiting));
        var version = await DefinitionStore.ProposeAsync(session, request.Content!, request.Reason!, caller.Subject,
            clock.GetUtcNow(), cancellationToken);
        var proposed = await DefinitionStore.FindAsync<T>(session, version, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, KycDefinitionView<T>.Of(proposed!));
    }
}
