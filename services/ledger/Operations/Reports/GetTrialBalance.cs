using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Reports;

/// <summary>The proof of the books: in each currency, debit balances equal credit balances.</summary>
internal static class GetTrialBalance
{
    /// <param name="Currencies">Over all accounts of the book.</param>
    /// <param name="Accounts">Those that have a posted or pending balance, by code; a page of them.</param>
    /// <param name="Next">Pass it as <c>after</c> for the next page of accounts; missing on the last.</param>
    public sealed record TrialBalance(
        IReadOnlyList<TrialBalanceCurrency> Currencies, IReadOnlyList<TrialBalanceAccount> Accounts, string? Next);

    /// <param name="Difference">Debits less credits: zero.</param>
    public sealed record TrialBalanceCurrency(string Currency, Money Debits, Money Credits, Money Difference);

    public sealed record TrialBalanceAccount(string Code, string Kind, Money Debit, Money Credit);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/trial-balance", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getTrialBalance").WithTags("Ledger")
        .WithSummary("Debit and credit balances per currency and per account")
        .Produces<TrialBalance>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, AccountStore accounts, CancellationToken cancellationToken,
        int? limit = null, string? after = null)
    {
        if (!Paging.TryLimit(limit, out var size, out var problem)
            || !Paging.TryAccount(after, out var cursor, out problem))
            return problem;
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var totals = await accounts.TotalsAsync(cancellationToken);
        var found = await accounts.ListAsync(null, onlyWithBalance: true, cursor, size + 1, cancellationToken);
        var page = found.Take(size).ToArray();
        return TypedResults.Ok(new TrialBalance(
            [.. totals.Select(total => Of(total.Currency, checked((long)total.Debits), checked((long)total.Credits)))],
            [.. page.Select(Of)],
            found.Count > size ? Paging.Cursor(page[^1].Name) : null));
    }

    private static TrialBalanceCurrency Of(Currency currency, long debits, long credits) => new(
        currency.Code, new Money(debits, currency), new Money(credits, currency),
        new Money(debits - credits, currency));

    private static TrialBalanceAccount Of(AccountBalance account)
    {
        var net = account.PostedDebits - account.PostedCredits;
        var currency = account.Name.Currency;
        return new TrialBalanceAccount(account.Name.Code, Views.Upper(account.Class),
            new Money(Math.Max(net, 0), currency), new Money(Math.Max(-net, 0), currency));
    }
}
