using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>What the tenant asks of customers, how it rates them, how long it keeps that; what is proposed.</summary>
internal static class GetDefinition
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        Map<TierRules>(routes);
        Map<FormBook>(routes);
        Map<Scorecard>(routes);
        Map<RetentionTerm>(routes);
    }

    private static void Map<T>(IEndpointRouteBuilder routes) where T : class, IDefinition<T>
    {
        var (path, noun) = (DefinitionRoutes.PathOf<T>(), DefinitionRoutes.NounOf<T>());
        routes.MapGet(path, HandleAsync<T>).RequireRole(Roles.Compliance, Roles.Manager)
            .WithName($"GetKyc{noun}").WithSummary("What is in force, and what is proposed")
            .WithTags(DefinitionRoutes.Tag).Produces<KycDefinitionsView<T>>().ProducesProblem(403);
        routes.MapGet(path + "/versions/{version:int}", FindAsync<T>).RequireRole(Roles.Compliance, Roles.Manager)
            .WithName($"GetKyc{noun}Version").WithSummary("One version; 0 is the shipped one")
            .WithTags(DefinitionRoutes.Tag).Produces<KycDefinitionView<T>>().ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> HandleAsync<T>(
        Caller caller, DbSession session, CancellationToken cancellationToken) where T : class, IDefinition<T>
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var inForce = await DefinitionStore.InForceAsync<T>(session, cancellationToken);
        var waiting = await DefinitionStore.WaitingAsync<T>(session, cancellationToken);
        return TypedResults.Ok(new KycDefinitionsView<T>(KycDefinitionView<T>.Of(inForce),
            waiting is null ? null : KycDefinitionView<T>.Of(waiting)));
    }

    private static async Task<IResult> FindAsync<T>(
        int version, Caller caller, DbSession session, CancellationToken cancellationToken)
        where T : class, IDefinition<T>
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return await DefinitionStore.FindAsync<T>(session, version, cancellationToken) is { } found
            ? TypedResults.Ok(KycDefinitionView<T>.Of(found))
            : Problems.NotFound();
    }
}
