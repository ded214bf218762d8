using FinCode.Contracts;
using FinCode.Ledger.Proofs;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Proofs;

/// <summary>Shows that between two checkpoints records were only added.</summary>
internal static class GetConsistencyProof
{
    /// <param name="Path">The proof of RFC 6962, section 2.1.2; hashes in hexadecimal.</param>
    public sealed record LedgerConsistencyProof(
        LedgerCheckpoint From, LedgerCheckpoint To, IReadOnlyList<string> Path);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/checkpoints/consistency", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerConsistencyProof").WithTags("Ledger proofs")
        .WithSummary("Proof that the log of one checkpoint is the beginning of that of another")
        .Produces<LedgerConsistencyProof>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, CheckpointStore checkpoints, TreeStore tree,
        CancellationToken cancellationToken, long? from = null, long? to = null)
    {
        var validation = new Validation();
        validation.Check(from >= 1, "from", "The size of the earlier checkpoint.");
        validation.Check(to >= 1 && (from is null || to >= from), "to", "The size of the later checkpoint.");
        if (validation.Failed)
            return validation.ToProblem();
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var earlier = await checkpoints.FindAsync(from!.Value, cancellationToken);
        var later = await checkpoints.FindAsync(to!.Value, cancellationToken);
        if (earlier is null || later is null)
            return Problems.NotFound("There is no checkpoint of one of these sizes.");
        var path = await tree.HashesAsync(
            MerkleTree.ConsistencyPath(from.Value, to.Value), cancellationToken);
        return TypedResults.Ok(new LedgerConsistencyProof(
            LedgerCheckpoint.Of(earlier), LedgerCheckpoint.Of(later), [.. path.Select(Convert.ToHexStringLower)]));
    }
}
