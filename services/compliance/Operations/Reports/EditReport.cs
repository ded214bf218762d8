using System.Text.Json;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>What a report says is replaced, whole, until it is approved.</summary>
internal static class EditReport
{
    private const int MaxContentBytes = 64 * 1024;

    /// <param name="Version">The one that was read.</param>
    public sealed record SuspicionReportEdit(int? Version, ReportContent? Content);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/v1/suspicion-reports/{id}", HandleAsync)
        .RequireRole(Roles.Mlro)
        .WithName("EditSuspicionReport").WithSummary("Replace what a report says").WithTags("Suspicion reports")
        .Produces<SuspicionReportView>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409)
        .ProducesProblem(422);

    private static async Task<IResult> HandleAsync(SuspicionReportId id, SuspicionReportEdit request, Caller caller,
        ComplianceWork work, SuspicionReports reports, TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.Version, "/version");
        if (validation.Require(request.Content, "/content"))
        {
            validation.Check(ReportCompleteness.CanBeWritten(request.Content), "/content",
                "A text holds a character that no report can.");
            validation.Check(JsonSerializer.SerializeToUtf8Bytes(request.Content, ContractJson.Options).Length
                <= MaxContentBytes, "/content", $"At most {MaxContentBytes} bytes.");
        }
        if (validation.Failed)
            return validation.ToProblem();
        await work.BeginAsync(caller.Tenant, cancellationToken);
        if (await reports.LockAsync(id, cancellationToken) is not { } found)
            return Problems.NotFound();
        var (edited, refusal) = found.Edit(request.Version!.Value, request.Content!);
        if (edited is null)
            return refusal!.Value.ToProblem();
        await reports.SaveEditAsync(edited, caller.Subject, clock.GetUtcNow(), cancellationToken);
        await work.CommitAsync(cancellationToken);
        return TypedResults.Ok(SuspicionReportView.Of(edited, []));
    }
}
