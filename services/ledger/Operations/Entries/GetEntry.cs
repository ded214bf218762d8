using FinCode.Contracts;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Entries;

internal static class GetEntry
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/entries/{id}", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerEntry").WithTags("Ledger")
        .WithSummary("One entry with its legs and the balances after each")
        .Produces<LedgerEntry>()
        .ProducesProblem(StatusCodes.Status404NotFound);

    private static async Task<IResult> HandleAsync(
        string id, Caller caller, DbSession session, EntryStore entries, CancellationToken cancellationToken)
    {
        if (!EntryId.TryParse(id, null, out var known))
            return Problems.NotFound();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await entries.FindAsync([known], [], cancellationToken);
        return found.Count == 1 ? TypedResults.Ok(Views.Of(found[0])) : Problems.NotFound();
    }
}
