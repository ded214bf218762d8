using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>What tests ask of rules, over HTTP.</summary>
internal static class RuleRequests
{
    /// <summary>Holds what is above the amount, in pounds.</summary>
    public static string LimitOf(string amount, string then = "hold") => $$"""
        rule "Large to Nigeria"
        for corridors *-NG
        for currencies GBP
        when transfer.sendAmount > {{amount}} GBP
        then {{then}}
        because "{transfer.sendAmount} from {transfer.sendCountry} to {transfer.receiveCountry} is above the limit."
        """;

    /// <summary>Holds the sender's transfers after so many within a day.</summary>
    public static string AtMostOf(int count) => $$"""
        rule "Often"
        when count(sender, 24h) > {{count}}
        then hold
        because "{count(sender, 24h)} transfers of the sender within 24 hours."
        """;

    public static async Task<HttpResponseMessage> PostRuleAsync(
        this HttpClient client, string path, string? text, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/screening-rules" + path)
        {
            Content = JsonContent.Create(new { text }),
        };
        request.Headers.Add("Idempotency-Key", key ?? Guid.CreateVersion7().ToString());
        return await client.SendAsync(request);
    }

    public static async Task<string> CreateRuleAsync(this HttpClient client, string text, string? key = null)
    {
        var answer = await client.PostRuleAsync("", text, key);
        answer.StatusCode.ShouldBe(HttpStatusCode.Created);
        return (await answer.JsonAsync()).GetProperty("id").GetString()!;
    }

    public static Task<HttpResponseMessage> ActivateAsync(this HttpClient client, string id, int version = 1) =>
        client.PostAsJsonAsync($"/v1/screening-rules/{id}/activate", new { version });

    public static Task<HttpResponseMessage> ShadowAsync(this HttpClient client, string id, int? version = null) =>
        client.PostAsync(
            $"/v1/screening-rules/{id}/shadow", version is null ? null : JsonContent.Create(new { version }));

    public static Task<HttpResponseMessage> DeactivateAsync(this HttpClient client, string id, string? reason = null) =>
        client.PostAsync(
            $"/v1/screening-rules/{id}/deactivate", reason is null ? null : JsonContent.Create(new { reason }));

    /// <summary>A rule that olga wrote and oscar put into force.</summary>
    public static async Task<string> LiveRuleAsync(this ComplianceUnderTest compliance, TenantId tenant, string text)
    {
        var id = await compliance.Officer(tenant, "olga").CreateRuleAsync(text);
        (await compliance.Officer(tenant, "oscar").ActivateAsync(id)).StatusCode.ShouldBe(HttpStatusCode.OK);
        return id;
    }

    public static async Task<JsonElement> RuleAsync(this HttpClient client, string id) =>
        await (await client.GetAsync($"/v1/screening-rules/{id}")).JsonAsync();
}
