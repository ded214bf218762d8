using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>Where the sender of a transfer is written to.</summary>
/// <param name="Email">Missing where the sender gave none.</param>
internal sealed record SenderAddressResponse(string FullName, string? Email)
{
    public override string ToString() => "(personal data)";
}

/// <summary>
/// Our own services read here whom to write to, at the moment of writing; the gateway does not route it.
/// </summary>
internal static class GetSenderAddress
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/internal/transactions/{id}/sender-address", HandleAsync)
        .RequireAccess(Scopes.PartiesInternal)
        .WithName("GetSenderAddress").WithSummary("Where the sender of a transfer is written to").WithTags("Internal")
        .Produces<SenderAddressResponse>()
        .ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string id, string? tenant, Caller caller, DbSession session, Lazy<TransactionsDb> db, PartyVault vault,
        CancellationToken cancellationToken)
    {
        if (InternalRequest.Refusal(caller, tenant, out var tenantId) is { } refusal)
            return refusal;
        if (!TransactionId.TryParse(id, null, out var transactionId))
            return Problems.NotFound();
        await session.BeginAsync(tenantId, cancellationToken);
        var sender = await db.Value.Parties.AsNoTracking().SingleOrDefaultAsync(
            party => party.TenantId == tenantId && party.ErasedAt == null && db.Value.Transfers.Any(
                transfer => transfer.TenantId == tenantId && transfer.Id == transactionId
                    && transfer.SenderId == party.Id),
            cancellationToken);
        if (sender is null)
            return Problems.NotFound();
        var record = vault.Open(sender);
        return TypedResults.Ok(new SenderAddressResponse(record.FullName, record.Email));
    }
}
