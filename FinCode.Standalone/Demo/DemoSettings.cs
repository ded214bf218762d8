using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;

namespace FinCode.Standalone.Demo;

/// <summary>What the demo does faster than production, and what it holds at the beginning.</summary>
internal static class DemoSettings
{
    public static IReadOnlyDictionary<string, string?> Services { get; } = new Dictionary<string, string?>
    {
        ["Transactions:PayInWindowSeconds"] = "12",
        ["Transactions:ReservationRetrySeconds"] = "1",
        ["Transactions:JobIntervalSeconds"] = "0.5",
        ["Payouts:TimeoutSeconds"] = "2",
        ["Payouts:RetryBaseSeconds"] = "1",
        ["Payouts:EnquireAfterSeconds"] = "4",
        ["Payouts:EnquiryBaseSeconds"] = "1",
        [$"Providers:{SandboxProviders.Bank}:NameEnquiry"] = "true",
        [$"Providers:{SandboxProviders.MobileMoney}:NameEnquiry"] = "true",
        [$"Providers:{SandboxProviders.Bank}:Cancel"] = "true",
        [$"Providers:{SandboxProviders.MobileMoney}:Cancel"] = "true",
        [$"Providers:{SandboxProviders.Cash}:Cancel"] = "true",
        ["Sandbox:SlowAnswerSeconds"] = "6",
        ["Webhooks:PollMilliseconds"] = "250",
        // Everybody in a demo comes from one address.
        ["RateLimits:Credentials:PerMinute"] = "6000",
        ["RateLimits:Credentials:Burst"] = "1000",
    };

    /// <summary>One payout partner has too little, and the webhook receiver refuses the first requests.</summary>
    public static SeedPlan Tenant { get; } = WithLittle(new SeedPlan { Name = "Demo Remit", WebhooksRefusedFirst = 3 });

    private static SeedPlan WithLittle(SeedPlan plan) => plan with
    {
        TopUps = [.. plan.TopUps.Select(topUp => topUp is { Partner: SandboxProviders.Bank,
            Amount.Currency.Code: "GHS" }
            ? topUp with { Amount = Money.Of(100_00, "GHS"), Cost = Money.Of(7_95, "EUR") }
            : topUp)],
    };
}
