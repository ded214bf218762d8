using FinCode.Auth.Model;
using FinCode.Auth.Storage;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace FinCode.Auth.Operations;

/// <summary>People of a tenant: making one, and asking whether the caller still is one.</summary>
internal sealed class Staff(UserManager<StaffUser> users, AuthDbContext database, TenantSight sight, TimeProvider clock)
{
    public const string UserExists = "USER_EXISTS";

    /// <summary>Adds the faults of the fields; pointers are below <paramref name="at"/>.</summary>
    public static void Check(Validation validation, string at, string? email, string? password)
    {
        var isEmail = validation.Check(StaffRules.IsEmail(email), at + "/email", "An e-mail address is expected.");
        if (validation.Require(password, at + "/password") && isEmail)
        {
            var fault = StaffRules.Fault(password, email!);
            validation.Check(fault is null, at + "/password", fault ?? "");
        }
    }

    /// <summary>Null when the e-mail is taken in the tenant.</summary>
    /// <param name="createdBy">Null for the first person of a tenant, who keeps the password that is given.</param>
    public async Task<StaffUser?> TryCreateAsync(TenantId tenant, string email, string displayName,
        IEnumerable<string> roles, string password, string? createdBy)
    {
        var now = clock.GetUtcNow();
        var user = new StaffUser
        {
            Id = Guid.CreateVersion7(now),
            TenantId = tenant.Value,
            UserName = StaffUser.NameOf(tenant.Value, email),
            Email = email,
            DisplayName = displayName,
            Roles = [.. roles],
            CreatedAt = now,
            LockoutEnabled = true,
            CreatedBy = createdBy,
            MustChangePassword = createdBy is not null,
        };
        try
        {
            var result = await users.CreateAsync(user, password);
            if (result.Succeeded)
                return user;
            if (result.Errors.Any(error => error.Code == nameof(IdentityErrorDescriber.DuplicateUserName)))
                return null;
            throw new InvalidOperationException(
                "Identity refused what our rules let through: "
                    + string.Join(", ", result.Errors.Select(error => error.Code)));
        }
        catch (DbUpdateException exception) when (exception.IsUniqueViolation())
        {
            // Somebody else was faster between the check and the insert.
            return null;
        }
    }

    /// <summary>
    /// Narrows what this request sees to the caller's tenant, and asks the database whether the person is still active:
    /// an access token outlives being disabled or suspended by some minutes, which is too long for those who hand out
    /// access.
    /// </summary>
    public async Task<ProblemHttpResult?> EnterAsync(Caller caller, CancellationToken cancellationToken)
    {
        sight.Only(caller.Tenant);
        var isActive = UserId.TryParse(caller.Subject, null, out var id)
            && await database.Users.AnyAsync(
                user => user.Id == id.Value && user.TenantId == caller.Tenant.Value && user.DisabledAt == null
                    && user.Roles.Contains(Contracts.Roles.Manager), cancellationToken)
            && await database.Principals.AnyAsync(
                principal => principal.Id == caller.Tenant.Value && principal.SuspendedAt == null, cancellationToken);
        return isActive ? null : Problems.Deny("This account is no longer active.");
    }
}

internal static class DatabaseFaults
{
    public static bool IsUniqueViolation(this DbUpdateException exception) =>
        exception.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };
}
