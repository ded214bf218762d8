using FinCode.Auth.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Auth.Operations;

/// <summary>
/// Suspended, nobody of the tenant gets a token, neither people nor machines; tokens given before run out within the
/// hour. Transfers under way need no token of the tenant and go on. Doing it twice changes nothing.
/// </summary>
internal static class ChangePrincipalStatus
{
    public sealed record PrincipalStatus(TenantId Id, string Name, string Status);

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/principals/{id}/suspend", (
                TenantId id, AuthDbContext database, TenantSight sight, TimeProvider clock,
                CancellationToken cancellationToken) =>
                HandleAsync(id, clock.GetUtcNow(), database, sight, cancellationToken))
            .RequireRole(Roles.Platform)
            .WithName("suspendPrincipal").WithTags("Principals").WithSummary("Stops new work of a tenant.")
            .Produces<PrincipalStatus>().ProducesProblem(404);
        app.MapPost("/v1/principals/{id}/activate", (
                TenantId id, AuthDbContext database, TenantSight sight, CancellationToken cancellationToken) =>
                HandleAsync(id, null, database, sight, cancellationToken))
            .RequireRole(Roles.Platform)
            .WithName("activatePrincipal").WithTags("Principals").WithSummary("Ends a suspension.")
            .Produces<PrincipalStatus>().ProducesProblem(404);
    }

    private static async Task<IResult> HandleAsync(
        TenantId id, DateTimeOffset? suspendedAt, AuthDbContext database, TenantSight sight,
        CancellationToken cancellationToken)
    {
        sight.Everything();
        var principal = await database.Principals.SingleOrDefaultAsync(row => row.Id == id.Value, cancellationToken);
        if (principal is null)
            return Problems.NotFound();
        principal.SuspendedAt = suspendedAt is null ? null : principal.SuspendedAt ?? suspendedAt;
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(new PrincipalStatus(
            id, principal.Name, principal.SuspendedAt is null ? "ACTIVE" : "SUSPENDED"));
    }
}
