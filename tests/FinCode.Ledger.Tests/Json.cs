using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Ledger.Operations.Proposals;
using FinCode.Messaging;

namespace FinCode.Ledger.Tests;

internal static class Json
{
    public static async Task<T> GetJsonAsync<T>(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<T>(ContractJson.Options))!;
    }

    /// <summary>A request with a body and, unless it is null, an Idempotency-Key.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this HttpClient client, HttpMethod method, string path, object body, string? key = null)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Content = JsonContent.Create(body, options: ContractJson.Options),
        };
        if (key is not null)
            request.Headers.Add(IdempotentRequests.Header, key);
        return await client.SendAsync(request);
    }

    /// <summary>A POST under a new key; the answer must be a success.</summary>
    public static async Task<T> PostJsonAsync<T>(this HttpClient client, string path, object body)
    {
        using var response = await client.SendAsync(HttpMethod.Post, path, body, Guid.CreateVersion7().ToString());
        return await response.ReadAsync<T>();
    }

    /// <summary>The body of a success.</summary>
    public static async Task<T> ReadAsync<T>(this HttpResponseMessage response)
    {
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<T>(ContractJson.Options))!;
    }

    public static Task<LedgerProposal> ProposalAsync(this HttpResponseMessage response) =>
        response.ReadAsync<LedgerProposal>();

    /// <summary>Status, code and the pointers of a problem: "422 VALIDATION_ERROR /amount /cost".</summary>
    public static async Task<string> ProblemAsync(this HttpResponseMessage response)
    {
        using (response)
        {
            response.Content.Headers.ContentType?.MediaType.ShouldBe("application/problem+json");
            var root = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
            var pointers = root.TryGetProperty("errors", out var errors)
                ? errors.EnumerateArray().Select(error => " " + error.GetProperty("pointer").GetString())
                : [];
            return $"{(int)response.StatusCode} {root.GetProperty("code").GetString()}{string.Concat(pointers)}";
        }
    }
}
