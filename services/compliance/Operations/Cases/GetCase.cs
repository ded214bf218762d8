using FinCode.Compliance.Screening;
using FinCode.Compliance.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Compliance.Operations.Cases;

/// <summary>One case with the evidence as it was, its steps, and the parties as they are now.</summary>
internal static class GetCase
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/cases/{id}", HandleAsync)
        .RequireRole(Roles.Compliance)
        .WithName("GetCase").WithSummary("A case with its evidence").WithTags("Cases")
        .Produces<CaseDetail>().ProducesProblem(403).ProducesProblem(404);

    private static async Task<IResult> HandleAsync(
        CaseId id, Caller caller, ComplianceWork work, CaseVault vault, PartyDirectory parties,
        CancellationToken cancellationToken)
    {
        var db = await work.BeginAsync(caller.Tenant, cancellationToken);
        var found = await db.Cases.AsNoTracking()
            .SingleOrDefaultAsync(one => one.TenantId == caller.Tenant && one.Id == id, cancellationToken);
        if (found is null)
            return Problems.NotFound();
        var basis = await CaseBasis.OfAsync(work, found, cancellationToken);
        var events = await db.CaseEvents.AsNoTracking()
            .Where(step => step.TenantId == caller.Tenant && step.CaseId == id)
            .OrderBy(step => step.Number).ToListAsync(cancellationToken);
        var texts = await vault.OpenAllAsync(id, cancellationToken);
        var terms = await work.Session.ReadTermsAsync(id, cancellationToken);
        return TypedResults.Ok(new CaseDetail(CaseSummary.Of(found), found.ScreeningId, basis.FoundAt,
            await CaseParty.FetchAsync(parties, caller.Tenant, found.TransactionId, basis.Evidence,
                cancellationToken),
            basis.Evidence, basis.Evidence.Suggestion(), [.. events.Select(step => CaseStep.Of(step, texts, terms))],
            basis.CustomerTransfers));
    }
}
