using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Notifications.Tests;

/// <summary>Balances of the books are for the tenant's own people.</summary>
public sealed class BalanceTests(NotificationsUnderTest notifications) : IClassFixture<NotificationsUnderTest>
{
    private readonly Inbox _inbox = notifications.Receiver.NewInbox();
    private readonly Partner _partner = notifications.NewPartner();

    [Fact]
    public async Task A_managers_endpoint_hears_of_each_crossing_once()
    {
        await RegisterAsync(Roles.Manager, _inbox.Url, "balance.low", "balance.restored");
        var id = Guid.CreateVersion7();
        var low = Crossed(BalanceCrossing.Below);
        for (var i = 0; i < 2; i++)
            await notifications.Service.PublishAsync(_partner.Tenant, low, id);
        await notifications.Service.PublishAsync(_partner.Tenant, Crossed(BalanceCrossing.NotBelow));
        await _inbox.CountAsync(2);

        await Eventually.TrueAsync(
            async () => (await _partner.DeliveriesAsync()).Count(one =>
                one.GetProperty("status").GetString() == "DELIVERED") == 2, "both are delivered");
        _inbox.Messages.Select(message => message.Type).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(["balance.low", "balance.restored"]);
        (await _partner.DeliveriesAsync()).Count.ShouldBe(2);
        _inbox.Messages.First(message => message.Type == "balance.low").Json.GetProperty("data").GetRawText()
            .ShouldBe(JsonSerializer.Serialize(new
            {
                monitorId = low.MonitorId.ToString(),
                account = "prefund:acme:NGN",
                threshold = new { amount = "20.00", currency = "NGN" },
                available = new { amount = "19.99", currency = "NGN" },
            }));
    }

    [Fact]
    public async Task A_partner_cannot_ask_for_them_and_all_leaves_them_out()
    {
        (await RegisterAsync(Scopes.WebhooksManage, _inbox.Url, "balance.low")).ShouldBe(HttpStatusCode.Forbidden);
        (await RegisterAsync(Roles.Manager, _inbox.Url)).ShouldBe(HttpStatusCode.Created);
        var other = notifications.Receiver.NewInbox();
        await RegisterAsync(Roles.Manager, other.Url, "balance.low");

        await notifications.Service.PublishAsync(_partner.Tenant, Crossed(BalanceCrossing.Below));
        await other.CountAsync(1);

        _inbox.Messages.ShouldBeEmpty();
        (await _partner.DeliveriesAsync()).Count.ShouldBe(1);
    }

    private async Task<HttpStatusCode> RegisterAsync(string roleOrScope, string url, params string[] events)
    {
        using var client = notifications.Service.Client(_partner.Tenant, roleOrScope);
        using var response = await client.PostAsJsonAsync(
            "/v1/webhook-endpoints", new { url, events = events.Length == 0 ? null : events }, ContractJson.Options);
        return response.StatusCode;
    }

    private static BalanceCrossed Crossed(BalanceCrossing crossing) => new(
        MonitorId.New(), "prefund:acme:NGN", Money.Of(2_000, "NGN"), Money.Of(1_999, "NGN"), crossing, EntryId.New());
}
