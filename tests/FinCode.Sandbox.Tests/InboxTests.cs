using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FinCode.Sandbox.Inboxes;

namespace FinCode.Sandbox.Tests;

public sealed class InboxTests(SandboxUnderTest sandbox) : IClassFixture<SandboxUnderTest>
{
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(24);
    private static readonly string Secret = "whsec_" + Convert.ToBase64String(Key);

    [Fact]
    public async Task What_is_signed_is_verified_and_what_is_not_is_not()
    {
        var inbox = NewInbox();
        await SetAsync(inbox, Secret);
        await SendAsync(inbox, """{"type":"transaction.completed"}""", Key);
        await SendAsync(inbox, """{"type":"transaction.failed"}""", RandomNumberGenerator.GetBytes(24));
        await SendAsync(inbox, "no json", Key, secondsAgo: 3600);

        var items = await ListAsync(inbox);
        items.Select(item => item.GetProperty("verified").GetBoolean()).ShouldBe([true, false, false]);
        items[0].GetProperty("type").GetString().ShouldBe("transaction.completed");
        items[0].GetProperty("webhookId").GetString().ShouldStartWith("msg_");
        items[2].TryGetProperty("type", out _).ShouldBeFalse();
        items[2].GetProperty("body").GetString().ShouldBe("no json");
    }

    [Fact]
    public async Task What_came_before_the_secret_was_known_is_verified_afterwards()
    {
        var inbox = NewInbox();
        await SendAsync(inbox, "{}", Key);
        (await ListAsync(inbox)).ShouldHaveSingleItem().GetProperty("verified").GetBoolean().ShouldBeFalse();
        await SetAsync(inbox, Secret);
        (await ListAsync(inbox)).ShouldHaveSingleItem().GetProperty("verified").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task An_inbox_fails_as_often_as_it_is_told()
    {
        var inbox = NewInbox();
        await SetAsync(inbox, Secret, failFirst: 2);
        for (var i = 0; i < 3; i++)
            (await SendAsync(inbox, "{}", Key)).StatusCode.ShouldBe(i < 2
                ? HttpStatusCode.InternalServerError : HttpStatusCode.NoContent);
        (await ListAsync(inbox)).Select(item => item.GetProperty("answered").GetInt32()).ShouldBe([500, 500, 204]);
    }

    [Fact]
    public async Task An_inbox_keeps_a_bounded_number_and_drops_the_oldest()
    {
        var inbox = NewInbox();
        for (var i = 0; i <= Inbox.MaxStored; i++)
            await SendAsync(inbox, i.ToString(CultureInfo.InvariantCulture), Key);
        var items = await ListAsync(inbox);
        items.Count.ShouldBe(Inbox.MaxStored);
        items[0].GetProperty("body").GetString().ShouldBe("1");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_and_not_kept()
    {
        var inbox = NewInbox();
        var response = await SendAsync(inbox, new string('x', InboxEndpoints.MaxBodyBytes + 1), Key);
        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        (await ListAsync(inbox)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("not base64!", 0)]
    [InlineData("whsec_AAAA", -1)]
    [InlineData("whsec_AAAA", 1001)]
    public async Task A_wrong_setting_is_refused(string secret, int failFirst)
    {
        var response = await sandbox.Client.PutAsJsonAsync($"/webhooks/{NewInbox()}", new { secret, failFirst });
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task Only_the_owner_of_the_key_reads_and_sets_inboxes()
    {
        using var stranger = new HttpClient { BaseAddress = sandbox.Client.BaseAddress };
        (await stranger.GetAsync($"/webhooks/{NewInbox()}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await stranger.PutAsJsonAsync($"/webhooks/{NewInbox()}", new { secret = Secret }))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await sandbox.Client.GetAsync("/webhooks/No_Such.Name")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static string NewInbox() => $"partner-{Guid.NewGuid():N}";

    private async Task SetAsync(string inbox, string secret, int? failFirst = null) =>
        (await sandbox.Client.PutAsJsonAsync($"/webhooks/{inbox}",
            new { secret, failFirst })).EnsureSuccessStatusCode();

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string inbox) =>
        [.. (await sandbox.Client.GetFromJsonAsync<JsonElement>($"/webhooks/{inbox}")).GetProperty(
            "items").EnumerateArray()];

    private async Task<HttpResponseMessage> SendAsync(string inbox, string body, byte[] key, int secondsAgo = 0)
    {
        var id = $"msg_{Guid.NewGuid():N}";
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() - secondsAgo;
        var signature = Convert.ToBase64String(
            HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        using var client = new HttpClient { BaseAddress = sandbox.Client.BaseAddress };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/webhooks/{inbox}");
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", $"v1,{Convert.ToBase64String(new byte[32])} v1,{signature}");
        return await client.SendAsync(request);
    }
}
