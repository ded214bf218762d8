using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Accounts;

internal static class ListAccountEntries
{
    /// <summary>One movement of the account.</summary>
    public sealed record LedgerAccountLine(
        EntryId EntryId, TransactionId? TransactionId, string Step, int Number, string Form, DateTimeOffset BookedAt,
        DateOnly ValueDate, string? Reference, string? Description, LedgerLeg Leg);

    /// <param name="Opening">The balance before the oldest line of this page.</param>
    /// <param name="Closing">The balance after the newest line of this page.</param>
    /// <param name="Items">Newest first.</param>
    /// <param name="Next">Pass it as <c>before</c> for older lines; missing on the last page.</param>
    public sealed record LedgerAccountHistory(
        Money Opening, Money Closing, IReadOnlyList<LedgerAccountLine> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/accounts/{account}/{currency}/entries", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listLedgerAccountEntries").WithTags("Ledger")
        .WithSummary("The movements of an account, newest first: all, or those booked after from and up to to")
        .Produces<LedgerAccountHistory>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, Caller caller, DbSession session, AccountStore accounts,
        AccountHistory history, CancellationToken cancellationToken, int? limit = null, string? before = null,
        DateTimeOffset? from = null, DateTimeOffset? to = null)
    {
        var validation = new Validation();
        if (validation.RequireCurrency(currency, "currency") is not { } known)
            return validation.ToProblem();
        if (!Paging.TryLimit(limit, out var size, out var problem)
            || !Paging.TryPlace(before, out var place, out problem))
            return problem;
        await session.BeginReadingAsync(caller.Tenant, cancellationToken);
        if (await accounts.FindAsync(new AccountName(account, known), cancellationToken) is not { } found)
            return Problems.NotFound("There is no such account in your book.");

        var after = from is { } start ? await history.PositionAtAsync(start, cancellationToken) : 0;
        if (before is null && to is { } end)
            place = new HistoryPlace(await history.PositionAtAsync(end, cancellationToken), int.MaxValue);
        var lines = await history.ReadAsync(found, place, after, size + 1, cancellationToken);
        var page = lines.Take(size).ToArray();
        var standing = page.Length > 0
            ? 0
            : await history.BalanceAtAsync(found, Math.Max(after, place.Position), cancellationToken);
        return TypedResults.Ok(new LedgerAccountHistory(
            new Money(page.Length > 0 ? page[^1].Leg.PreviousBalance : standing, known),
            new Money(page.Length > 0 ? page[0].Leg.NewBalance : standing, known),
            [.. page.Select(Of)], lines.Count > size ? Paging.Cursor(page[^1].Place) : null));
    }

    private static LedgerAccountLine Of(HistoryLine line) => new(
        line.Entry, line.Key.Transaction, line.Key.Step, line.Key.Number, Views.Upper(line.Form), line.BookedAt,
        line.Details.ValueDate!.Value, line.Details.Reference, line.Details.Description, Views.Of(line.Leg));
}
