using System.Net;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Standalone.Client;

/// <summary>
/// The outside world seen from outside the platform: payers who open the payment page, beneficiaries who collect,
/// the providers' own
/// records of what they paid, and the partner's webhook receiver.
/// </summary>
internal sealed class SandboxApi : IDisposable
{
    private readonly HttpClient _http;

    public SandboxApi(Uri address, string apiKey)
    {
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Add("X-Api-Key", apiKey);
    }

    public Uri InboxUrl(string inbox) => new(_http.BaseAddress!, $"webhooks/{inbox}");

    /// <summary>Pays what the payment page behind <paramref name="payUrl"/> asks for, as its button does.</summary>
    /// <param name="payerReference">What the payer writes on the payment; its end may be a magic value.</param>
    /// <param name="payerName">Whose account pays.</param>
    public async Task PayAsync(
        string payUrl, string? payerReference, CancellationToken cancellationToken, string? payerName = null)
    {
        var page = new Uri(payUrl);
        var fields = page.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]));
        if (payerReference is not null)
            fields["payerReference"] = payerReference;
        if (payerName is not null)
            fields["payerName"] = payerName;
        using var response = await _http.PostAsJsonAsync(
            new Uri(page.GetLeftPart(UriPartial.Path)), fields, ApiClient.Json, cancellationToken);
        (await ApiClient.ReadAsync("POST payin/pay", response, cancellationToken)).Must();
    }

    /// <summary>The beneficiary shows an identity document and takes the cash.</summary>
    public async Task CollectAsync(string reference, CancellationToken cancellationToken)
    {
        using var response = await _http.PostAsync(
            new Uri($"cash/payouts/{reference}/collect", UriKind.Relative), null, cancellationToken);
        (await ApiClient.ReadAsync("POST collect", response, cancellationToken)).Must();
    }

    /// <summary>The provider's own records of the orders for one account or phone number.</summary>
    public Task<IReadOnlyList<ProviderOrder>> PayoutsToAsync(
        PayoutMethod method, string destination, CancellationToken cancellationToken) =>
        ListAsync($"{Rail(method)}/payouts?account={Uri.EscapeDataString(destination)}", cancellationToken);

    /// <summary>The pay-in provider's own records of refunds, by what the payer wrote on the payment.</summary>
    public Task<IReadOnlyList<ProviderOrder>> RefundsToAsync(string payerReference,
        CancellationToken cancellationToken) =>
        ListAsync($"payin/refunds?account={Uri.EscapeDataString(payerReference)}", cancellationToken);

    /// <summary>
    /// Makes an inbox that checks signatures; its first requests are answered 500 so that they have to come again.
    /// </summary>
    public async Task OpenInboxAsync(string inbox, string secret, int failFirst, CancellationToken cancellationToken)
    {
        using var response = await _http.PutAsJsonAsync(
            new Uri($"webhooks/{inbox}", UriKind.Relative), new { secret, failFirst }, ApiClient.Json,
                cancellationToken);
        (await ApiClient.ReadAsync("PUT webhooks", response, cancellationToken)).Must();
    }

    public async Task<IReadOnlyList<ReceivedWebhook>> ReceivedAsync(string inbox, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri($"webhooks/{inbox}", UriKind.Relative), cancellationToken);
        return (await ApiClient.ReadAsync("GET webhooks", response, cancellationToken)).As<ReceivedList>().Items;
    }

    public void Dispose() => _http.Dispose();

    private async Task<IReadOnlyList<ProviderOrder>> ListAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        return (await ApiClient.ReadAsync($"GET {path}", response, cancellationToken)).As<OrderList>().Items;
    }

    private static string Rail(PayoutMethod method) => method switch
    {
        PayoutMethod.Bank => "bank",
        PayoutMethod.MobileMoney => "momo",
        PayoutMethod.CashPickup => "cash",
        _ => throw new ArgumentOutOfRangeException(nameof(method),
            "A wallet payout leaves the platform by no provider."),
    };

    private sealed record OrderList(IReadOnlyList<ProviderOrder> Items);

    private sealed record ReceivedList(IReadOnlyList<ReceivedWebhook> Items);
}

/// <param name="Payments">How often money left for the reference.</param>
internal sealed record ProviderOrder(string Reference, string Status, Money Amount, string Destination, int Payments);

/// <param name="Answered">The status that the receiver gave.</param>
internal sealed record ReceivedWebhook(
    string? WebhookId, string? Type, bool Verified, int Answered, IReadOnlyDictionary<string, string> Headers,
    string Body)
{
    /// <summary>The transfer it is about.</summary>
    public string? TransactionId
    {
        get
        {
            using var document = JsonDocument.Parse(Body);
            return document.RootElement.TryGetProperty("data", out var data)
                && data.TryGetProperty("transactionId", out var id) ? id.GetString() : null;
        }
    }
}
