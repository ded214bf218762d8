using FinCode.Auth.Storage;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Auth.Operations;

/// <summary>The tenant's people, oldest first, page by page.</summary>
internal static class ListUsers
{
    public const int MaxPageSize = 200;
    private const int DefaultPageSize = 50;

    /// <param name="Next">Give it as <c>after</c> to get the next page; null on the last one.</param>
    public sealed record UserPage(IReadOnlyList<CreateUser.UserAnswer> Items, UserId? Next);

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/v1/users", HandleAsync)
        .RequireRole(Roles.Manager)
        .WithName("listUsers").WithTags("Users").WithSummary("Lists the tenant's staff.")
        .Produces<UserPage>().ProducesProblem(403).ProducesProblem(422);

    private static async Task<IResult> HandleAsync(
        Caller caller, Staff staff, AuthDbContext database, CancellationToken cancellationToken,
        UserId? after = null, int limit = DefaultPageSize)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        if (limit is < 1 or > MaxPageSize)
            return Problems.Invalid("limit", $"1 to {MaxPageSize}.");
        var from = after?.Value ?? Guid.Empty;
        var users = await database.Users.AsNoTracking()
            .Where(user => user.TenantId == caller.Tenant.Value && user.Id > from)
            .OrderBy(user => user.Id).Take(limit + 1).ToListAsync(cancellationToken);
        var page = users.Take(limit).Select(CreateUser.Answer).ToArray();
        return TypedResults.Ok(new UserPage(page, users.Count > limit ? page[^1].Id : null));
    }
}
