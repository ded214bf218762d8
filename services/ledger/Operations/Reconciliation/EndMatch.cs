using FinCode.Contracts;
using FinCode.Ledger.Reconciliation;
using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>
/// A match that was wrong ends; its lines and legs are open again, and no rule puts the same together any more. Where
/// it resolved a break, a second person has to agree, and the break is open again.
/// </summary>
internal static class EndMatch
{
    public sealed record EndOfMatch(string? Reason);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/ledger/reconciliation/matches/{matchId}", GetAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("getMatch").WithTags(ReconciliationViews.Tag).WithSummary("What was matched, by whom and why")
            .Produces<ReconciliationMatch>()
            .ProducesProblem(StatusCodes.Status404NotFound);
        routes.MapPost("/v1/ledger/reconciliation/matches/{matchId}/end", EndAsync)
            .RequireRole(Roles.Finance)
            .WithName("endMatch").WithTags(ReconciliationViews.Tag)
            .WithSummary("End a match, or propose its end where it resolved a break (202)")
            .Produces<ReconciliationMatch>().Produces<ReconciliationMatch>(StatusCodes.Status202Accepted)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapPost("/v1/ledger/reconciliation/matches/{matchId}/end/approval", ApproveAsync)
            .RequireRole(Roles.Finance)
            .WithName("approveEndOfMatch").WithTags(ReconciliationViews.Tag)
            .WithSummary("Agree to the end of a match that another person proposed")
            .Produces<ReconciliationMatch>()
            .ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> GetAsync(
        MatchId matchId, Caller caller, DbSession session, MatchStore matches, ReconciledAccounts reconciled,
        CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await matches.FindAsync(matchId, cancellationToken) is not { } found)
            return Problems.NotFound();
        var account = (await reconciled.ListAsync(cancellationToken)).Single(one => one.Id == found.Account);
        return TypedResults.Ok(ReconciliationViews.Of(found, account.Currency));
    }

    private static async Task<IResult> EndAsync(
        MatchId matchId, EndOfMatch request, Caller caller, DbSession session, Handler handler,
        CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", ReconciliationViews.MaxReasonLength);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await handler.HoldAsync(matchId, cancellationToken) is not var (account, match))
            return Problems.NotFound();
        if (match.EndedAt is not null || match.ProposedEnd is not null)
            return Problems.Conflict(Problems.InvalidTransition, "The match has ended, or its end is proposed.");
        var ended = await handler.EndOrProposeAsync(
            account, match, caller.Subject, request.Reason!, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return ended.EndedAt is null
            ? TypedResults.Accepted((string?)null, ReconciliationViews.Of(ended, account.Currency))
            : TypedResults.Ok(ReconciliationViews.Of(ended, account.Currency));
    }

    private static async Task<IResult> ApproveAsync(
        MatchId matchId, Caller caller, DbSession session, Handler handler, CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await handler.HoldAsync(matchId, cancellationToken) is not var (account, match))
            return Problems.NotFound();
        if (match.EndedAt is not null || match.ProposedEnd is null)
            return Problems.Conflict(Problems.InvalidTransition, "Nobody proposed to end this match, or it has ended.");
        if (match.ProposedEnd == caller.Subject)
            return Problems.Deny("Another person has to agree.");
        var ended = await handler.EndAsync(
            account, match, match.ProposedEnd, match.ProposedReason!, caller.Subject, cancellationToken);
        await session.CommitAsync(cancellationToken);
        return TypedResults.Ok(ReconciliationViews.Of(ended, account.Currency));
    }

    internal sealed class Handler(
        MatchStore matches, BreakStore breaks, ReconciledAccounts reconciled, ReconciliationDesk desk)
    {
        /// <summary>The match with its account held.</summary>
        public async Task<(ReconciledAccount, StoredMatch)?> HoldAsync(MatchId id, CancellationToken cancellationToken)
        {
            if (await matches.FindAsync(id, cancellationToken) is not { } found)
                return null;
            var account = await reconciled.LockAsync(found.Account, cancellationToken);
            return (account!, (await matches.FindAsync(id, cancellationToken))!);
        }

        public async Task<StoredMatch> EndOrProposeAsync(
            ReconciledAccount account, StoredMatch match, string by, string reason, CancellationToken cancellationToken)
        {
            if ((await breaks.ResolvedByAsync(match.Id, cancellationToken)).Count == 0)
                return await EndAsync(account, match, by, reason, null, cancellationToken);
            await matches.ProposeEndAsync(match.Id, by, reason, cancellationToken);
            return (await matches.FindAsync(match.Id, cancellationToken))!;
        }

        public async Task<StoredMatch> EndAsync(
            ReconciledAccount account, StoredMatch match, string by, string reason, string? approvedBy,
            CancellationToken cancellationToken)
        {
            await matches.EndAsync(match.Id, by, reason, approvedBy, cancellationToken);
            foreach (var open in await breaks.OpenOfAsync(account.Id, cancellationToken))
            {
                if (open.Subject.Match == match.Id)
                    await breaks.ResolveAsync(
                        open.Id, BreakResolution.Superseded, match.Id, null, by, reason, cancellationToken);
            }
            foreach (var resolved in await breaks.ResolvedByAsync(match.Id, cancellationToken))
            {
                if (resolved.Resolution != BreakResolution.Superseded)
                    await breaks.ReopenAsync(resolved.Id, by, reason, cancellationToken);
            }
            await desk.RunAsync(account, cancellationToken);
            return (await matches.FindAsync(match.Id, cancellationToken))!;
        }
    }
}
