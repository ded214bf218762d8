using System.Text.Json;
using FinCode.Auth.Storage;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace FinCode.Auth.Tokens;

/// <summary>How our OAuth clients look: what each kind may ask for.</summary>
internal static class Clients
{
    /// <summary>The public client through which people sign in and refresh; it has no secret.</summary>
    public const string Console = "fincode-console";

    private static readonly string[] MachinePermissions =
        [Permissions.Endpoints.Token, Permissions.GrantTypes.ClientCredentials];

    public static ClientApplication Machine(
        string clientId, string name, string role, TenantId? tenant, IEnumerable<string> scopes,
        DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ClientId = clientId,
        ClientType = ClientTypes.Confidential,
        DisplayName = name,
        Role = role,
        TenantId = tenant?.Value,
        CreatedAt = now,
        Permissions = JsonSerializer.Serialize(MachinePermissions.Concat(
            scopes.Select(scope => Permissions.Prefixes.Scope + scope))),
    };

    public static ClientApplication ForPeople(DateTimeOffset now) => new()
    {
        Id = Guid.CreateVersion7(now),
        ClientId = Console,
        ClientType = ClientTypes.Public,
        DisplayName = "FinCode console",
        CreatedAt = now,
        Permissions = JsonSerializer.Serialize<string[]>(
            [Permissions.Endpoints.Token, Permissions.GrantTypes.RefreshToken]),
    };

    public static IReadOnlyList<string> ScopesOf(ClientApplication application) =>
        [.. JsonSerializer.Deserialize<string[]>(application.Permissions ?? "[]")!
            .Where(permission => permission.StartsWith(Permissions.Prefixes.Scope, StringComparison.Ordinal))
            .Select(permission => permission[Permissions.Prefixes.Scope.Length..])];

    /// <summary>Every scope that the token endpoint knows.</summary>
    public static string[] AllScopes =>
        [.. Contracts.Scopes.Partner, Contracts.Scopes.PartiesInternal, Contracts.Scopes.LedgerPost];
}
