using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.ServiceDefaults;
using FinCode.Transactions.Storage;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Transactions.Operations;

/// <param name="Parties">In no order. Who is not known, or not any more, is missing.</param>
internal sealed record PartiesResponse(IReadOnlyList<PartyResponse> Parties)
{
    public override string ToString() => "(personal data)";
}

/// <summary>
/// Our own services read the personal data of many parties at once here, when lists change; the gateway does not route
/// it. Where one of them cannot be opened, none is answered: then they are asked for one by one.
/// </summary>
internal static class GetParties
{
    /// <summary>As many ids as fit into an address.</summary>
    private const int MaxIds = 100;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/internal/parties", HandleAsync)
        .RequireAccess(Scopes.PartiesInternal)
        .WithName("GetParties").WithSummary("The personal data of several parties, for screening").WithTags("Internal")
        .Produces<PartiesResponse>().ProducesProblem(401).ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        string[] id, string? tenant, Caller caller, DbSession session, Lazy<TransactionsDb> db, PartyVault vault,
        CancellationToken cancellationToken)
    {
        if (InternalRequest.Refusal(caller, tenant, out var tenantId) is { } refusal)
            return refusal;
        var ids = id.Select(one => PartyId.TryParse(one, null, out var party) ? party : default(PartyId?)).ToList();
        if (ids.Count is 0 or > MaxIds || ids.Contains(null))
            return Problems.Invalid("id", $"From 1 to {MaxIds} ids of parties.");
        await session.BeginAsync(tenantId, cancellationToken);
        var wanted = ids.ConvertAll(one => one!.Value);
        var rows = await db.Value.Parties.AsNoTracking()
            .Where(party => party.TenantId == tenantId && party.ErasedAt == null && wanted.Contains(party.Id))
            .ToListAsync(cancellationToken);
        return TypedResults.Ok(new PartiesResponse([.. rows.Select(row => GetParty.Response(row, vault.Open(row)))]));
    }
}
