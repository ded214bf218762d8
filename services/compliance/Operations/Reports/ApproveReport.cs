using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>Somebody who wrote nothing of it approves a report that lacks nothing.</summary>
internal static class ApproveReport
{
    public const string ReportIncomplete = "REPORT_INCOMPLETE";

    /// <param name="Version">The one that was read.</param>
    public sealed record SuspicionReportApproval(int? Version);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/suspicion-reports/{id}/approvals", HandleAsync)
        .RequireRole(Roles.Mlro)
        .WithName("ApproveSuspicionReport").WithSummary("Approve a report").WithTags("Suspicion reports")
        .Produces<SuspicionReportView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(SuspicionReportId id, SuspicionReportApproval? request,
        Caller caller, ComplianceWork work, SuspicionReports reports, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (!validation.Require(request?.Version, "/version"))
            return validation.ToProblem();
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await reports.LockAsync(id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.ApprovedBy == caller.Subject)
            return TypedResults.Ok(SuspicionReportView.Of(found, []));
        var writers = (await reports.EventsAsync(id, cancellationToken))
            .Where(step => step.Type is ReportStep.Drafted or ReportStep.Edited).Select(step => step.Actor);
        var (approved, refusal) = found.Approve(request!.Version!.Value, writers, caller.Subject, clock.GetUtcNow());
        if (approved is null)
            return refusal!.Value.ToProblem();
        var missing = ReportCompleteness.Missing(found.Content, found.Profile);
        if (missing.Count > 0)
            return Problems.Of(StatusCodes.Status422UnprocessableEntity, ReportIncomplete, string.Join(' ', missing));
        await reports.SaveApprovalAsync(approved, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(SuspicionReportView.Of(approved, []));
    }
}
