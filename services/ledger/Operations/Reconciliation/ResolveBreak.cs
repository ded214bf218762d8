using FinCode.Contracts;
using FinCode.Ledger.Model;
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
/// A break is settled by an entry: one that a person proposed, another approved, and that moves the account by just
/// what the statement has above the books.
/// </summary>
internal static class ResolveBreak
{
    public const string EntryDoesNotSettle = "ENTRY_DOES_NOT_SETTLE";
    public const string EntryNotApproved = "ENTRY_NOT_APPROVED";

    public sealed record BreakResolutionRequest(EntryId? EntryId, string? Reason);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/ledger/reconciliation/breaks/{breakId}/resolution", HandleAsync)
        .RequireRole(Roles.Finance)
        .WithName("resolveBreak").WithTags(ReconciliationViews.Tag)
        .WithSummary("Resolve a break by an entry that a second person approved")
        .NeedsIdempotencyKey()
        .Produces<ReconciliationBreak>()
        .ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        BreakId breakId, BreakResolutionRequest request, Caller caller, HttpContext http, IdempotentRequests requests,
        Handler handler)
    {
        var validation = new Validation();
        validation.Require(request.EntryId, "/entryId");
        validation.RequireText(request.Reason, "/reason", ReconciliationViews.MaxReasonLength);
        return validation.Failed
            ? validation.ToProblem()
            : await requests.RunAsync(http, caller.Tenant, "break-resolution", request, () => handler.RunAsync(
                breakId, request.EntryId!.Value, request.Reason!, caller.Subject, http.RequestAborted));
    }

    internal sealed class Handler(
        ReconciledAccounts reconciled, BreakStore breaks, MatchStore matches, OpenItemStore items, EntryStore entries,
        ReconciliationDesk desk, TimeProvider clock)
    {
        public async Task<(Reply?, ProblemHttpResult?)> RunAsync(
            BreakId id, EntryId entryId, string reason, string by, CancellationToken cancellationToken)
        {
            if (await breaks.HoldAsync(id, reconciled, cancellationToken) is not var (account, found))
                return (null, Problems.NotFound());
            if (!found.IsOpen)
                return (null, Problems.Conflict(Problems.InvalidTransition, "The break is resolved already."));
            if (found.Kind == BreakKind.Gap)
                return (null, Problems.Conflict(
                    Problems.InvalidTransition,
                        "A gap between statements is closed by the statement that is missing."));
            var entry = (await entries.FindAsync([entryId], [], cancellationToken)).SingleOrDefault();
            if (ProblemOf(entry) is { } problem)
                return (null, problem);

            var settled = await SubjectAsync(account, found, cancellationToken);
            var legs = await items.LegsOfAsync(account.Id, [entry!.Position], cancellationToken);
            var match = settled with { Legs = [.. settled.Legs, .. legs] };
            if (legs.Count == 0 || match.Difference != 0 || match.Legs.DistinctBy(leg => leg.Place).Count()
                != match.Legs.Count)
                return (null, Problems.Of(StatusCodes.Status422UnprocessableEntity, EntryDoesNotSettle,
                    $"The entry does not move the account by {new Money(found.Amount, account.Currency)}, "
                    + "or it is matched already."));
            if (found.Subject.Match is { } earlier)
                await matches.EndAsync(earlier, by, reason, null, cancellationToken);
            var made = new NewMatch(MatchId.New(clock), match, MatchOrigin.Entry, by, reason);
            await matches.AddAsync(account, [made], cancellationToken);
            await breaks.ResolveAsync(
                id, BreakResolution.Entry, made.Id, entry.Position, by, reason, cancellationToken);
            await desk.RunAsync(account, cancellationToken);
            return (new Reply(StatusCodes.Status200OK, ReconciliationViews.Of(
                (await breaks.FindAsync(id, cancellationToken))!, clock.Today())), null);
        }

        private static ProblemHttpResult? ProblemOf(BookedEntry? entry) => entry switch
        {
            null => Problems.Invalid("/entryId", "There is no such entry in your book."),
            { Form: not EntryForm.Posted } or { IsReversed: true } => Problems.Of(
                StatusCodes.Status422UnprocessableEntity, EntryDoesNotSettle, "The entry is not posted, or reversed."),
            { ApprovedBy: null } => Problems.Of(StatusCodes.Status422UnprocessableEntity, EntryNotApproved,
                "Only an entry that a second person approved settles a break."),
            _ => null,
        };

        /// <summary>The lines and legs that the break is about; of those only ids and amounts matter here.</summary>
        private async Task<FoundMatch> SubjectAsync(
            ReconciledAccount account, StoredBreak found, CancellationToken cancellationToken)
        {
            if (found.Subject.Match is { } id)
            {
                var match = (await matches.FindAsync(id, cancellationToken))!;
                return new FoundMatch(
                    [.. match.Lines.Select(line => new OpenLine(line.Id, 0, default, default, line.Amount))],
                    [.. match.Legs.Select(leg => new OpenLeg(leg.Place, default, leg.Amount, null, null, null))], null);
            }
            var lines = found.Subject.Line is { } line
                ? await items.LinesOfAsync(account.Id, [line], cancellationToken)
                : [];
            var legs = found.Subject.Leg is { } place
                ? (await items.LegsOfAsync(account.Id, [place.Position], cancellationToken))
                    .Where(leg => leg.Place == place)
                : [];
            return new FoundMatch(lines, [.. legs], null);
        }
    }
}
