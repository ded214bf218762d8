using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FinCode.Sandbox.Tests;

/// <summary>The sandbox as it runs, without issuer or database, and a merchant's server that its callbacks come
/// to.</summary>
public sealed class SandboxUnderTest : IAsyncLifetime
{
    public const string ApiKey = "an-api-key-for-tests";
    public const string CallbackSecret = "a-callback-secret-for-tests";
    public const string MerchantSecret = "a-merchant-secret-for-tests";

    private readonly ConcurrentQueue<(string Path, ReceivedCallback Callback)> _callbacks = new();
    private readonly ConcurrentDictionary<string, int> _failuresLeft = new();
    private WebApplication? _merchant;

    public WebApplication App { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public string DataFolder { get; } = TestServers.NewFolder("sandbox");

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _merchant = builder.Build();
        _merchant.MapPost("/{**path}", ReceiveAsync);
        await _merchant.StartAsync();
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        await _merchant!.DisposeAsync();
    }

    public async Task StartAsync()
    {
        App = Build(DataFolder);
        await App.StartAsync();
        Client = new HttpClient { BaseAddress = new Uri(App.Urls.First()) };
        Client.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
    }

    public async Task StopAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }

    public static WebApplication Build(string? dataFolder) => SandboxApp.Service.Build([], builder =>
    {
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sandbox:ApiKey"] = ApiKey,
            ["Sandbox:CallbackSecret"] = CallbackSecret,
            ["Sandbox:MerchantSecret"] = MerchantSecret,
            ["Sandbox:DataFolder"] = dataFolder,
            ["Sandbox:CallbackDelayMilliseconds"] = "20",
            ["Sandbox:SlowAnswerSeconds"] = "600",
        });
    });

    /// <summary>A URL of the merchant that nobody else uses, which fails so many times first.</summary>
    public string NewCallbackUrl(int failures = 0)
    {
        var path = Guid.NewGuid().ToString("N");
        _failuresLeft[path] = failures;
        return $"{_merchant!.Urls.First()}/{path}";
    }

    public IReadOnlyList<ReceivedCallback> CallbacksTo(string url) =>
        [.. _callbacks.Where(received => url.EndsWith(received.Path, StringComparison.Ordinal)).Select(r =>
            r.Callback)];

    public async Task<ReceivedCallback> CallbackToAsync(string url)
    {
        await Eventually.TrueAsync(() => CallbacksTo(url).Any(callback => callback.Answered == 200), "a callback");
        return CallbacksTo(url).First(callback => callback.Answered == 200);
    }

    public Task<HttpResponseMessage> PayBankAsync(
        string account, string reference, string callbackUrl, string amount = "1000.00",
            CancellationToken cancel = default) =>
        Client.PostAsJsonAsync("/bank/payouts", BankPayout(account, reference, callbackUrl, amount), cancel);

    public static object BankPayout(string account, string reference, string callbackUrl,
        string amount = "1000.00") => new
    {
        reference,
        amount = new { amount, currency = "NGN" },
        beneficiary = new { name = "Ada Obi", bankCode = "044", accountNumber = account, country = "NG" },
        callbackUrl,
    };

    public async Task<JsonElement> AskBankAsync(string reference) =>
        await Client.GetFromJsonAsync<JsonElement>($"/bank/payouts/{reference}");

    public static string NewReference() => $"att_{Guid.NewGuid():N}";

    /// <summary>An account number that nobody else uses, with that ending.</summary>
    public static string NewAccount(string ending) =>
        $"{RandomNumberGenerator.GetInt32(100_000_000, 999_999_999)}{ending}";

    public static string Hex(string secret, string text) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    private async Task<IResult> ReceiveAsync(string path, HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync();
        var status = _failuresLeft.AddOrUpdate(path, -1, (_, left) => left - 1) >= 0 ? 500 : 200;
        _callbacks.Enqueue((path, new ReceivedCallback(body, JsonDocument.Parse(body).RootElement,
            request.Headers["X-Sandbox-Timestamp"].ToString(), request.Headers["X-Sandbox-Signature"].ToString(),
                status)));
        return Results.StatusCode(status);
    }
}

public sealed record ReceivedCallback(string Body, JsonElement Json, string Timestamp, string Signature, int Answered);
