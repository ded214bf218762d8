using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;

namespace FinCode.Ledger.Tests;

internal static class Json
{
    public static async Task<T> GetJsonAsync<T>(this HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        response.IsSuccessStatusCode.ShouldBeTrue($"{path}: {await response.Content.ReadAsStringAsync()}");
        return (await response.Content.ReadFromJsonAsync<T>(ContractJson.Options))!;
    }

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
