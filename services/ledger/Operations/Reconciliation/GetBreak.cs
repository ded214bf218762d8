using FinCode.Contracts;
using FinCode.Ledger.Reconciliation.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reconciliation;

internal static class GetBreak
{
    /// <param name="Suggestions">Legs that might belong to the line: more than one fits, or the amount does
    /// not.</param>
    public sealed record ReconciliationBreakDetails(
        ReconciliationBreak Break, IReadOnlyList<ReconciliationLeg> Suggestions,
        IReadOnlyList<ReconciliationNote> Notes);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/reconciliation/breaks/{breakId}", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getBreak").WithTags(ReconciliationViews.Tag)
        .WithSummary("A break with its suggestions and everything that was done about it")
        .Produces<ReconciliationBreakDetails>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        BreakId breakId, Caller caller, DbSession session, BreakStore breaks, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return await breaks.FindAsync(breakId, cancellationToken) is { } found
            ? TypedResults.Ok(await DetailsAsync(found, breaks, clock, cancellationToken))
            : Problems.NotFound();
    }

    public static async Task<ReconciliationBreakDetails> DetailsAsync(
        StoredBreak found, BreakStore breaks, TimeProvider clock, CancellationToken cancellationToken) => new(
            ReconciliationViews.Of(found, clock.Today()),
            [.. (await breaks.LegsAsync(found.Suggestions, cancellationToken)).Select(leg => new ReconciliationLeg(
                leg.Entry, leg.Place.Number, new Money(leg.Amount, found.Account.Currency)))],
            [.. (await breaks.NotesAsync(found.Id, cancellationToken)).Select(note => new ReconciliationNote(
                note.Number, Words.Of(note.Kind), note.Author, note.At, note.Text))]);
}
