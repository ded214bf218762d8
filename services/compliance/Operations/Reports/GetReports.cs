using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>The reports of suspicion; to everybody else there are none.</summary>
internal static class GetReports
{
    /// <param name="Next">Pass it as <c>before</c> to get the next page; missing on the last one.</param>
    public sealed record SuspicionReportPage(IReadOnlyList<SuspicionReportSummary> Items, SuspicionReportId? Next);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/suspicion-reports", ListAsync)
            .RequireRole(Roles.Mlro)
            .WithName("ListSuspicionReports").WithSummary("Reports of suspicion, the newest first")
            .WithTags("Suspicion reports").Produces<SuspicionReportPage>().ProducesProblem(403).ProducesProblem(422);
        routes.MapGet("/v1/suspicion-reports/{id}", GetAsync)
            .RequireRole(Roles.Mlro)
            .WithName("GetSuspicionReport").WithSummary("A report of suspicion").WithTags("Suspicion reports")
            .Produces<SuspicionReportView>().ProducesProblem(403).ProducesProblem(404);
    }

    private static async Task<IResult> ListAsync(string? before, int? limit, Caller caller, ComplianceWork work,
        SuspicionReports reports, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        var edge = Page.Edge<SuspicionReportKind>(validation, before, "before");
        var size = Page.Size(validation, limit);
        if (validation.Failed)
            return validation.ToProblem();
        await work.BeginAsync(caller.Tenant, cancellationToken);
        var found = await reports.ListAsync(edge, size + 1, cancellationToken);
        var items = found.Take(size).Select(one => new SuspicionReportSummary(one.Id, one.CaseId, one.Country,
            one.Version, one.DraftedBy, one.DraftedAt, one.ApprovedBy, one.ApprovedAt, one.DueAt, one.FiledAt,
                one.ErasedAt))
            .ToArray();
        return TypedResults.Ok(new SuspicionReportPage(items, found.Count > size ? items[^1].Id : null));
    }

    private static async Task<IResult> GetAsync(SuspicionReportId id, Caller caller, ComplianceWork work,
        SuspicionReports reports, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await reports.LockAsync(id, cancellationToken) is not { } found)
            return Problems.NotFound();
        return TypedResults.Ok(SuspicionReportView.Of(found, await reports.EventsAsync(id, cancellationToken)));
    }
}
