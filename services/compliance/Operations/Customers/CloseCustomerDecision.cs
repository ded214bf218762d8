using FinCode.Compliance.Customers;
using FinCode.Compliance.Customers.Model;
using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Customers;

/// <summary>The second of the two who decide approves, or anybody of them takes a proposal back.</summary>
internal static class CloseCustomerDecision
{
    private const string Decision = CustomerRequests.Path + "/decisions/{decisionId:guid}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Decision + "/approve", ApproveAsync).RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("ApproveCustomerDecision").WithSummary("Approve what someone else proposed")
            .WithDescription("An enhanced due diligence is approved by a MANAGER.")
            .WithTags(CustomerRequests.Tag)
            .Produces<CustomerDecisionView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
        routes.MapDelete(Decision, WithdrawAsync).RequireRole(Roles.Compliance, Roles.Manager)
            .WithName("WithdrawCustomerDecision").WithSummary("Take a proposal back")
            .WithTags(CustomerRequests.Tag)
            .Produces<CustomerDecisionView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);
    }

    private static async Task<IResult> ApproveAsync(PartyId id, Guid decisionId, Caller caller,
        CustomerRequests requests, DbSession session, CustomerDesk desk, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (await FindAsync(session, id, decisionId, cancellationToken) is not { } one)
            return Problems.NotFound();
        if (one.State == CustomerDecisionState.Approved && one.ClosedBy == caller.Subject)
            return TypedResults.Ok(CustomerDecisionView.Of(one));
        if (one.State != CustomerDecisionState.Proposed)
            return CustomerRequests.Transition();
        if (one.ProposedBy == caller.Subject)
            return Refusal.FourEyes.ToProblem();
        if (one.Kind == CustomerDecisionKind.EnhancedDueDiligence && !caller.IsIn(Roles.Manager))
            return Problems.Deny("An enhanced due diligence is approved by a MANAGER.");
        if (DecisionStore.IsOfOtherDetails(file, one))
            return CustomerRequests.OtherDetails();
        var now = clock.GetUtcNow();
        if (one.Until <= now)
            return Refusal.NotInTime.ToProblem();
        if (await ProposeCustomerDecision.WhyNotAsync(session, file, one.Kind, now, cancellationToken) is { } refused)
            return refused;
        await DecisionStore.CloseAsync(session, one.Id, CustomerDecisionState.Approved, caller.Subject,
            caller.IsIn(Roles.Manager) ? Roles.Manager : Roles.Compliance, now, cancellationToken);
        file.Note(CustomerEvent.DecisionApproved, caller.Subject, one.Id, Words.Of(one.Kind), now);
        await ApplyAsync(session, file, one.Kind, caller.Subject, now, cancellationToken);
        await desk.SettleAsync(file, null, cancellationToken);
        var approved = await FindAsync(session, id, decisionId, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(CustomerDecisionView.Of(approved!));
    }

    private static async Task ApplyAsync(DbSession session, CustomerFile file, CustomerDecisionKind kind, string by,
        DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (kind == CustomerDecisionKind.PepCleared)
            file.PepSince = null;
        else if (kind == CustomerDecisionKind.RelationshipEnded)
            file.EndedOn = CustomerStore.Today(now);
        else if (kind == CustomerDecisionKind.Erasure)
            await Retention.DestroyAsync(session, file, by, now, cancellationToken);
    }

    private static async Task<IResult> WithdrawAsync(PartyId id, Guid decisionId, Caller caller,
        CustomerRequests requests, DbSession session, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (file, problem) = await requests.OpenAsync(caller, id, cancellationToken);
        if (file is null)
            return problem!;
        if (await FindAsync(session, id, decisionId, cancellationToken) is not { } one)
            return Problems.NotFound();
        if (one.State == CustomerDecisionState.Withdrawn)
            return TypedResults.Ok(CustomerDecisionView.Of(one));
        if (one.State != CustomerDecisionState.Proposed)
            return CustomerRequests.Transition();
        var now = clock.GetUtcNow();
        await DecisionStore.CloseAsync(session, one.Id, CustomerDecisionState.Withdrawn, caller.Subject,
            caller.IsIn(Roles.Manager) ? Roles.Manager : Roles.Compliance, now, cancellationToken);
        file.Note(CustomerEvent.DecisionWithdrawn, caller.Subject, one.Id, Words.Of(one.Kind), now);
        await CustomerStore.SaveAsync(session, file, cancellationToken);
        var withdrawn = await FindAsync(session, id, decisionId, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(CustomerDecisionView.Of(withdrawn!));
    }

    private static async Task<StoredDecision?> FindAsync(
        DbSession session, PartyId customer, Guid id, CancellationToken cancellationToken) =>
        (await DecisionStore.OfCustomerAsync(session, customer, cancellationToken)).Find(one => one.Id == id);
}
