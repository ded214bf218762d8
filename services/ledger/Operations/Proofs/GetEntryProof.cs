using FinCode.Contracts;
using FinCode.Ledger.Proofs;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Proofs;

/// <summary>Shows that an entry is in the log that was signed.</summary>
internal static class GetEntryProof
{
    public const string NotCheckpointed = "NOT_CHECKPOINTED";

    /// <param name="Position">The record's place in the log, from 1; its leaf is the one before.</param>
    /// <param name="Record">The line that is hashed: SHA-256 over a zero byte and its UTF-8 bytes is the leaf.</param>
    /// <param name="LeafHash">Hexadecimal, as all hashes here.</param>
    /// <param name="Path">The audit path of RFC 6962, section 2.1.1, from the leaf up.</param>
    public sealed record LedgerEntryProof(
        EntryId EntryId, long Position, string Record, string LeafHash, IReadOnlyList<string> Path,
        LedgerCheckpoint Checkpoint);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/entries/{entryId}/proof", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("getLedgerEntryProof").WithTags("Ledger proofs")
        .WithSummary("Proof that an entry is in the signed log: against the checkpoint of a size, or the first with it")
        .Produces<LedgerEntryProof>()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        string entryId, Caller caller, DbSession session, RecordStore records, CheckpointStore checkpoints,
        TreeStore tree, CancellationToken cancellationToken, long? size = null)
    {
        if (!EntryId.TryParse(entryId, null, out var id))
            return Problems.Invalid("entryId", "The id of an entry is ent_ and 32 hexadecimal digits.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        if (await records.FindAsync(id, cancellationToken) is not { } entry)
            return Problems.NotFound("There is no such entry in your book.");
        if (size < entry.Position)
            return Problems.Invalid("size", $"A log of {size} records does not have position {entry.Position}.");
        var signed = size is { } exact
            ? await checkpoints.FindAsync(exact, cancellationToken)
            : await checkpoints.FirstWithAsync(entry.Position, cancellationToken);
        if (signed is null)
            return size is null
                ? Problems.Conflict(NotCheckpointed, "No checkpoint has this entry yet; the next one will.")
                : Problems.NotFound("There is no checkpoint of this size.");
        var path = await tree.HashesAsync(
            MerkleTree.InclusionPath(entry.Position - 1, signed.Content.Size), cancellationToken);
        return TypedResults.Ok(new LedgerEntryProof(
            id, entry.Position, entry.Line, Convert.ToHexStringLower(entry.LeafHash),
            [.. path.Select(Convert.ToHexStringLower)], LedgerCheckpoint.Of(signed)));
    }
}
