using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations;

internal static class ListAccountEntries
{
    /// <summary>One movement of the account, newest first.</summary>
    public sealed record LedgerAccountLine(
        EntryId EntryId, TransactionId? TransactionId, string Step, int Number, string Form, DateTimeOffset BookedAt,
        LedgerLeg Leg);

    /// <param name="Next">Pass it as <c>before</c> for older lines; missing on the last page.</param>
    public sealed record LedgerAccountHistory(IReadOnlyList<LedgerAccountLine> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/accounts/{account}/{currency}/entries", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listLedgerAccountEntries").WithTags("Ledger")
        .WithSummary("The movements of an account, newest first, with the balances before and after each")
        .Produces<LedgerAccountHistory>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, Caller caller, DbSession session, AccountStore accounts,
        AccountHistory history,
        CancellationToken cancellationToken, int? limit = null, string? before = null)
    {
        var validation = new Validation();
        if (validation.RequireCurrency(currency, "currency") is not { } known)
            return validation.ToProblem();
        if (!Paging.TryLimit(limit, out var size, out var problem)
            || !Paging.TryPlace(before, out var place, out problem))
            return problem;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await accounts.FindAsync(new AccountName(account, known), cancellationToken) is not { } found)
            return Problems.NotFound("There is no such account in your book.");
        var lines = await history.ReadAsync(found, place, 0, size + 1, cancellationToken);
        var page = lines.Take(size).ToArray();
        return TypedResults.Ok(new LedgerAccountHistory(
            [.. page.Select(Of)], lines.Count > size ? Paging.Cursor(page[^1].Place) : null));
    }

    private static LedgerAccountLine Of(HistoryLine line) => new(
        line.Entry, line.Key.Transaction, line.Key.Step, line.Key.Number, Views.Upper(line.Form), line.BookedAt,
        Views.Of(line.Leg));
}
