using System.Net.Http.Headers;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Standalone.Client;

/// <summary>
/// Talks to the gateway as one caller, over the same public API that everyone has. A refusal is an answer, not an
/// exception; only a
/// gateway that is away throws.
/// </summary>
internal sealed class ApiClient(HttpClient http, AccessToken token) : IDisposable
{
    public static JsonSerializerOptions Json => ContractJson.Options;

    public static ApiClient For(Uri gateway, Func<HttpClient, AccessToken> tokenOf)
    {
        var http = new HttpClient { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(30) };
        return new ApiClient(http, tokenOf(http));
    }

    public Task<ApiAnswer> GetAsync(string path, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, null, null, cancellationToken);

    public Task<ApiAnswer> PostAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, Guid.CreateVersion7().ToString("N"), cancellationToken);

    public Task<ApiAnswer> PostAsync(string path, object body, string idempotencyKey,
        CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, path, body, idempotencyKey, cancellationToken);

    public Task<ApiAnswer> PutAsync(string path, object body, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Put, path, body, Guid.CreateVersion7().ToString("N"), cancellationToken);

    public void Dispose()
    {
        token.Dispose();
        http.Dispose();
    }

    private async Task<ApiAnswer> SendAsync(
        HttpMethod method, string path, object? body, string? idempotencyKey, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer",
            await token.GetAsync(cancellationToken));
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: Json);
        if (idempotencyKey is not null)
            request.Headers.Add("Idempotency-Key", idempotencyKey);
        using var response = await http.SendAsync(request, cancellationToken);
        return await ReadAsync($"{method} {path}", response, cancellationToken);
    }

    internal static async Task<ApiAnswer> ReadAsync(
        string request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = await response.Content.ReadAsStringAsync(cancellationToken);
        var body = text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
        return new ApiAnswer(request, (int)response.StatusCode, body, response.Headers.Contains("Idempotent-Replayed"));
    }
}
