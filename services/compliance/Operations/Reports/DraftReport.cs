using FinCode.Compliance.Lists;
using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>
/// A report of suspicion begins from a case, of a transfer or of a customer: the facts of the transfers and of their
/// parties are filled in, the rest is for the person who makes it. Nothing in the case says that there is one.
/// </summary>
internal static class DraftReport
{
    /// <summary>Those that the case itself is about come on top.</summary>
    private const int MaxNamed = 50;

    /// <param name="Country">Whose unit it goes to, ISO 3166-1 alpha-2.</param>
    /// <param name="TransactionIds">
    /// Transfers of the customer that belong in it besides the case's own: of a case of a customer, to whom or by whom
    /// they were sent; of a case of a transfer, of the same sender. At most 50.
    /// </param>
    public sealed record SuspicionReportRequest(
        CaseId? CaseId, string? Country, IReadOnlyList<TransactionId>? TransactionIds = null);

    /// <summary>The report that was begun, without its content: answers to keys are kept in plain.</summary>
    /// <param name="Missing">What has to be added before it can be approved, each in a sentence.</param>
    public sealed record SuspicionReportBegun(
        SuspicionReportId Id, int Version, DateTimeOffset? DueAt, IReadOnlyList<string> Missing);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/suspicion-reports", HandleAsync)
        .RequireRole(Roles.Mlro)
        .WithName("DraftSuspicionReport").WithSummary("Draft a report of suspicion from a case")
        .WithTags("Suspicion reports")
        .NeedsIdempotencyKey()
        .Produces<SuspicionReportBegun>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(422).ProducesProblem(503);

    private static Task<IResult> HandleAsync(HttpContext http, SuspicionReportRequest request, Caller caller,
        IdempotentRequests requests, ComplianceWork work, SuspicionReports reports, ReportDrafts drafts,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.CaseId, "/caseId");
        var country = CountryNames.ValidCode(request.Country);
        validation.Check(country is not null && country == request.Country, "/country",
            "A country is an ISO 3166-1 alpha-2 code, such as \"NG\".");
        validation.Check(request.TransactionIds is null or { Count: <= MaxNamed }, "/transactionIds",
            $"At most {MaxNamed} transfers.");
        if (validation.Failed)
            return Task.FromResult<IResult>(validation.ToProblem());
        return requests.RunAsync(http, caller.Tenant, "draft-suspicion-report", request, async () =>
        {
            var found = await work.Db.Cases.AsNoTracking().SingleOrDefaultAsync(
                one => one.TenantId == caller.Tenant && one.Id == request.CaseId, cancellationToken);
            if (found is null)
                return (null, Problems.NotFound());
            try
            {
                var profile = ReportProfile.Of(country!);
                var content = await drafts.FillAsync(
                    found, request.TransactionIds ?? [], profile, cancellationToken);
                if (content is null)
                    return (null, Problems.Invalid("/transactionIds", "Transfers of the customer of this case only."));
                var report = SuspicionReport.Draft(found, profile, country!, content, caller.Subject, clock);
                await reports.AddAsync(report, cancellationToken);
                return (new Reply(StatusCodes.Status201Created, new SuspicionReportBegun(report.Id, report.Version,
                        report.DueAt, ReportCompleteness.Missing(content, profile)),
                    $"/v1/suspicion-reports/{report.Id}"), null);
            }
            catch (TransientException)
            {
                return (null, Problems.Of(StatusCodes.Status503ServiceUnavailable, Problems.ServiceUnavailable,
                    "The details of the parties cannot be had now."));
            }
        });
    }
}
