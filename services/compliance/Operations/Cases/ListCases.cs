using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>The tenant's cases, the newest first.</summary>
internal static class ListCases
{
    /// <param name="Items">At most <c>limit</c> cases.</param>
    /// <param name="Next">Pass it as <c>before</c> to get the next page; missing on the last one.</param>
    public sealed record CasePage(IReadOnlyList<CaseSummary> Items, CaseId? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cases", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ListCases").WithSummary("Cases, the newest first").WithTags("Cases")
        .Produces<CasePage>().ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(string? status, string? transactionId, string? before, int? limit,
        Caller caller, ComplianceWork work, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Check(status is null || Words.Find<CaseStatus>(status) is not null, "status",
            "One of NEW, ASSIGNED, INVESTIGATING, RETURNED, PROPOSED, CLOSED.");
        Guid? transaction = TransactionId.TryParse(transactionId, null, out var wanted) ? wanted.Value : null;
        validation.Check(transactionId is null || transaction is not null, "transactionId",
            "The id of a transfer: txn_...");
        var edge = Page.Edge<CaseKind>(validation, before, "before");
        var size = Page.Size(validation, limit);
        if (validation.Failed)
            return validation.ToProblem();

        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        // Ids are made of the time, so their order is the order of opening.
        var page = await db.Cases.FromSql($"""
            select * from cases
            where tenant_id = {caller.Tenant.Value}
              and ({status}::text is null or status = {status})
              and ({transaction}::uuid is null or transaction_id = {transaction})
              and ({edge}::uuid is null or id < {edge})
            order by id desc limit {size + 1}
            """).AsNoTracking().ToListAsync(cancellationToken);
        var items = page.Take(size).Select(CaseSummary.Of).ToArray();
        return TypedResults.Ok(new CasePage(items, page.Count > size ? items[^1].Id : null));
    }
}
