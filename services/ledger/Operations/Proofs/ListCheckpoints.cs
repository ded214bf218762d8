using System.Globalization;
using FinCode.Contracts;
using FinCode.Ledger.Proofs;
using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger.Operations.Proofs;

/// <param name="Size">How many records the log had.</param>
/// <param name="RootHash">Of its Merkle tree (RFC 6962); hexadecimal.</param>
/// <param name="ChainHash">Of the last record; hexadecimal.</param>
/// <param name="KeyId">The key that signed; the signing keys have it.</param>
/// <param name="Jws">The same, signed: a compact JWS (RFC 7515) with ES256.</param>
public sealed record LedgerCheckpoint(
    long Size, string RootHash, string ChainHash, DateTimeOffset IssuedAt, string KeyId, string Jws)
{
    internal static LedgerCheckpoint Of(SignedCheckpoint signed) => new(
        signed.Content.Size, Convert.ToHexStringLower(signed.Content.RootHash),
        Convert.ToHexStringLower(signed.Content.ChainHash), signed.Content.IssuedAt, signed.Content.KeyId, signed.Jws);
}

internal static class ListCheckpoints
{
    /// <param name="Next">Pass it as <c>before</c> for older ones; missing on the last page.</param>
    public sealed record LedgerCheckpointPage(IReadOnlyList<LedgerCheckpoint> Items, string? Next);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/v1/ledger/checkpoints", HandleAsync)
        .RequireRole(Roles.Finance, Roles.Manager)
        .WithName("listLedgerCheckpoints").WithTags("Ledger proofs")
        .WithSummary("The signed checkpoints of your book, newest first: keep them, they prove the log later")
        .Produces<LedgerCheckpointPage>()
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> HandleAsync(
        Caller caller, DbSession session, CheckpointStore checkpoints, CancellationToken cancellationToken,
        int? limit = null, string? before = null)
    {
        if (!Paging.TryLimit(limit, out var count, out var problem))
            return problem;
        var position = long.MaxValue;
        if (before is not null
            && !(long.TryParse(before, NumberStyles.None, CultureInfo.InvariantCulture, out position) && position > 0))
            return Problems.Invalid("before", "This is not a cursor that a page ended with.");
        await session.BeginAsync(caller.Tenant, cancellationToken);
        var found = await checkpoints.ListAsync(position, count + 1, cancellationToken);
        var page = found.Take(count).ToArray();
        return TypedResults.Ok(new LedgerCheckpointPage(
            [.. page.Select(LedgerCheckpoint.Of)],
            found.Count > count ? page[^1].Content.Size.ToString(CultureInfo.InvariantCulture) : null));
    }
}
