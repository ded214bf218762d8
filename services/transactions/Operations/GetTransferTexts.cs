using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <summary>What a transfer says in words of its own, for screening.</summary>
/// <param name="PayerName">The holder of the account that paid, where the pay-in's provider told it.</param>
internal sealed record TransferTextsResponse(string? Note, string? Relationship, string? PayerName)
{
    public override string ToString() => "(personal data)";
}

/// <summary>Our own services read a transfer's free texts here; the gateway does not route it.</summary>
internal static class GetTransferTexts
{
    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/internal/transactions/{id}/texts", HandleAsync)
        .RequireAccess(Scopes.PartiesInternal)
        .WithName("GetTransferTexts").WithSummary("A transfer's free texts, for screening").WithTags("Internal")
        .Produces<TransferTextsResponse>()
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
        var transfer = await db.Value.Transfers.AsNoTracking().SingleOrDefaultAsync(
            row => row.Id == transactionId && row.TenantId == tenantId, cancellationToken);
        if (transfer is null)
            return Problems.NotFound();
        var sender = await db.Value.Parties.AsNoTracking().SingleOrDefaultAsync(
            party => party.Id == transfer.SenderId && party.TenantId == tenantId, cancellationToken);
        // Whose data was erased has left nothing that could be read.
        if (sender is not { ErasedAt: null })
            return Problems.NotFound();
        return TypedResults.Ok(new TransferTextsResponse(
            transfer.NoteSealed is { } note ? vault.OpenFor<string>(sender, transfer.Id, note) : null,
            vault.RelationshipOf(sender, transfer),
            transfer.PayerSealed is { } payer ? vault.OpenFor<string>(sender, transfer.Id, payer) : null));
    }
}
