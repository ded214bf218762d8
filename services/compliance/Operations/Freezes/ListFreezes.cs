using FinCode.Compliance.Operations.Cases;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Freezes;

/// <summary>The money that stands frozen, by when its report is due.</summary>
internal static class ListFreezes
{
    /// <param name="Next">Pass it as <c>after</c> to get the next page; missing on the last one.</param>
    public sealed record FreezePage(IReadOnlyList<CaseSummary> Items, CaseId? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cases/freezes", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("ListFreezes").WithSummary("Cases whose money stands frozen").WithTags("Freezes")
        .Produces<FreezePage>().ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(bool? unreported, string? after, int? limit, Caller caller,
        ComplianceWork work, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var edge = Page.Edge<CaseKind>(validation, after, "after");
        var size = Page.Size(validation, limit);
        if (validation.Failed)
            return validation.ToProblem();
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var page = await db.Cases.FromSql($"""
            select c.* from cases c
            left join cases edge on edge.tenant_id = c.tenant_id and edge.id = {edge}::uuid
            where c.tenant_id = {caller.Tenant.Value} and c.decision = 'FREEZE' and c.freeze_ended_at is null
              and (not {unreported ?? false} or c.freeze_reported_at is null)
              and ({edge}::uuid is null
                or (c.freeze_report_due_at, c.id) > (edge.freeze_report_due_at, edge.id))
            order by c.freeze_report_due_at, c.id limit {size + 1}
            """).AsNoTracking().ToListAsync(cancellationToken);
        var items = page.Take(size).Select(CaseSummary.Of).ToArray();
        return TypedResults.Ok(new FreezePage(items, page.Count > size ? items[^1].Id : null));
    }
}
