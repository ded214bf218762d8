using FinCode.Compliance.Operations.Cases;
using FinCode.Compliance.Reports;
using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Freezes;

/// <summary>What the regulator is told of a freeze, drafted from the case; sending it is the officer's.</summary>
internal static class GetFreezeReport
{
    /// <summary>A list entry that the case is about.</summary>
    public sealed record FrozenForEntry(
        PartyRole Role, PartyId PartyId, string List, string EntryId, string ListedName,
        IReadOnlyList<string> Programmes);

    /// <param name="Rule">To whom, by which rule and how soon.</param>
    /// <param name="SendAmount">
    /// What the sender sent, without fees; frozen are the fees too. Missing where a customer is frozen, not a transfer.
    /// </param>
    /// <param name="Parties">Live; missing while the transactions service does not answer.</param>
    public sealed record FreezeReportView(
        CaseId CaseId, TransactionId? TransactionId, FreezeReportProfile Rule, DateTimeOffset FrozenAt,
        DateTimeOffset DueAt, DateTimeOffset? ReportedAt, Money? SendAmount, DateTimeOffset? FundedAt,
        IReadOnlyList<FrozenForEntry> Entries, IReadOnlyList<CaseParty>? Parties);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/cases/{id}/freeze-report", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("GetFreezeReport").WithSummary("The report of a freeze, drafted").WithTags("Freezes")
        .Produces<FreezeReportView>().ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(CaseId id, Caller caller, ComplianceWork work,
        PartyDirectory parties, CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var found = await db.Cases.AsNoTracking().SingleOrDefaultAsync(one => one.TenantId == caller.Tenant
            && one.Id == id && one.Decision == CaseDecision.Freeze, cancellationToken);
        if (found?.FreezeReportDueAt is not { } dueAt)
            return Problems.NotFound();
        var evidence = (await CaseBasis.OfAsync(work, found, cancellationToken)).Evidence;
        var country = await FreezeReporting.CountryOfAsync(work.Session, id, cancellationToken);
        var frozen = found.TransactionId is { } transaction
            ? await FreezeReporting.FactsAsync(work.Session, transaction, cancellationToken)
            : null;
        var entries = from party in evidence.Parties
                      from hit in party.Hits
                      where hit.SuppressedBy is null
                      select new FrozenForEntry(party.Role, party.PartyId, hit.List, hit.EntryId, hit.ListedName,
                          hit.Programmes);
        return TypedResults.Ok(new FreezeReportView(found.Id, found.TransactionId, FreezeReportProfile.Of(country),
            found.ClosedAt!.Value, dueAt, found.FreezeReportedAt, frozen?.SendAmount, frozen?.FundedAt, [.. entries],
            await CaseParty.FetchAsync(
                parties, caller.Tenant, found.TransactionId, evidence, cancellationToken)));
    }
}
