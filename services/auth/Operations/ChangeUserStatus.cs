using FinCode.Auth.Storage;
using FinCode.Auth.Tokens;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace FinCode.Auth.Operations;

/// <summary>
/// A MANAGER disables a person, which ends all sign-ins at once, or lets the person in again. Nobody disables oneself.
/// </summary>
internal static class ChangeUserStatus
{
    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/v1/users/{id}/disable", DisableAsync)
            .RequireRole(Roles.Manager)
            .WithName("disableUser").WithTags("Users").WithSummary("Ends a person's access.")
            .Produces<CreateUser.UserAnswer>().ProducesProblem(404).ProducesProblem(409);
        app.MapPost("/v1/users/{id}/enable", EnableAsync)
            .RequireRole(Roles.Manager)
            .WithName("enableUser").WithTags("Users").WithSummary("Gives a disabled person access again.")
            .Produces<CreateUser.UserAnswer>().ProducesProblem(404);
    }

    private static async Task<IResult> DisableAsync(
        UserId id, Caller caller, Staff staff, AuthDbContext database, TimeProvider clock,
        [FromServices] IOpenIddictTokenManager tokens, [FromServices] IOpenIddictAuthorizationManager authorizations,
        CancellationToken cancellationToken)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        if (caller.Subject == id.ToString())
            return Problems.Conflict(Problems.InvalidTransition, "Another MANAGER has to do this.");
        var user = await FindAsync(database, caller.Tenant, id, cancellationToken);
        if (user is null)
            return Problems.NotFound();
        user.DisabledAt ??= clock.GetUtcNow();
        await database.SaveChangesAsync(cancellationToken);
        await Families.RevokeAllAsync(user, tokens, authorizations, cancellationToken);
        return TypedResults.Ok(CreateUser.Answer(user));
    }

    private static async Task<IResult> EnableAsync(
        UserId id, Caller caller, Staff staff, AuthDbContext database, CancellationToken cancellationToken)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        var user = await FindAsync(database, caller.Tenant, id, cancellationToken);
        if (user is null)
            return Problems.NotFound();
        user.DisabledAt = null;
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(CreateUser.Answer(user));
    }

    private static Task<StaffUser?> FindAsync(
        AuthDbContext database, TenantId tenant, UserId id, CancellationToken cancellationToken) =>
        database.Users.SingleOrDefaultAsync(
            user => user.Id == id.Value && user.TenantId == tenant.Value, cancellationToken);
}
