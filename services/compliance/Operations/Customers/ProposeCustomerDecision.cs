using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>Something that two people decide about a customer. Its reason is kept sealed.</summary>
/// <param name="Level">Of an override, with <paramref name="Until"/>.</param>
public sealed record CustomerDecisionView(
    Guid Id, CustomerDecisionKind Kind, RiskLevel? Level, DateTimeOffset? Until, CustomerDecisionState State,
    string ProposedBy, DateTimeOffset ProposedAt, string? ClosedBy, DateTimeOffset? ClosedAt)
{
    internal static CustomerDecisionView Of(StoredDecision one) => new(one.Id, one.Kind, one.Level, one.Until,
        one.State, one.ProposedBy, one.ProposedAt, one.ClosedBy, one.ClosedAt);
}

/// <summary>The first of the two who decide.</summary>
internal static class ProposeCustomerDecision
{
    public const string DueDiligenceIncomplete = "DUE_DILIGENCE_INCOMPLETE";

    private const int MaxOverrideDays = 366;

    /// <param name="Level">Of an override only, as is <paramref name="Until"/>, at most 366 days from now.</param>
    /// <param name="Reason">1 to 2000 characters.</param>
    public sealed record CustomerDecisionRequest(
        CustomerDecisionKind? Kind, RiskLevel? Level, DateTimeOffset? Until, string? Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(CustomerRequests.Path + "/decisions", HandleAsync)
            .RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("ProposeCustomerDecision").WithSummary("Propose what two people decide about a customer")
            .WithTags(CustomerRequests.Tag)
            .Produces<CustomerDecisionView>(202).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
            .ProducesProblem(410).ProducesProblem(422);
        routes.MapGet(CustomerRequests.Path + "/decisions", ListAsync).RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("ListCustomerDecisions").WithSummary("Decisions about a customer, the newest first")
            .WithTags(CustomerRequests.Tag)
            .Produces<IReadOnlyList<CustomerDecisionView>>().ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> HandleAsync(PartyId id, CustomerDecisionRequest request, Caller caller,
        CustomerRequests requests, DbSession session, CustomerVault vault, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var validation = Check(request, now);
        if (validation.Failed)
            return validation.ToProblem();
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        var kind = request.Kind!.Value;
        var waiting = (await DecisionStore.OfCustomerAsync(session, id, cancellationToken))
            .Find(one => one.Kind == kind && one.State == CustomerDecisionState.Proposed);
        if (waiting is not null)
            return waiting.ProposedBy == caller.Subject && waiting.Level == request.Level
                && waiting.Until == StoredUntil(request)
                ? TypedResults.Accepted((string?)null, CustomerDecisionView.Of(waiting))
                : CustomerRequests.Transition();
        if (await WhyNotAsync(session, file, kind, now, cancellationToken) is { } refused)
            return refused;
        var decisionId = Guid.CreateVersion7(now);
        StoredDecision proposed;
        try
        {
            proposed = new StoredDecision(decisionId, kind, request.Level, StoredUntil(request),
                await vault.SealAsync(id, $"decision {decisionId}", request.Reason!, cancellationToken),
                CustomerDecisionState.Proposed, caller.Subject, now, null, null);
        }
        catch (CustomerErasedException)
        {
            return CustomerRequests.Erased();
        }
        await DecisionStore.AddAsync(session, id, proposed, cancellationToken);
        file.Note(CustomerEvent.DecisionProposed, caller.Subject, decisionId, Words.Of(kind), now);
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Accepted((string?)null, CustomerDecisionView.Of(proposed));
    }

    private static async Task<IResult> ListAsync(PartyId id, Caller caller, CustomerRequests requests,
        DbSession session, CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.ReadAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        var decisions = await DecisionStore.OfCustomerAsync(session, id, cancellationToken);
        return TypedResults.Ok(decisions.Select(CustomerDecisionView.Of).ToList());
    }

    /// <summary>Why it cannot be decided now, whoever wants it; asked when it is proposed and when it is
    /// approved.</summary>
    internal static async Task<ProblemHttpResult?> WhyNotAsync(DbSession session, CustomerFile file,
        CustomerDecisionKind kind, DateTimeOffset now, CancellationToken cancellationToken)
    {
        switch (kind)
        {
            case CustomerDecisionKind.PepCleared when !file.Pep:
            case CustomerDecisionKind.EnhancedDueDiligence when !file.Pep:
            case CustomerDecisionKind.RelationshipEnded when file.EndedOn is not null:
                return CustomerRequests.Transition();
            case CustomerDecisionKind.EnhancedDueDiligence:
                var rules = (await DefinitionStore.InForceAsync<TierRules>(session, cancellationToken)).Content;
                return DueDiligence.IsShown(rules, await ShownEvidence.ReadAsync(
                    session, file.Id, file.IdentityHash, cancellationToken), now)
                    ? null
                    : Problems.Conflict(DueDiligenceIncomplete,
                        "What a politically exposed person shows has to be there and accepted first.");
            case CustomerDecisionKind.Erasure:
                return await Retention.WhyNotAsync(session, file, now, cancellationToken);
            default:
                return null;
        }
    }

    private static Validation Check(CustomerDecisionRequest request, DateTimeOffset now)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", CustomerRequests.MaxReasonLength);
        if (!validation.Require(request.Kind, "/kind"))
            return validation;
        if (request.Kind == CustomerDecisionKind.RiskOverride)
        {
            validation.Require(request.Level, "/level");
            if (validation.Require(request.Until, "/until"))
                validation.Check(request.Until > now && request.Until <= now.AddDays(MaxOverrideDays), "/until",
                    $"After now, and within {MaxOverrideDays} days.");
            return validation;
        }
        validation.Check(request.Level is null, "/level", "Only an override has one.");
        validation.Check(request.Until is null, "/until", "Only an override ends.");
        return validation;
    }

    private static DateTimeOffset? StoredUntil(CustomerDecisionRequest request) =>
        request.Until is { } until ? Compliance.Model.Case.AsStored(until) : null;
}
