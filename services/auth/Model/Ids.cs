using FinCode.Contracts;

namespace FinCode.Auth.Model;

/// <summary>A person of a tenant's staff.</summary>
internal sealed class UserKind : IEntityKind
{
    public static string Prefix => "usr";
}

/// <summary>A partner's machine client; the printed id is its OAuth <c>client_id</c>.</summary>
internal sealed class ClientKind : IEntityKind
{
    public static string Prefix => "cli";
}
