using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Ledger.Reconciliation;
using FinCode.Ledger.Reconciliation.Model.Breaks;
using FinCode.Ledger.Reconciliation.Model.Matching;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FinCode.Ledger.Operations.Reconciliation;

/// <summary>
/// A person says what belongs together: open lines and open legs with the same sum, lines that cancel out, or legs.
/// Where that resolves a break it is a proposal, and matched when a second person approves it.
/// </summary>
internal static class CreateMatch
{
    public const string MatchSumsDiffer = "MATCH_SUMS_DIFFER";
    public const string NotOpen = "NOT_OPEN";
    public const int MaxItems = 1_000;
    private const string ProposalKind = "MATCH";

    /// <param name="EntryIds">All their open legs on this account belong to the match.</param>
    public sealed record MatchRequest(
        IReadOnlyList<StatementLineId>? LineIds, IReadOnlyList<EntryId>? EntryIds, string? Reason);

    internal sealed record Proposed(
        string Account, string Currency, IReadOnlyList<StatementLineId> LineIds, IReadOnlyList<EntryId> EntryIds);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/reconciliation/accounts/{account}/{currency}/matches", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("createMatch").WithTags(ReconciliationViews.Tag)
        .WithSummary("Match lines and entries by hand, or propose it where that resolves a break (202)")
        .NeedsIdempotencyKey()
        .Produces<ReconciliationMatch>(StatusCodes.Status201Created)
        .Produces<LedgerProposal>(StatusCodes.Status202Accepted)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, MatchRequest request, Caller caller, HttpContext http,
        IdempotentRequests requests, Handler handler, ProposalDesk desk)
    {
        var (lines, entries) = (request.LineIds ?? [], request.EntryIds ?? []);
        var validation = new Validation();
        validation.RequireText(request.Reason, "/reason", ReconciliationViews.MaxReasonLength);
        validation.Check(lines.Count + entries.Count is > 0 and <= MaxItems, "/lineIds",
            $"A match is of 1 to {MaxItems} lines and entries.");
        validation.Check(lines.Distinct().Count() == lines.Count, "/lineIds", "A line is named once.");
        validation.Check(entries.Distinct().Count() == entries.Count, "/entryIds", "An entry is named once.");
        return validation.Failed
            ? validation.ToProblem()
            : await requests.RunAsync(http, caller.Tenant, "match", request, async () =>
            {
                var wanted = new Proposed(account, currency, lines, entries);
                var (found, problem) = await handler.FindAsync(wanted, http.RequestAborted);
                if (problem is not null)
                    return (null, problem);
                if (await handler.ResolvesAsync(found!, http.RequestAborted))
                    return await desk.AddAsync(
                        StatusCodes.Status202Accepted, http, caller, ProposalKind, wanted, request.Reason!);
                var made = await handler.MatchAsync(
                    found!, caller.Subject, null, request.Reason!, http.RequestAborted);
                return (new Reply(StatusCodes.Status201Created, made,
                    $"/v1/ledger/reconciliation/matches/{made.Id}"), null);
            });
    }

    /// <summary>What is matched, with its account held.</summary>
    internal sealed record Together(ReconciledAccount Account, FoundMatch Match);

    internal sealed class Handler(
        ReconciledAccounts reconciled, OpenItemStore items, EntryStore books, MatchStore matches, BreakStore breaks,
        ReconciliationDesk desk, TimeProvider clock)
    {
        /// <summary>Holds the account; or why these cannot be matched.</summary>
        public async Task<(Together?, ProblemHttpResult?)> FindAsync(
            Proposed wanted, CancellationToken cancellationToken)
        {
            if (ReconciliationViews.AccountOf(wanted.Account, wanted.Currency) is not { } name
                || await reconciled.FindAsync(name, cancellationToken) is not { } found)
                return (null, ReconciliationViews.NotReconciled());
            var held = (await reconciled.LockAsync(found.Id, cancellationToken))!;
            var entries = await books.FindAsync([.. wanted.EntryIds], [], cancellationToken);
            var lines = await items.LinesOfAsync(held.Id, [.. wanted.LineIds], cancellationToken);
            var legs = await items.LegsOfAsync(held.Id, [.. entries.Select(entry => entry.Position)],
                cancellationToken);
            if (lines.Count != wanted.LineIds.Count || entries.Count != wanted.EntryIds.Count
                || entries.Any(entry => legs.All(leg => leg.Place.Position != entry.Position)))
                return (null, Problems.Conflict(
                    NotOpen, "A line or an entry is not on this account, not posted, or matched already."));
            var together = new FoundMatch(lines, legs, null);
            return together.Difference == 0 && lines.Count + legs.Count >= 2
                ? (new Together(held, together), null)
                : (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, MatchSumsDiffer,
                    $"The lines have {new Money(together.Difference, held.Currency)} above the legs."));
        }

        public async Task<bool> ResolvesAsync(Together found, CancellationToken cancellationToken) =>
            (await BreaksOfAsync(found, cancellationToken)).Any();

        /// <param name="approvedBy">The second person, without whom no break is resolved.</param>
        public async Task<ReconciliationMatch> MatchAsync(
            Together found, string by, string? approvedBy, string reason, CancellationToken cancellationToken)
        {
            var account = found.Account;
            var made = new NewMatch(MatchId.New(clock), found.Match, MatchOrigin.Manual, by, reason, approvedBy);
            await matches.AddAsync(account, [made], cancellationToken);
            foreach (var open in await BreaksOfAsync(found, cancellationToken))
                await breaks.ResolveAsync(
                    open.Id, BreakResolution.ManualMatch, made.Id, null, by, reason, cancellationToken);
            await desk.RunAsync(account, cancellationToken);
            return ReconciliationViews.Of((await matches.FindAsync(made.Id, cancellationToken))!, account.Currency);
        }

        /// <summary>The open breaks of the lines and legs.</summary>
        private async Task<IEnumerable<OpenBreak>> BreaksOfAsync(Together found, CancellationToken cancellationToken)
        {
            var lines = found.Match.Lines.Select(line => line.Id).ToHashSet();
            var legs = found.Match.Legs.Select(leg => leg.Place).ToHashSet();
            return (await breaks.OpenOfAsync(found.Account.Id, cancellationToken)).Where(open =>
                (open.Subject.Line is { } line && lines.Contains(line))
                || (open.Subject.Leg is { } leg && legs.Contains(leg)));
        }
    }

    internal sealed class Approved(Handler handler) : IProposalKind
    {
        public string Kind => ProposalKind;

        public async Task<(object? Result, ProblemHttpResult? Problem)> CarryOutAsync(
            Proposal proposal, string approvedBy, CancellationToken cancellationToken)
        {
            var wanted = JsonSerializer.Deserialize<Proposed>(proposal.Content, ContractJson.Options)!;
            var (found, problem) = await handler.FindAsync(wanted, cancellationToken);
            return problem is null
                ? (await handler.MatchAsync(
                    found!, proposal.ProposedBy, approvedBy, proposal.Reason, cancellationToken), null)
                : (null, problem);
        }
    }
}
