using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>One customer by its id, and a list that is found by reference, newest first.</summary>
internal static class GetCustomers
{
    internal const int DefaultPage = 20;
    internal const int MaxPage = 100;

    internal static readonly string[] Readers =
    [
        Contracts.Roles.Cashier, Contracts.Roles.Agent, Contracts.Roles.Manager, Contracts.Roles.Compliance,
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/customers/{id}", OneAsync).RequireAccess(Scopes.TransactionsRead, Readers)
            .WithName("GetCustomer").WithSummary("A customer by its id").WithTags("Customers")
            .WithGroupName("partners")
            .Produces<CustomerResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
        routes.MapGet("/v1/customers", ListAsync).RequireAccess(Scopes.TransactionsRead, Readers)
            .WithName("ListCustomers").WithSummary("Customers, newest first, or the one of a reference")
            .WithTags("Customers").WithGroupName("partners")
            .Produces<CustomerPage>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);
    }

    /// <summary>The id before which a page goes on; null when there is no cursor.</summary>
    internal static PartyId? ReadPage(Validation validation, int? pageSize, string? cursor)
    {
        var before = default(PartyId);
        validation.Check(pageSize is null or (>= 1 and <= MaxPage), "pageSize", $"A page has 1 to {MaxPage} items.");
        validation.Check(cursor is null || PartyId.TryParse(cursor, null, out before), "cursor",
            "This is not a cursor.");
        return cursor is null ? null : before;
    }

    private static async Task<IResult> OneAsync(
        string id, Caller caller, DbSession session, IServiceProvider scope, PartyVault vault,
        CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var partyId))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return await scope.GetRequiredService<Parties>().FindCustomerAsync(partyId, cancellationToken) is { } row
            ? TypedResults.Ok(CustomerViews.Customer(row, vault))
            : Problems.NotFound();
    }

    private static async Task<IResult> ListAsync(
        string? reference, int? pageSize, string? cursor, Caller caller, DbSession session, Lazy<TransactionsDb> db,
        PartyVault vault, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var before = ReadPage(validation, pageSize, cursor);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var size = pageSize ?? DefaultPage;
        var query = db.Value.Parties.FromSql(
            $"""
            select * from parties where tenant_id = {caller.Tenant.Value} and role = 'SENDER' and erased_at is null
            and ({before is null} or id < {(before ?? default).Value})
            """).AsNoTracking();
        if (reference is not null)
            query = query.Where(row => row.Reference == reference);
        var found = await query.OrderByDescending(row => row.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new CustomerPage(
            [.. found.Take(size).Select(row => CustomerViews.Customer(row, vault))],
            found.Count > size ? found[size - 1].Id.ToString() : null));
    }
}
