using FinCode.Compliance.Model;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>An approved report has gone to the unit.</summary>
internal static class FileReport
{
    private const int MaxReferenceLength = 200;

    /// <param name="Reference">How the unit refers to it, 1 to 200 characters.</param>
    public sealed record SuspicionReportFiling(string? Reference);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/suspicion-reports/{id}/submissions", HandleAsync)
        .RequireRole(Roles.Mlro)
        .WithName("FileSuspicionReport").WithSummary("Note that a report was handed in").WithTags("Suspicion reports")
        .Produces<SuspicionReportView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(SuspicionReportId id, SuspicionReportFiling request, Caller caller,
        ComplianceWork work, SuspicionReports reports, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        if (!validation.RequireText(request.Reference, "/reference", MaxReferenceLength))
            return validation.ToProblem();
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await reports.LockAsync(id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.FiledAt is not null && (await reports.EventsAsync(id, cancellationToken))
            .Any(step => step.Type == ReportStep.Filed && step.Reference == request.Reference))
            return TypedResults.Ok(SuspicionReportView.Of(found, []));
        if (!found.MayBeFiled || found.FiledAt is not null)
            return Refusal.InvalidTransition.ToProblem();
        var now = clock.GetUtcNow();
        await reports.NoteFiledAsync(id, request.Reference, caller.Subject, now, cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(SuspicionReportView.Of(found with { FiledAt = now }, []));
    }
}
