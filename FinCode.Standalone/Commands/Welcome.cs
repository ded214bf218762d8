using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Commands;

internal static class Welcome
{
    public static string Text(Platform platform, SeededTenant tenant) => $"{platform.Gateway} {tenant.ClientId}";
}
