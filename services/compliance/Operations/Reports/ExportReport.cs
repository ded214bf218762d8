using System.Security.Cryptography;
using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>
/// An approved report as the unit takes it: goAML XML, or where it takes none a document of ours to write over from;
/// that it was taken out is written down.
/// </summary>
internal static class ExportReport
{
    private const string Xml = "application/xml";
    private const string Json = "application/json";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapPost("/v1/suspicion-reports/{id}/exports", HandleAsync)
        .RequireRole(Roles.Mlro)
        .WithName("ExportSuspicionReport")
        .WithSummary("An approved report: application/xml where the unit takes goAML, else application/json")
        .WithTags("Suspicion reports")
        .Produces<SuspicionReportFile>(200, Json, Xml).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(SuspicionReportId id, HttpResponse response, Caller caller,
        ComplianceWork work, SuspicionReports reports, TimeProvider clock, CancellationToken cancellationToken)
    {
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await reports.LockAsync(id, cancellationToken) is not { } found)
            return Problems.NotFound();
        if (found.ApprovedAt is not { } approvedAt || !found.MayBeFiled)
            return Refusal.InvalidTransition.ToProblem();
        // Dated by its approval, so that the same report gives the same file however often it is taken out.
        var isGoaml = found.Profile.Format == ReportFormat.Goaml;
        var file = isGoaml
            ? GoAmlReport.Write(found.Content, found.Profile, approvedAt)
            : ReportDocument.Write(found, found.Profile, approvedAt);
        await reports.NoteAsync(id, ReportStep.Exported, caller.Subject, SHA256.HashData(file), clock.GetUtcNow(),
            cancellationToken);
        await work.CommitAsync(cancellationToken);
        response.Headers.CacheControl = "no-store";
        return isGoaml ? TypedResults.File(file, Xml, $"{id}.xml") : TypedResults.File(file, Json, $"{id}.json");
    }
}
