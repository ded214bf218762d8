using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>One transfer by its id, and a list that is found by PCN or status, newest first.</summary>
internal static class GetTransactions
{
    private const int DefaultPage = 20;
    private const int MaxPage = 100;

    private static readonly string[] Readers =
    [
        Contracts.Roles.Cashier, Contracts.Roles.Agent, Contracts.Roles.Manager, Contracts.Roles.Compliance,
        Contracts.Roles.Finance,
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/transactions/{id}", OneAsync).RequireAccess(Scopes.TransactionsRead, Readers)
            .WithName("GetTransaction").WithSummary("A transfer by its id").WithTags("Transactions")
            .WithGroupName("partners")
            .Produces<TransactionResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        routes.MapGet("/v1/transactions", ListAsync).RequireAccess(Scopes.TransactionsRead, Readers)
            .WithName("ListTransactions").WithSummary("Transfers, newest first, by PCN or public status")
            .WithTags("Transactions").WithGroupName("partners")
            .Produces<TransactionPage>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);
    }

    private static async Task<IResult> OneAsync(
        string id, Caller caller, DbSession session, Lazy<TransactionsDb> db, TransactionResponses responses,
        CancellationToken cancellationToken)
    {
        if (!TransactionId.TryParse(id, null, out var transactionId))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var transfer = await db.Value.Transfers.AsNoTracking()
            .SingleOrDefaultAsync(row => row.TenantId == caller.Tenant && row.Id == transactionId, cancellationToken);
        if (transfer is null)
            return Problems.NotFound();
        return TypedResults.Ok(await responses.OfAsync(transfer, cancellationToken));
    }

    private static async Task<IResult> ListAsync(
        string? pcn, string? status, int? pageSize, string? cursor, Caller caller, DbSession session,
        Lazy<TransactionsDb> db,
        TransactionResponses responses, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var wanted = Words.TryParse<TransactionStatus>(status);
        var before = default(TransactionId);
        validation.Check(status is null || wanted is not null, "status", "This is not a public status.");
        validation.Check(pageSize is null or (>= 1 and <= MaxPage), "pageSize", $"A page has 1 to {MaxPage} items.");
        validation.Check(cursor is null || TransactionId.TryParse(cursor, null, out before), "cursor",
            "This is not a cursor.");
        if (validation.Failed)
            return validation.ToProblem();

        await session.BeginAsync(caller.Tenant, cancellationToken);
        var size = pageSize ?? DefaultPage;
        var query = db.Value.Transfers.FromSql(
            $"""
            select * from transactions
            where tenant_id = {caller.Tenant.Value} and ({cursor is null} or id < {before.Value})
            """)
            .AsNoTracking();
        if (pcn is not null)
            query = query.Where(transfer => transfer.Pcn == pcn);
        if (wanted is not null)
            query = query.Where(transfer => transfer.Status == wanted);
        var found = await query.OrderByDescending(transfer => transfer.Id).Take(size + 1)
            .ToListAsync(cancellationToken);
        var page = found.Take(size).ToList();
        return TypedResults.Ok(new TransactionPage(
            await responses.OfAsync(page, cancellationToken),
            found.Count > size ? page[^1].Id.ToString() : null));
    }
}
