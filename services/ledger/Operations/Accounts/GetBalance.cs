using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Accounts;

/// <summary>What an account stood at: by a booking time, or by value at the end of a day.</summary>
internal static class GetBalance
{
    /// <param name="BookedBy">All that was booked up to and including this instant counts.</param>
    /// <param name="ValueDate">All that has a value date up to and including this day counts, whenever booked.</param>
    /// <param name="PendingIn">
    /// As the other three of a booking time only: what is held counts from when it was booked, whatever its value date.
    /// </param>
    public sealed record LedgerBalance(
        string Code, string Currency, DateTimeOffset? BookedBy, DateOnly? ValueDate, Money Balance, Money? PendingIn,
        Money? PendingOut, Money? Liens, Money? Available);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/accounts/{account}/{currency}/balance", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerBalance").WithTags("Ledger")
        .WithSummary("The balance of an account as of a booking time (bookedBy) or of a value date (valueDate)")
        .Produces<LedgerBalance>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, Caller caller, DbSession session, AccountStore accounts,
        AccountHistory history, CancellationToken cancellationToken, DateTimeOffset? bookedBy = null,
        DateOnly? valueDate = null)
    {
        var validation = new Validation();
        var known = validation.RequireCurrency(currency, "currency");
        validation.Check(bookedBy is null != valueDate is null, "bookedBy",
            "Either bookedBy (a time) or valueDate (a day) is needed.");
        if (known is null || validation.Failed)
            return validation.ToProblem();
        await session.BeginReadingAsync(caller.Tenant, cancellationToken);
        if (await accounts.FindAsync(new AccountName(account, known), cancellationToken) is not { } found)
            return Problems.NotFound("There is no such account in your book.");
        if (valueDate is { } day)
        {
            var ofValue = await history.BalanceOfValueAsync(found, day, cancellationToken);
            return TypedResults.Ok(new LedgerBalance(
                account, known.Code, null, day, new Money(ofValue, known), null, null, null, null));
        }
        var position = await history.PositionAtAsync(bookedBy!.Value, cancellationToken);
        var then = await history.BalancesAtAsync(found, position, cancellationToken);
        return TypedResults.Ok(new LedgerBalance(
            account, known.Code, bookedBy, null, new Money(then.Balance, known), new Money(then.PendingIn, known),
            new Money(then.PendingOut, known), new Money(then.Liens, known), new Money(then.Available, known)));
    }
}
