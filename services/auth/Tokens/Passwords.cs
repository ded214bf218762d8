using FinCode.Auth.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;

namespace FinCode.Auth.Tokens;

/// <summary>A person's own password in the place of another one.</summary>
internal sealed class Passwords(
    AuthDbContext database, IPasswordHasher<StaffUser> hasher, IOpenIddictTokenManager tokens,
    IOpenIddictAuthorizationManager authorizations)
{
    /// <summary>Ends the person's sign-ins; false when the password has changed since it was read.</summary>
    /// <param name="user">As it was read, with the password that was given.</param>
    public async Task<bool> TryReplaceAsync(StaffUser user, string password, CancellationToken cancellationToken)
    {
        var hash = hasher.HashPassword(user, password);
        var stamp = Guid.NewGuid().ToString();
        var isChanged = await database.Users
            .Where(one => one.Id == user.Id && one.TenantId == user.TenantId && one.PasswordHash == user.PasswordHash)
            .ExecuteUpdateAsync(change => change
                .SetProperty(one => one.PasswordHash, hash)
                .SetProperty(one => one.SecurityStamp, stamp)
                .SetProperty(one => one.MustChangePassword, false), cancellationToken) == 1;
        if (isChanged)
            await Families.RevokeAllAsync(user, tokens, authorizations, cancellationToken);
        return isChanged;
    }
}
