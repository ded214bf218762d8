using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace FinCode.Compliance.Tests.Operations;

/// <summary>What tests ask of policies, over HTTP.</summary>
internal static class PolicyRequests
{
    public static Task<HttpResponseMessage> PutPolicyAsync(this HttpClient officer, object content)
    {
        var body = JsonSerializer.SerializeToNode(content, JsonSerializerOptions.Web)!.AsObject();
        body["reason"] = "After the review of the quarter.";
        return officer.PutAsJsonAsync("/v1/screening-policies", body);
    }

    public static async Task<JsonElement> ProposePolicyAsync(this HttpClient officer, object content)
    {
        var answer = await officer.PutPolicyAsync(content);
        answer.StatusCode.ShouldBe(HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    public static Task<HttpResponseMessage> ApprovePolicyAsync(this HttpClient officer, JsonElement proposal) =>
        officer.PostAsJsonAsync($"/v1/screening-policies/{proposal.GetProperty("id").GetString()}/approve",
            new { version = proposal.GetProperty("baseVersion").GetInt64() });

    /// <summary>A policy that olga proposed and oscar put into force.</summary>
    public static async Task LivePolicyAsync(this ComplianceUnderTest compliance, TenantId tenant, object content)
    {
        var proposal = await compliance.Officer(tenant, "olga").ProposePolicyAsync(content);
        (await compliance.Officer(tenant, "oscar").ApprovePolicyAsync(proposal)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }
}
