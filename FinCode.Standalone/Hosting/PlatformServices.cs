using FinCode.Auth;
using FinCode.Compliance;
using FinCode.Gateway;
using FinCode.Ledger;
using FinCode.Notifications;
using FinCode.Sandbox;
using FinCode.ServiceDefaults;
using FinCode.Transactions;

namespace FinCode.Standalone.Hosting;

/// <summary>The services of a platform, in the order in which they start.</summary>
internal static class PlatformServices
{
    public static IReadOnlyList<ServiceDefinition> All { get; } =
    [
        AuthApp.Service,
        SandboxApp.Service,
        LedgerApp.Service,
        ComplianceApp.Service,
        TransactionsApp.Service,
        NotificationsApp.Service,
        GatewayApp.Service,
    ];

    public const string Gateway = GatewayApp.Noun;
    public const string Sandbox = SandboxApp.Noun;
}
