using FinCode.Auth.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Auth.Operations;

/// <summary>
/// A second person lets in whom a MANAGER added: another MANAGER of the tenant, or the platform, where there is no
/// other one yet. Approving again answers as the first time.
/// </summary>
internal static class ApproveUser
{
    public const string FourEyes = "FOUR_EYES";

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/users/{id}/approve", HandleAsync)
        .RequireRole(Roles.Manager, Roles.Platform)
        .WithName("approveUser").WithTags("Users").WithSummary("Approves a person whom somebody else added.")
        .Produces<CreateUser.UserAnswer>().ProducesProblem(403).ProducesProblem(404).ProducesProblem(409);

    private static async Task<IResult> HandleAsync(
        UserId id, Caller caller, Staff staff, AuthDbContext database, TenantSight sight,
        CancellationToken cancellationToken)
    {
        var isPlatform = caller.IsIn(Roles.Platform);
        if (isPlatform)
            sight.Everything();
        else if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        var tenant = isPlatform ? (Guid?)null : caller.Tenant.Value;
        var user = await database.Users.SingleOrDefaultAsync(
            one => one.Id == id.Value && (tenant == null || one.TenantId == tenant), cancellationToken);
        if (user is null)
            return Problems.NotFound();
        if (user.CreatedBy is null)
            return Problems.Conflict(Problems.InvalidTransition, "Nobody has to approve this person.");
        if (user.CreatedBy == caller.Subject)
            return Problems.Of(StatusCodes.Status403Forbidden, FourEyes, "Whoever added a person does not approve it.");
        user.ApprovedBy ??= caller.Subject;
        await database.SaveChangesAsync(cancellationToken);
        return TypedResults.Ok(CreateUser.Answer(user));
    }
}
