using FinCode.Contracts;
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
/// </summary>
internal static class CreateMatch
{
    public const string MatchSumsDiffer = "MATCH_SUMS_DIFFER";
    public const string NotOpen = "NOT_OPEN";
    public const int MaxItems = 1_000;

    /// <param name="EntryIds">All their open legs on this account belong to the match.</param>
    public sealed record MatchRequest(
        IReadOnlyList<StatementLineId>? LineIds, IReadOnlyList<EntryId>? EntryIds, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/reconciliation/accounts/{account}/{currency}/matches", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("createMatch").WithTags(ReconciliationViews.Tag)
        .WithSummary("Match lines and entries by hand")
        .NeedsIdempotencyKey()
        .Produces<ReconciliationMatch>(StatusCodes.Status201Created)
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, MatchRequest request, Caller caller, HttpContext http,
        IdempotentRequests requests, Handler handler)
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
            : await requests.RunAsync(http, caller.Tenant, "match", request, () => handler.RunAsync(
                account, currency, lines, entries, request.Reason!, caller.Subject, http.RequestAborted));
    }

    internal sealed class Handler(
        ReconciledAccounts reconciled, OpenItemStore items, EntryStore books, MatchStore matches, BreakStore breaks,
        ReconciliationDesk desk, TimeProvider clock)
    {
        public async Task<(Reply?, ProblemHttpResult?)> RunAsync(
            string account, string currency, IReadOnlyList<StatementLineId> lineIds, IReadOnlyList<EntryId> entryIds,
            string reason, string by, CancellationToken cancellationToken)
        {
            if (ReconciliationViews.AccountOf(account, currency) is not { } name
                || await reconciled.FindAsync(name, cancellationToken) is not { } found)
                return (null, ReconciliationViews.NotReconciled());
            var held = (await reconciled.LockAsync(found.Id, cancellationToken))!;
            var entries = await books.FindAsync([.. entryIds], [], cancellationToken);
            var lines = await items.LinesOfAsync(held.Id, [.. lineIds], cancellationToken);
            var legs = await items.LegsOfAsync(held.Id, [.. entries.Select(entry => entry.Position)],
                cancellationToken);
            if (lines.Count != lineIds.Count || entries.Count != entryIds.Count
                || entries.Any(entry => legs.All(leg => leg.Place.Position != entry.Position)))
                return (null, Problems.Conflict(
                    NotOpen, "A line or an entry is not on this account, not posted, or matched already."));
            var together = new FoundMatch(lines, legs, null);
            if (together.Difference != 0 || lines.Count + legs.Count < 2)
                return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, MatchSumsDiffer,
                    $"The lines have {new Money(together.Difference, held.Currency)} above the legs."));
            var made = new NewMatch(MatchId.New(clock), together, MatchOrigin.Manual, by, reason);
            await matches.AddAsync(held, [made], cancellationToken);
            await ResolveAsync(held, made, by, reason, cancellationToken);
            await desk.RunAsync(held, cancellationToken);
            return (new Reply(StatusCodes.Status201Created, ReconciliationViews.Of(
                (await matches.FindAsync(made.Id, cancellationToken))!, held.Currency),
                $"/v1/ledger/reconciliation/matches/{made.Id}"), null);
        }

        private async Task ResolveAsync(
            ReconciledAccount account, NewMatch made, string by, string reason, CancellationToken cancellationToken)
        {
            var lines = made.Found.Lines.Select(line => line.Id).ToHashSet();
            var legs = made.Found.Legs.Select(leg => leg.Place).ToHashSet();
            foreach (var open in await breaks.OpenOfAsync(account.Id, cancellationToken))
            {
                if ((open.Subject.Line is { } line && lines.Contains(line))
                    || (open.Subject.Leg is { } leg && legs.Contains(leg)))
                    await breaks.ResolveAsync(
                        open.Id, BreakResolution.ManualMatch, made.Id, null, by, reason, cancellationToken);
            }
        }
    }
}
