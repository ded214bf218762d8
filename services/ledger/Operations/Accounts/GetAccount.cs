using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Accounts;

internal static class GetAccount
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/accounts/{account}/{currency}", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerAccount").WithTags("Ledger")
        .WithSummary("One account with its posted, pending and available balance")
        .Produces<LedgerAccount>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string account, string currency, Caller caller, DbSession session, AccountStore accounts,
        CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (validation.RequireCurrency(currency, "currency") is not { } known)
            return validation.ToProblem();
        await session.BeginReadingAsync(caller.Tenant, cancellationToken);
        return await accounts.FindAsync(new AccountName(account, known), cancellationToken) is { } found
            ? TypedResults.Ok(Views.Of(found))
            : Problems.NotFound("There is no such account in your book.");
    }
}
