using FinCode.Compliance.Model;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Reports;

/// <summary>
/// A report of suspicion begins from a case: the facts of the transfer and of its parties are filled in, the rest is
/// for the person who makes it. Nothing in the case says that there is one.
/// </summary>
internal static class DraftReport
{
    private const string DefaultReportCode = "STR";

    /// <param name="Country">Whose unit it goes to, ISO 3166-1 alpha-2; one that has a profile.</param>
    public sealed record SuspicionReportRequest(CaseId? CaseId, string? Country);

    /// <summary>The report that was begun, without its content: answers to keys are kept in plain.</summary>
    /// <param name="Missing">What has to be added before it can be approved, each in a sentence.</param>
    public sealed record SuspicionReportBegun(SuspicionReportId Id, int Version, IReadOnlyList<string> Missing);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/suspicion-reports", HandleAsync)
        .RequireRole(Roles.Mlro)
        .WithName("DraftSuspicionReport").WithSummary("Draft a report of suspicion from a case")
        .WithTags("Suspicion reports")
        .NeedsIdempotencyKey()
        .Produces<SuspicionReportBegun>(201).ProducesProblem(400).ProducesProblem(403).ProducesProblem(404)
        .ProducesProblem(422).ProducesProblem(503);

    private static Task<IResult> HandleAsync(HttpContext http, SuspicionReportRequest request, Caller caller,
        IdempotentRequests requests, ComplianceWork work, SuspicionReports reports, PartyDirectory parties,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        var validation = new Validation();
        validation.Require(request.CaseId, "/caseId");
        var profile = ReportProfile.Find(request.Country);
        validation.Check(profile is not null, "/country",
            $"One of {string.Join(", ", ReportProfile.All.Select(one => one.Country))}.");
        if (validation.Failed)
            return Task.FromResult<IResult>(validation.ToProblem());
        return requests.RunAsync(http, caller.Tenant, "draft-suspicion-report", request, async () =>
        {
            var found = await work.Db.Cases.AsNoTracking().SingleOrDefaultAsync(
                one => one.TenantId == caller.Tenant && one.Id == request.CaseId, cancellationToken);
            if (found is null)
                return (null, Problems.NotFound());
            if (found.TransactionId is not { } transaction)
                return (null, Problems.Invalid("/caseId", "A case of a transfer; one of a customer has none."));
            try
            {
                var content = await FillAsync(work, parties, transaction, profile!, cancellationToken);
                var report = new SuspicionReport(SuspicionReportId.New(clock), found.Id, profile!.Country, 1,
                    caller.Subject, clock.GetUtcNow(), null, null, content);
                await reports.AddAsync(report, cancellationToken);
                return (new Reply(StatusCodes.Status201Created,
                    new SuspicionReportBegun(report.Id, report.Version, ReportCompleteness.Missing(content, profile)),
                    $"/v1/suspicion-reports/{report.Id}"), null);
            }
            catch (TransientException)
            {
                return (null, Problems.Of(StatusCodes.Status503ServiceUnavailable, Problems.ServiceUnavailable,
                    "The details of the parties cannot be had now."));
            }
        });
    }

    private static async Task<ReportContent> FillAsync(ComplianceWork work, PartyDirectory parties,
        TransactionId transaction, ReportProfile profile, CancellationToken cancellationToken)
    {
        var facts = await FreezeReporting.FactsAsync(work.Session, transaction, cancellationToken);
        var tenant = work.Session.Tenant;
        var sender = await parties.FindAsync(tenant, facts.SenderId, cancellationToken);
        var beneficiary = await parties.FindAsync(tenant, facts.BeneficiaryId, cancellationToken);
        var isLocal = facts.SendAmount.Currency.Code == profile.LocalCurrency;
        return new ReportContent(null, transaction.ToString(), DefaultReportCode, null, null, null, null, null,
            new ReportTransaction(transaction.Value.ToString("N"), null, facts.FundedAt, null,
                isLocal ? facts.SendAmount : null, isLocal ? null : facts.SendAmount, null, null, PartyOf(sender),
                facts.SendCountry, null, PartyOf(beneficiary), facts.ReceiveCountry));
    }

    /// <summary>
    /// Parties have one name: its last word is taken for the last name, which the person who reports puts right.
    /// </summary>
    private static ReportParty? PartyOf(Party? party)
    {
        if (party is null)
            return null;
        if (party.Kind == PartyKinds.Entity)
            return new ReportParty(null, null, party.FullName, null, party.Country, party.Country);
        var name = party.FullName.Trim();
        var cut = name.LastIndexOf(' ');
        return new ReportParty(cut < 0 ? null : name[..cut].Trim(), name[(cut + 1)..], null, party.DateOfBirth,
            party.Nationality, party.Country);
    }
}
