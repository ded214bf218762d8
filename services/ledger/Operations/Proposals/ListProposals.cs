using FinCode.Contracts;
using FinCode.Ledger.Model;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Proposals;

internal static class ListProposals
{
    /// <param name="Next">Pass it as <c>before</c> for older ones; missing on the last page.</param>
    public sealed record LedgerProposalPage(IReadOnlyList<LedgerProposal> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/ledger/proposals", ListAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("listLedgerProposals").WithTags("Ledger proposals")
            .WithSummary("What was proposed, newest first; by status: PROPOSED, APPROVED, REJECTED, WITHDRAWN")
            .Produces<LedgerProposalPage>()
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity);
        routes.MapGet("/v1/ledger/proposals/{id}", GetAsync)
            .RequireRole(Roles.Finance, Roles.Manager)
            .WithName("getLedgerProposal").WithTags("Ledger proposals")
            .WithSummary("One proposal, with what was asked for and what came of it")
            .Produces<LedgerProposal>()
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync(
        Caller caller, DbSession session, ProposalStore proposals, CancellationToken cancellationToken,
        string? status = null, int? limit = null, string? before = null)
    {
        if (!Paging.TryLimit(limit, out var size, out var problem))
            return problem;
        var wanted = Enum.GetValues<ProposalStatus>().Select(one => (ProposalStatus?)one)
            .FirstOrDefault(one => status is not null && SqlNames.Of(one!.Value) == status);
        if (status is not null && wanted is null)
            return Problems.Invalid("status", "One of PROPOSED, APPROVED, REJECTED, WITHDRAWN.");
        ProposalId cursor = default;
        if (before is not null && !ProposalId.TryParse(before, null, out cursor))
            return Problems.Invalid("before", "This is not a cursor that a page ended with.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await proposals.ListAsync(
            wanted, before is null ? null : cursor, size + 1, cancellationToken);
        var page = found.Take(size).ToArray();
        return TypedResults.Ok(new LedgerProposalPage(
            [.. page.Select(LedgerProposal.Of)], found.Count > size ? page[^1].Id.ToString() : null));
    }

    private static async Task<IResult> GetAsync(
        string id, Caller caller, DbSession session, ProposalStore proposals, CancellationToken cancellationToken)
    {
        if (!ProposalId.TryParse(id, null, out var known))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        return await proposals.FindAsync(known, cancellationToken) is { } found
            ? TypedResults.Ok(LedgerProposal.Of(found))
            : Problems.NotFound();
    }
}
