using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Model;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>
/// A second person puts proposed tiers, forms, a scorecard or a term in force; customers follow soon. Tiers and forms
/// agree.
/// </summary>
internal static class ApproveDefinition
{
    public const string FormMissing = "FORM_MISSING";

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map<TierRules>(routes);
        Map<FormBook>(routes);
        Map<Scorecard>(routes);
        Map<RetentionTerm>(routes);
    }

    private static void Map<T>(IEndpointRouteBuilder routes) where T : class, IDefinition<T> => routes
        .MapPost(DefinitionRoutes.PathOf<T>() + "/versions/{version:int}/approve", HandleAsync<T>)
        .RequireRole(Roles.Compliance, Roles.Manager)
        .WithName($"ApproveKyc{DefinitionRoutes.NounOf<T>()}").WithSummary("Approve what someone else proposed")
        .WithTags(DefinitionRoutes.Tag)
        .Produces<KycDefinitionView<T>>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync<T>(int version, Caller caller, DbSession session,
        JobSignal<RefreshCustomers> refresh, TimeProvider clock, CancellationToken cancellationToken)
        where T : class, IDefinition<T>
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        await DefinitionStore.LockAsync(session, cancellationToken);
        var proposed = await DefinitionStore.FindAsync<T>(session, version, cancellationToken);
        if (proposed is null || version == 0)
            return Problems.NotFound();
        if (proposed.State == DefinitionState.InForce && proposed.ApprovedBy == caller.Subject)
            return TypedResults.Ok(KycDefinitionView<T>.Of(proposed));
        if (proposed.State != DefinitionState.Proposed)
            return CustomerRequests.Transition();
        if (proposed.ProposedBy == caller.Subject)
            return Refusal.FourEyes.ToProblem();
        if (await MissingFormsAsync(session, proposed.Content, cancellationToken) is { Count: > 0 } missing)
            return Problems.Conflict(FormMissing,
                $"Tiers would ask for forms that there are not: {string.Join(", ", missing)}.");
        await DefinitionStore.ApproveAsync<T>(
            session, version, caller.Subject, clock.GetUtcNow(), cancellationToken);
        var approved = await DefinitionStore.FindAsync<T>(session, version, cancellationToken);
        session.AfterCommit(refresh.Wake);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(KycDefinitionView<T>.Of(approved!));
    }

    /// <summary>What is proposed beside what is in force: a form comes before the tier that asks for it, and goes after
    /// it.</summary>
    private static async Task<IReadOnlyList<string>> MissingFormsAsync<T>(
        DbSession session, T content, CancellationToken cancellationToken) where T : class, IDefinition<T>
    {
        if (content is Scorecard or RetentionTerm)
            return [];
        var tiers = content as TierRules
            ?? (await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken)).Content;
        var forms = content as FormBook
            ?? (await DefinitionStore.InForceAsync<FormBook>(session, cancellationToken)).Content;
        return tiers.FormsMissingIn(forms);
    }
}
