using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>What is to be done: cases that are not closed and do not sleep, the most urgent first.</summary>
internal static class GetWorklist
{
    /// <param name="Next">Pass it as <c>after</c> to get the next page; missing on the last one.</param>
    public sealed record WorklistPage(IReadOnlyList<CaseSummary> Items, CaseId? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cases/worklist", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("GetCaseWorklist").WithSummary("Cases to work on, the most urgent first").WithTags("Cases")
        .Produces<WorklistPage>().ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(string? assignee, bool? overdue, string? after, int? limit,
        Caller caller, ComplianceWork work, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.OptionalText(assignee, "assignee", CaseDesk.MaxOfficerLength);
        var edge = Page.Edge<CaseKind>(validation, after, "after");
        var size = Page.Size(validation, limit);
        if (validation.Failed)
            return validation.ToProblem();

        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var now = clock.GetUtcNow();
        var page = await db.Cases.FromSql($"""
            select c.* from cases c
            left join cases edge on edge.tenant_id = c.tenant_id and edge.id = {edge}::uuid
            where c.tenant_id = {caller.Tenant.Value} and c.status <> 'CLOSED'
              and (c.snoozed_until is null or c.snoozed_until <= {now})
              and ({assignee}::text is null or c.assignee = {assignee})
              and (not {overdue ?? false} or c.due_at <= {now})
              and ({edge}::uuid is null or (-c.escalation, c.due_at, c.id) > (-edge.escalation, edge.due_at, edge.id))
            order by c.escalation desc, c.due_at, c.id limit {size + 1}
            """).AsNoTracking().ToListAsync(cancellationToken);
        var items = page.Take(size).Select(CaseSummary.Of).ToArray();
        return TypedResults.Ok(new WorklistPage(items, page.Count > size ? items[^1].Id : null));
    }
}
