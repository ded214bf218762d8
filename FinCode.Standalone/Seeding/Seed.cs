using FinCode.Standalone.Hosting;

namespace FinCode.Standalone.Seeding;

internal static class Seed
{
    public static Task<SeededTenant> TenantAsync(Platform platform, string name, CancellationToken cancellationToken) =>
        Task.FromResult(new SeededTenant { Tenant = name, ClientId = "", ClientSecret = platform.Gateway.ToString() + cancellationToken });
}
