using FinCode.Auth.Model;
using FinCode.Auth.Storage;
using FinCode.ServiceDefaults;

namespace FinCode.Auth.Operations;

/// <summary>
/// A MANAGER adds a person to the own tenant, in roles that a tenant has. The e-mail is unique in the tenant. The
/// person chooses an own password at the first sign-in; some roles need a second person's approval before that.
/// </summary>
internal static class CreateUser
{
    public sealed record CreateUserRequest(
        string? Email, string? DisplayName, IReadOnlyList<string>? Roles, string? Password);

    /// <param name="Status">ACTIVE, AWAITING_APPROVAL or DISABLED.</param>
    /// <param name="CreatedBy">Who does not approve it; missing for the tenant's first person.</param>
    public sealed record UserAnswer(
        UserId Id, string Email, string DisplayName, IReadOnlyList<string> Roles, string Status,
        DateTimeOffset CreatedAt, string? CreatedBy, string? ApprovedBy);

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/v1/users", HandleAsync)
        .RequireRole(Contracts.Roles.Manager)
        .WithName("createUser").WithTags("Users").WithSummary("Adds a person to the tenant's staff.")
        .Produces<UserAnswer>(201).ProducesProblem(403).ProducesProblem(409).ProducesProblem(422);

    public static UserAnswer Answer(StaffUser user) => new(
        new UserId(user.Id), user.Email!, user.DisplayName, user.Roles,
        user.DisabledAt is not null ? "DISABLED" : user.AwaitsApproval ? "AWAITING_APPROVAL" : "ACTIVE",
        user.CreatedAt, user.CreatedBy, user.ApprovedBy);

    private static async Task<IResult> HandleAsync(
        CreateUserRequest request, Caller caller, Staff staff, CancellationToken cancellationToken)
    {
        if (await staff.EnterAsync(caller, cancellationToken) is { } denied)
            return denied;
        var validation = new Validation();
        Staff.Check(validation, "", request.Email, request.Password);
        validation.RequireText(request.DisplayName, "/displayName", StaffRules.MaxNameLength);
        if (validation.Require(request.Roles, "/roles"))
            validation.Check(StaffRules.AreGrantable(request.Roles), "/roles",
                $"One or more of {string.Join(", ", StaffRules.GrantableRoles)}, each once.");
        if (validation.Failed)
            return validation.ToProblem();

        var user = await staff.TryCreateAsync(
            caller.Tenant, request.Email!, request.DisplayName!, request.Roles!, request.Password!, caller.Subject);
        return user is null
            ? Problems.Conflict(Staff.UserExists, "Somebody of this tenant has this e-mail.")
            : TypedResults.Created((string?)null, Answer(user));
    }
}
