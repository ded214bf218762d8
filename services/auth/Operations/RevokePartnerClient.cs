using FinCode.Auth.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace FinCode.Auth.Operations;

/// <summary>
/// A machine client gets no more tokens, for good; those it has run out within the hour. Doing it twice changes
/// nothing.
/// </summary>
internal static class RevokePartnerClient
{
    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/partner-clients/{id}/revoke", HandleAsync)
        .RequireRole(Roles.Manager)
        .WithName("revokePartnerClient").WithTags("Partner clients").WithSummary("Ends a machine client's access.")
        .Produces<ListPartnerClients.PartnerClient>().ProducesProblem(404);

    private static async Task<IResult> HandleAsync(
        ClientId id, Caller caller, Staff staff, AuthDbContext database,
        [FromServices] IOpenIddictTokenManager tokens, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        var client = await database.Applications.SingleOrDefaultAsync(
            row => row.ClientId == id.ToString() && row.TenantId == caller.Tenant.Value, cancellationToken);
        if (client is null)
            return Problems.NotFound();
        client.RevokedAt ??= clock.GetUtcNow();
        await database.SaveChangesAsync(cancellationToken);
        await tokens.RevokeByApplicationIdAsync(client.Id.ToString(), cancellationToken);
        return TypedResults.Ok(ListPartnerClients.Answer(client));
    }
}
