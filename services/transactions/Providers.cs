using FinCode.Contracts;
using FinCode.ServiceDefaults;

namespace FinCode.Transactions;

internal enum ProviderKind
{
    Bank,
    MobileMoney,
    CashPickup,
    PayIn,
    Wallet,
}

/// <param name="BaseUrl">Where we reach it.</param>
/// <param name="PublicUrl">Where a payer's browser reaches it (pay-in providers).</param>
/// <param name="CallbackSecret">It signs its callbacks with this.</param>
/// <param name="MerchantSecret">We sign payment links with this (pay-in providers).</param>
/// <param name="ComparesNames">Whether it says if an account is that name's, before anything is paid.</param>
/// <param name="TakesBack">Whether it can be asked to take a payout back that is not final.</param>
internal sealed record Provider(
    string Name, ProviderKind Kind, Uri BaseUrl, Uri PublicUrl, string ApiKey, string CallbackSecret,
    string MerchantSecret, bool ComparesNames = false, bool TakesBack = false);

/// <summary>
/// The providers under <c>Providers:&lt;name&gt;</c> (<c>Kind</c>: BANK, MOBILE_MONEY, CASH_PICKUP or PAY_IN;
/// <c>BaseUrl</c>, <c>ApiKey</c>, <c>CallbackSecret</c>; optional for BANK and MOBILE_MONEY <c>NameEnquiry</c>:
/// <c>true</c>; for all that pay out <c>Cancel</c>: <c>true</c>; for PAY_IN also <c>MerchantSecret</c> and
/// <c>PublicUrl</c>), and "wallet", which is ourselves.
/// </summary>
internal sealed class Providers
{
    public const string Wallet = "wallet";

    private const int MaxNameLength = 64;

    private readonly Dictionary<string, Provider> _byName = new(StringComparer.Ordinal);

    public Provider? Find(string? name) => name is null ? null : _byName.GetValueOrDefault(name);

    public Provider Get(string name) => Find(name)
        ?? throw new InvalidOperationException($"The provider '{name}' is in use but not configured.");

    /// <summary>Whether the provider of that name pays out by the method.</summary>
    public bool PaysOut(string? name, PayoutMethod method) => (method, Find(name)?.Kind) is
        (PayoutMethod.Bank, ProviderKind.Bank)
        or (PayoutMethod.MobileMoney, ProviderKind.MobileMoney)
        or (PayoutMethod.CashPickup, ProviderKind.CashPickup)
        or (PayoutMethod.Wallet, ProviderKind.Wallet);

    public bool TakesIn(string? name) => Find(name)?.Kind == ProviderKind.PayIn;

    public static Providers Read(IConfiguration configuration)
    {
        var providers = new Providers();
        var ourselves = new Uri("http://wallet.invalid");
        providers._byName[Wallet] = new Provider(Wallet, ProviderKind.Wallet, ourselves, ourselves, "", "", "");
        foreach (var section in configuration.GetSection("Providers").GetChildren())
            providers._byName[section.Key] = ReadOne(configuration, section);
        return providers;
    }

    private static Provider ReadOne(IConfiguration configuration, IConfigurationSection section)
    {
        var path = section.Path;
        if (section.Key == Wallet || section.Key.Length > MaxNameLength
            || section.Key.Any(c => !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-'))
            throw new InvalidOperationException(
                $"{path}: a provider's name has lower-case letters, digits and dashes, and is not '{Wallet}'.");
        var kind = configuration.Require($"{path}:Kind") switch
        {
            "BANK" => ProviderKind.Bank,
            "MOBILE_MONEY" => ProviderKind.MobileMoney,
            "CASH_PICKUP" => ProviderKind.CashPickup,
            "PAY_IN" => ProviderKind.PayIn,
            _ => throw new InvalidOperationException(
                $"The setting {path}:Kind is none of BANK, MOBILE_MONEY, CASH_PICKUP and PAY_IN."),
        };
        var baseUrl = TransactionsSettings.ReadUrl(configuration, $"{path}:BaseUrl");
        var isPayIn = kind == ProviderKind.PayIn;
        return new Provider(
            section.Key, kind, baseUrl,
            isPayIn ? TransactionsSettings.ReadUrl(configuration, $"{path}:PublicUrl") : baseUrl,
            configuration.Require($"{path}:ApiKey"), configuration.Require($"{path}:CallbackSecret"),
            isPayIn ? configuration.Require($"{path}:MerchantSecret") : "",
            ReadSwitch(configuration, $"{path}:NameEnquiry", kind is ProviderKind.Bank or ProviderKind.MobileMoney,
                "BANK and MOBILE_MONEY only"),
            ReadSwitch(configuration, $"{path}:Cancel", !isPayIn, "all but PAY_IN"));
    }

    private static bool ReadSwitch(IConfiguration configuration, string key, bool isPossible, string forWhom) =>
        (configuration[key], isPossible) switch
        {
            (null or "false", _) => false,
            ("true", true) => true,
            _ => throw new InvalidOperationException(
                $"The setting {key} is true or false, and true for {forWhom}."),
        };
}
