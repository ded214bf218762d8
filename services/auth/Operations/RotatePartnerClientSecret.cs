using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace FinCode.Auth.Operations;

/// <summary>A new secret for a machine client; the old one stops at once. A revoked client gets none.</summary>
internal static class RotatePartnerClientSecret
{
    public sealed record NewClientSecret(ClientId ClientId, string ClientSecret);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/v1/partner-clients/{id}/rotate-secret", HandleAsync)
        .RequireRole(Roles.Manager)
        .WithName("rotatePartnerClientSecret").WithTags("Partner clients")
        .WithSummary("Replaces a machine client's secret.")
        .Produces<NewClientSecret>().ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(
        ClientId id, Caller caller, Staff staff, AuthDbContext database,
        [FromServices] IOpenIddictApplicationManager clients, CancellationToken cancellationToken)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        var client = await database.Applications.SingleOrDefaultAsync(
            row => row.ClientId == id.ToString() && row.TenantId == caller.Tenant.Value, cancellationToken);
        if (client is null)
            return Problems.NotFound();
        if (client.RevokedAt is not null)
            return Problems.Conflict(Problems.InvalidTransition, "A revoked client stays revoked; make a new one.");
        var secret = ClientRegistry.NewSecret();
        await clients.UpdateAsync(client, secret, cancellationToken);
        return TypedResults.Ok(new NewClientSecret(id, secret));
    }
}
