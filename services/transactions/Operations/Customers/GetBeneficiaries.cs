using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations.Customers;

/// <summary>A customer's beneficiaries, newest first, and one by its id.</summary>
internal static class GetBeneficiaries
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/customers/{id}/beneficiaries", ListAsync)
            .RequireAccess(Scopes.TransactionsRead, GetCustomers.Readers)
            .WithName("ListBeneficiaries").WithSummary("A customer's beneficiaries, newest first")
            .WithTags("Customers").WithGroupName("partners")
            .Produces<BeneficiaryPage>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404)
            .ProducesProblem(422);
        routes.MapGet("/v1/customers/{id}/beneficiaries/{beneficiaryId}", OneAsync)
            .RequireAccess(Scopes.TransactionsRead, GetCustomers.Readers)
            .WithName("GetBeneficiary").WithSummary("A customer's beneficiary by its id").WithTags("Customers")
            .WithGroupName("partners")
            .Produces<BeneficiaryResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> OneAsync(
        string id, string beneficiaryId, Caller caller, DbSession session, IServiceProvider scope, PartyVault vault,
        CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var customer)
            || !PartyId.TryParse(beneficiaryId, null, out var beneficiary))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return await scope.GetRequiredService<Parties>()
            .FindBeneficiaryAsync(customer, beneficiary, cancellationToken) is { } row
            ? TypedResults.Ok(CustomerViews.Beneficiary(row, vault))
            : Problems.NotFound();
    }

    private static async Task<IResult> ListAsync(
        string id, int? pageSize, string? cursor, Caller caller, DbSession session, Lazy<TransactionsDb> db,
        IServiceProvider scope, PartyVault vault, CancellationToken cancellationToken)
    {
        if (!PartyId.TryParse(id, null, out var customer))
            return Problems.NotFound();
        var validation = new Validation();
        var before = GetCustomers.ReadPage(validation, pageSize, cursor);
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await scope.GetRequiredService<Parties>().FindCustomerAsync(customer, cancellationToken) is null)
            return Problems.NotFound();
        var size = pageSize ?? GetCustomers.DefaultPage;
        var found = await db.Value.Parties.FromSql(
            $"""
            select * from parties where tenant_id = {caller.Tenant.Value} and owner_id = {customer.Value}
            and role = 'BENEFICIARY' and erased_at is null
            and ({before is null} or id < {(before ?? default).Value})
            """).AsNoTracking().OrderByDescending(row => row.Id).Take(size + 1).ToListAsync(cancellationToken);
        return TypedResults.Ok(new BeneficiaryPage(
            [.. found.Take(size).Select(row => CustomerViews.Beneficiary(row, vault))],
            found.Count > size ? found[size - 1].Id.ToString() : null));
    }
}
