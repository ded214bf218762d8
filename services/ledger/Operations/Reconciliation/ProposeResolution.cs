using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Posting;
using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>
/// Proposes the entry that settles a break: it moves the account by what the statement has above the books, against the
/// account given. When a second person approves, it is booked and the break resolved, both or neither.
/// </summary>
internal static class ProposeResolution
{
    private const string ProposalKind = "BREAK_RESOLUTION";
    private const int MaxCodeLength = 200;

    /// <param name="Contra">The other account, such as "suspense" or "expense:psp", in the same currency.</param>
    public sealed record BreakProposalRequest(string? Contra, string? Reason);

    public sealed record BreakResolutionResult(EntryId EntryId, BreakId BreakId);

    internal sealed record Resolution(BreakId BreakId, Money Amount, string Contra);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/reconciliation/breaks/{breakId}/proposals", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("proposeBreakResolution").WithTags(ReconciliationViews.Tag)
        .WithSummary("Propose the entry that settles a break; a second person approves it at /v1/ledger/proposals")
        .NeedsIdempotencyKey()
        .Produces<LedgerProposal>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        BreakId breakId, BreakProposalRequest request, Caller caller, HttpContext http, Lookup lookup,
        ProposalDesk desk)
    {
        var validation = new Validation();
        validation.RequireText(request.Contra, "/contra", MaxCodeLength);
        validation.RequireText(request.Reason, "/reason", ReconciliationViews.MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();
        if (await lookup.FindAsync(caller.Tenant, breakId, http.RequestAborted) is not { } found)
            return Problems.NotFound();
        if (found.Kind == BreakKind.Gap)
            return Problems.Conflict(
                Problems.InvalidTransition, "A gap between statements is closed by the statement that is missing.");
        return await desk.ProposeAsync(http, caller, ProposalKind,
            new Resolution(breakId, new Money(found.Amount, found.Account.Currency), request.Contra!), request.Reason!);
    }

    /// <summary>Looks in a session of its own: the one of the request belongs to its Idempotency-Key.</summary>
    internal sealed class Lookup(IServiceScopeFactory scopes)
    {
        public async Task<StoredBreak?> FindAsync(TenantId tenant, BreakId id, CancellationToken cancellationToken)
        {
            await using var scope = scopes.CreateAsyncScope();
            var session = scope.ServiceProvider.GetRequiredService<DbSession>();
            await session.BeginAsync(tenant, cancellationToken);
            return await scope.ServiceProvider.GetRequiredService<BreakStore>().FindAsync(id, cancellationToken);
        }
    }

    internal sealed class Approved(
        LedgerPosting ledger, BreakStore breaks, ReconciledAccounts reconciled, ResolveBreak.Handler resolve)
        : IProposalKind
    {
        private const string Step = "break-resolution";

        public string Kind => ProposalKind;

        public async Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
            Proposal proposal, string approvedBy, CancellationToken cancellationToken)
        {
            var (id, moved, contra) =
                JsonSerializer.Deserialize<Resolution>(proposal.Content, ContractJson.Options)!;
            if (await breaks.HoldAsync(id, reconciled, cancellationToken) is not var (_, found))
                return (null, Problems.NotFound());
            if (!found.IsOpen || found.Amount != moved.MinorUnits)
                return (null, Problems.Conflict(
                    Problems.InvalidTransition, "The break is resolved or of another amount meanwhile."));
            var amount = new Money(Math.Abs(moved.MinorUnits), moved.Currency);
            var (debit, credit) = moved.IsPositive ? (found.Account.Code, contra) : (contra, found.Account.Code);
            var outcome = await ledger.PostAsync(
                [new Post(EntryKey.OfRequest(Step, proposal.Id.ToString()),
                    [Leg.Debit(debit, amount), Leg.Credit(credit, amount)])],
                cancellationToken, proposal.ProposedBy, approvedBy);
            if (outcome.Refusal is { } refusal)
                return (null, RefusalProblem.Of(refusal));
            var entry = outcome.Entries[0].Id;
            var (_, problem) = await resolve.RunAsync(
                id, entry, proposal.Reason, proposal.ProposedBy, cancellationToken);
            return problem is null ? (new BreakResolutionResult(entry, id), null) : (null, problem);
        }
    }
}
