using FinCode.Contracts;
using FinCode.Standalone.Hosting;

namespace FinCode.Standalone.Seeding;

/// <summary>What a new tenant offers and holds. Rates are made up, near what they were when this was written.</summary>
internal sealed record SeedPlan
{
    public required string Name { get; init; }

    public IReadOnlyList<SeedCorridor> Corridors { get; init; } =
    [
        new("GB", "NG", "GBP", "NGN", "2030.456", [PayoutMethod.Bank, PayoutMethod.Wallet]),
        new("GB", "UG", "GBP", "UGX", "4731.25", [PayoutMethod.MobileMoney, PayoutMethod.CashPickup]),
        new("US", "KE", "USD", "KES", "129.35", [PayoutMethod.Bank, PayoutMethod.MobileMoney]),
        new("FR", "TN", "EUR", "TND", "3.3872", [PayoutMethod.Bank, PayoutMethod.CashPickup]),
        new("DE", "GH", "EUR", "GHS", "12.644", [PayoutMethod.Bank, PayoutMethod.MobileMoney]),
    ];

    /// <summary>What the payout partners hold for us to begin with.</summary>
    public IReadOnlyList<SeedTopUp> TopUps { get; init; } =
    [
        new(SandboxProviders.Bank, Money.Of(50_000_000_00, "NGN"), Money.Of(24_700_00, "GBP")),
        new(SandboxProviders.MobileMoney, Money.Of(100_000_000, "UGX"), Money.Of(21_200_00, "GBP")),
        new(SandboxProviders.Cash, Money.Of(100_000_000, "UGX"), Money.Of(21_200_00, "GBP")),
        new(SandboxProviders.Bank, Money.Of(3_000_000_00, "KES"), Money.Of(23_200_00, "USD")),
        new(SandboxProviders.MobileMoney, Money.Of(3_000_000_00, "KES"), Money.Of(23_200_00, "USD")),
        new(SandboxProviders.Bank, Money.Of(50_000_000, "TND"), Money.Of(14_800_00, "EUR")),
        new(SandboxProviders.Cash, Money.Of(50_000_000, "TND"), Money.Of(14_800_00, "EUR")),
        new(SandboxProviders.Bank, Money.Of(200_000_00, "GHS"), Money.Of(15_900_00, "EUR")),
        new(SandboxProviders.MobileMoney, Money.Of(200_000_00, "GHS"), Money.Of(15_900_00, "EUR")),
    ];

    /// <summary>A rule of the tenant: transfers above this wait for two officers.</summary>
    public Money HoldAbove { get; init; } = Money.Of(2_000_00, "GBP");

    /// <summary>How many of the first webhooks the receiver refuses, so that they have to come again.</summary>
    public int WebhooksRefusedFirst { get; init; }
}

/// <param name="MidRate">Units of the receiving currency for one of the sending currency.</param>
internal sealed record SeedCorridor(
    string SendCountry, string ReceiveCountry, string SendCurrency, string ReceiveCurrency, string MidRate,
    IReadOnlyList<PayoutMethod> Methods);

/// <param name="Cost">What the amount cost in the currency it was bought with.</param>
internal sealed record SeedTopUp(string Partner, Money Amount, Money Cost);
