using FinCode.Contracts;
using FinCode.Ledger.Storage;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Entries;

internal static class ListTransactionEntries
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/transactions/{transactionId}/entries", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listTransactionEntries").WithTags("Ledger")
        .WithSummary("What is booked for a transfer")
        .Produces<LedgerEntries>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string transactionId, Caller caller, DbSession session, EntryStore entries, CancellationToken cancellationToken)
    {
        if (!TransactionId.TryParse(transactionId, null, out var id))
            return Problems.Invalid("transactionId", "The id of a transfer is txn_ and 32 hexadecimal digits.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await entries.FindAsync(id, cancellationToken);
        return found.Count > 0
            ? TypedResults.Ok(new LedgerEntries([.. found.Select(Views.Of)]))
            : Problems.NotFound("Nothing is booked for such a transfer in your book.");
    }
}
