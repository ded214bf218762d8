using FinCode.Testing;
using Microsoft.AspNetCore.Builder;

namespace FinCode.Transactions.Tests.Support;

/// <summary>The service with its outside world: quick retries, a short time-out, and a fake provider under four
/// names.</summary>
public sealed class TransactionsUnderTest
{
    public const string CallbackSecret = "secret-of-callbacks";
    public const string MerchantSecret = "secret-of-the-merchant";
    public const string PublicUrl = "http://gateway.test";

    private static readonly Lazy<Task<TransactionsUnderTest>> Shared = new(() => StartAsync());

    private TransactionsUnderTest(ServiceUnderTest service, FakeProvider provider)
    {
        Service = service;
        Provider = provider;
    }

    public ServiceUnderTest Service { get; }

    public FakeProvider Provider { get; }

    /// <summary>One for all tests that need nothing special; each has its own tenant.</summary>
    public static Task<TransactionsUnderTest> SharedAsync() => Shared.Value;

    public static async Task<TransactionsUnderTest> StartAsync(
        Dictionary<string, string?>? settings = null, Action<WebApplicationBuilder>? configure = null)
    {
        var provider = await FakeProvider.StartAsync();
        var all = Settings(provider);
        foreach (var (key, value) in settings ?? [])
            all[key] = value;
        var service = await ServiceUnderTest.StartAsync(TransactionsApp.Service, all, configure);
        return new TransactionsUnderTest(service, provider);
    }

    public static Dictionary<string, string?> Settings(FakeProvider provider)
    {
        var settings = new Dictionary<string, string?>
        {
            ["Transactions:MasterKey"] = Convert.ToBase64String(new byte[32]),
            ["Transactions:PublicUrl"] = PublicUrl,
            ["services:compliance:http:0"] = provider.Url.AbsoluteUri,
            ["Transactions:JobIntervalSeconds"] = "0.2",
            ["Transactions:ReservationRetrySeconds"] = "0.1",
            ["Payouts:TimeoutSeconds"] = "1",
            ["Payouts:RetryBaseSeconds"] = "0.1",
            ["Payouts:EnquireAfterSeconds"] = "60",
            ["Payouts:EnquiryBaseSeconds"] = "0.1",
        };
        foreach (var (name, kind) in ((string, string)[])
            [("sandbox-bank", "BANK"), ("sandbox-momo", "MOBILE_MONEY"), ("sandbox-cash", "CASH_PICKUP"),
                ("sandbox-payin", "PAY_IN")])
        {
            settings[$"Providers:{name}:Kind"] = kind;
            settings[$"Providers:{name}:BaseUrl"] = provider.Url.AbsoluteUri;
            settings[$"Providers:{name}:PublicUrl"] = "http://pay.test";
            settings[$"Providers:{name}:ApiKey"] = FakeProvider.ApiKey;
            settings[$"Providers:{name}:CallbackSecret"] = CallbackSecret;
            settings[$"Providers:{name}:MerchantSecret"] = MerchantSecret;
        }
        settings["Providers:sandbox-bank:Cancel"] = "true";
        return settings;
    }
}
