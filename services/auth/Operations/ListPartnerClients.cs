using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Auth.Operations;

/// <summary>The tenant's machine clients, newest first, without secrets; revoked ones too.</summary>
internal static class ListPartnerClients
{
    public const int MaxListed = 500;

    /// <param name="Status">ACTIVE or REVOKED.</param>
    public sealed record PartnerClient(
        ClientId ClientId, string Name, IReadOnlyList<string> Scopes, string Status, DateTimeOffset CreatedAt);

    public sealed record PartnerClientList(IReadOnlyList<PartnerClient> Items);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/v1/partner-clients", HandleAsync)
        .RequireRole(Roles.Manager)
        .WithName("listPartnerClients").WithTags("Partner clients").WithSummary("Lists the tenant's machine clients.")
        .Produces<PartnerClientList>().ProducesProblem(403);

    public static PartnerClient Answer(ClientApplication client) => new(
        ClientId.Parse(client.ClientId!), client.DisplayName!, Clients.ScopesOf(client),
        client.RevokedAt is null ? "ACTIVE" : "REVOKED", client.CreatedAt);

    private static async Task<IResult> HandleAsync(
        Caller caller, Staff staff, AuthDbContext database, CancellationToken cancellationToken)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        var clients = await database.Applications.AsNoTracking()
            .Where(client => client.TenantId == caller.Tenant.Value)
            .OrderByDescending(client => client.Id).Take(MaxListed).ToListAsync(cancellationToken);
        return TypedResults.Ok(new PartnerClientList([.. clients.Select(Answer)]));
    }
}
