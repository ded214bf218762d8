using FinCode.Contracts;
using FinCode.Standalone.Client;
using FinCode.Standalone.Seeding;

namespace FinCode.Flow.Tests.Support;

/// <summary>
/// Everybody outside of compliance who could look at a transfer: the PARTNER's machine, a CASHIER, an AGENT, a CUSTOMER
/// with an account, and a MANAGER, who sees most.
/// </summary>
internal sealed class Lookers : IDisposable
{
    private const string FirstPassword = "to be changed at once";

    private readonly List<(string Role, ApiClient Client)> _all = [];

    public IReadOnlyList<(string Role, ApiClient Client)> All => _all;

    public ApiClient As(string role) => _all.Single(one => one.Role == role).Client;

    public static async Task<Lookers> OfAsync(Scene scene)
    {
        var lookers = new Lookers();
        var gateway = scene.Platform.Gateway;
        var manager = scene.Tenant.As(gateway, scene.Tenant.Manager);
        lookers._all.Add((Roles.Partner, scene.Tenant.AsPartner(gateway)));
        foreach (var role in (string[])[Roles.Cashier, Roles.Agent, Roles.Customer])
        {
            var login = new StaffLogin($"{role}@staff.example", "a sentence of my own");
            (await manager.PostAsync("v1/users", new
            {
                email = login.Email, displayName = role, roles = new[] { role }, password = FirstPassword,
            }, CancellationToken.None)).Must();
            await AccessToken.ChangePasswordAsync(gateway, scene.Tenant.Tenant, login.Email, FirstPassword,
                login.Password, CancellationToken.None);
            lookers._all.Add((role, scene.Tenant.As(gateway, login)));
        }
        lookers._all.Add((Roles.Manager, manager));
        return lookers;
    }

    public void Dispose()
    {
        foreach (var (_, client) in _all)
            client.Dispose();
    }
}
