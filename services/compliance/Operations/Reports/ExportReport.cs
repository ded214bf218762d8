using System.Security.Cryptography;
using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>An approved report as goAML XML, for the unit's portal; that it was taken out is written down.</summary>
internal static class ExportReport
{
    private const string MediaType = "application/xml";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/suspicion-reports/{id}/exports", HandleAsync)
        .RequireRole(Roles.Mlro)
        .WithName("ExportSuspicionReport").WithSummary("An approved report as goAML XML")
        .WithTags("Suspicion reports")
        .Produces<string>(200, MediaType).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(SuspicionReportId id, HttpResponse response, Caller caller,
        ComplianceWork work, SuspicionReports reports, TimeProvider clock, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await reports.LockAsync(id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.ApprovedAt is not { } approvedAt)
            return Refusal.InvalidTransition.ToProblem();
        // Dated by its approval, so that the same report gives the same file however often it is taken out.
        var file = GoAmlReport.Write(found.Content, ReportProfile.Find(found.Country)!, approvedAt);
        await reports.NoteAsync(id, ReportStep.Exported, caller.Subject, SHA256.HashData(file), clock.GetUtcNow(),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        response.Headers.CacheControl = "no-store";
        return TypedResults.File(file, MediaType, $"{id}.xml");
    }
}
