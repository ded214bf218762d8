using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace FinCode.Auth.Storage;

/// <summary>
/// People, clients, tokens and keys. Which tenant's rows it sees is said by <see cref="TenantSight"/>.
/// </summary>
internal sealed partial class AuthDbContext(DbContextOptions<AuthDbContext> options)
    : IdentityUserContext<StaffUser, Guid>(options)
{
    public DbSet<Principal> Principals => Set<Principal>();

    public DbSet<ClientApplication> Applications => Set<ClientApplication>();

    public DbSet<SigningKeyRow> SigningKeys => Set<SigningKeyRow>();

    /// <summary>
    /// Replicas that prepare or rotate at once do it one after the other; the lock ends with the transaction.
    /// </summary>
    public Task LockAsync(CancellationToken cancellationToken) =>
        Database.ExecuteSqlRawAsync("select pg_advisory_xact_lock(7021)", cancellationToken);

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        // Passkeys come when people can register them.
        builder.Ignore<IdentityUserPasskey<Guid>>();
        builder.Ignore<IdentityPasskeyData>();
        builder.UseOpenIddict<ClientApplication, ClientAuthorization, ClientScope, IssuedToken, Guid>();
        builder.Entity<SigningKeyRow>().HasKey(key => key.KeyId);
        builder.Entity<Principal>().HasIndex(principal => principal.Name).IsUnique();
        builder.Entity<StaffUser>().HasIndex(user => new { user.TenantId, user.NormalizedEmail }).IsUnique();
        foreach (var entity in builder.Model.GetEntityTypes())
        {
            entity.SetTableName(TableOf(entity.ClrType.Name));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(Snake(property.Name));
            foreach (var index in entity.GetIndexes())
                index.SetDatabaseName(Snake(index.GetDatabaseName()!));
        }
    }

    private static string TableOf(string type) => type switch
    {
        nameof(Principal) => "principals",
        nameof(StaffUser) => "users",
        "IdentityUserClaim`1" => "user_claims",
        "IdentityUserLogin`1" => "user_logins",
        "IdentityUserToken`1" => "user_tokens",
        nameof(ClientApplication) => "client_applications",
        nameof(ClientAuthorization) => "client_authorizations",
        nameof(ClientScope) => "client_scopes",
        nameof(IssuedToken) => "issued_tokens",
        nameof(SigningKeyRow) => "signing_keys",
        _ => throw new InvalidOperationException($"{type} has no table."),
    };

    private static string Snake(string name) =>
        WordStart().Replace(name, "_").ToLowerInvariant().Replace("__", "_", StringComparison.Ordinal);

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex WordStart();
}
