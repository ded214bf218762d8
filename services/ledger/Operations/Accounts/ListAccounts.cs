using FinCode.Contracts;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Accounts;

internal static class ListAccounts
{
    private const int MaxCodeLength = 200;

    /// <param name="Next">Pass it as <c>after</c> for the next page; missing on the last.</param>
    public sealed record LedgerAccountPage(IReadOnlyList<LedgerAccount> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/accounts", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listLedgerAccounts").WithTags("Ledger")
        .WithSummary("Accounts by code: the code itself and those below it (prefund, prefund:acme, prefund:acme:NGN)")
        .Produces<LedgerAccountPage>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, AccountStore accounts, CancellationToken cancellationToken,
        string? code = null, int? limit = null, string? after = null)
    {
        if (code is { Length: 0 or > MaxCodeLength })
            return Problems.Invalid("code", $"A code has 1 to {MaxCodeLength} characters.");
        if (!Paging.TryLimit(limit, out var size, out var problem)
            || !Paging.TryAccount(after, out var cursor, out problem))
            return problem;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await accounts.ListAsync(code, onlyWithBalance: false, cursor, size + 1, cancellationToken);
        var page = found.Take(size).ToArray();
        return TypedResults.Ok(new LedgerAccountPage(
            [.. page.Select(Views.Of)], found.Count > size ? Paging.Cursor(page[^1].Name) : null));
    }
}
