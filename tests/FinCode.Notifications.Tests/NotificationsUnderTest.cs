using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Notifications.Tests;

/// <summary>The service, a clock that tests move, and a partner's server.</summary>
public sealed class NotificationsUnderTest : IAsyncLifetime
{
    public static readonly IReadOnlyDictionary<string, string?> Settings = new Dictionary<string, string?>
    {
        ["Notifications:MasterKey"] = Convert.ToBase64String(Enumerable.Repeat((byte)7, 32).ToArray()),
        ["Webhooks:AllowPrivateAddresses"] = "true",
        ["Webhooks:PollMilliseconds"] = "50",
        ["Webhooks:DisableAfterHours"] = "720",
    };

    public ServiceUnderTest Service { get; private set; } = null!;

    public Receiver Receiver { get; private set; } = null!;

    public ShiftedClock Clock { get; } = new();

    public async Task InitializeAsync()
    {
        Receiver = await Receiver.StartAsync();
        Service = await ServiceUnderTest.StartAsync(NotificationsApp.Service, Settings,
            builder => builder.Services.AddSingleton<TimeProvider>(Clock));
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Receiver.DisposeAsync();
    }

    public Partner NewPartner() => new(this, TestTenant.New());
}

/// <summary>A tenant with a client, as tests use it.</summary>
public sealed class Partner(NotificationsUnderTest notifications, TenantId tenant)
{
    public TenantId Tenant { get; } = tenant;

    public HttpClient Client { get; } = notifications.Service.Client(tenant, Scopes.WebhooksManage);

    public async Task<(string Id, string Secret)> RegisterAsync(Inbox inbox, params string[] events)
    {
        var answer = await PostAsync("/v1/webhook-endpoints",
            new { url = inbox.Url, events = events.Length == 0 ? null : events });
        return (answer.GetProperty("id").GetString()!, answer.GetProperty("secret").GetString()!);
    }

    /// <summary>The delivery's id.</summary>
    public async Task<string> TestAsync(string endpoint) =>
        (await PostAsync($"/v1/webhook-endpoints/{endpoint}/test")).GetProperty("deliveryId").GetString()!;

    public async Task<JsonElement> PostAsync(string path, object? body = null)
    {
        using var response = body is null
            ? await Client.PostAsync(path, null)
            : await Client.PostAsJsonAsync(path, body, ContractJson.Options);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {response.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public Task<JsonElement> GetAsync(string path) => Client.GetFromJsonAsync<JsonElement>(path);

    public async Task<IReadOnlyList<JsonElement>> DeliveriesAsync(string query = "") =>
        [.. (await GetAsync($"/v1/webhook-deliveries{query}")).GetProperty("items").EnumerateArray()];

    public async Task<JsonElement> DeliveryAsync(string id) =>
        (await DeliveriesAsync()).Single(delivery => delivery.GetProperty("id").GetString() == id);

    /// <summary>The delivery once it has had so many attempts.</summary>
    public async Task<JsonElement> AttemptedAsync(string id, int attempts)
    {
        var delivery = default(JsonElement);
        await Eventually.TrueAsync(
            async () => (delivery = await DeliveryAsync(id)).GetProperty("attempts").GetArrayLength() >= attempts,
            $"{attempts} attempts");
        return delivery;
    }

    public static TransactionStatusChanged Change(
        TransactionId id, TransactionStatus? from, TransactionStatus to, string? reason = null) =>
        new(id, "FC-1234-5678", from, to, reason, Money.Of(10_000, "GBP"), Money.Of(20_000_000, "NGN"),
            Money.Of(10_200, "GBP"), "GB", "NG", PayoutMethod.Bank);

    public static TransactionFunded Funded(TransactionId id, bool late = false) => new(
        id, new TransactionFacts(PartyId.New(), PartyId.New(), Money.Of(10_000, "GBP"), Money.Of(20_000_000, "NGN"),
            "GB", "NG",
            PayInMethod.BankTransfer, PayoutMethod.Bank, Purpose.FamilySupport),
        Money.Of(10_200, "GBP"), "psp:sandbox", late, ScreeningRound: 1);
}
