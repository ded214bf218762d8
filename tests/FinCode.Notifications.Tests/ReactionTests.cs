using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using static FinCode.Contracts.TransactionStatus;

namespace FinCode.Notifications.Tests;

public sealed class ReactionTests(NotificationsUnderTest notifications) : IClassFixture<NotificationsUnderTest>
{
    private readonly Inbox _inbox = notifications.Receiver.NewInbox();
    private readonly Partner _partner = notifications.NewPartner();
    private readonly TransactionId _transaction = TransactionId.New();

    [Fact]
    public async Task A_partner_hears_of_a_transfer_from_its_creation_to_its_payout()
    {
        var (_, secret) = await _partner.RegisterAsync(_inbox);
        await ChangeAsync(null, WaitingToPay);
        await FundAsync();
        await ChangeAsync(WaitingToPay, Verifying);
        await ChangeAsync(Verifying, Paid);
        await _inbox.CountAsync(5);

        var messages = _inbox.Messages.DistinctBy(message => message.Id).OrderBy(message => message.Sequence).ToList();
        messages.Select(message => message.Type).ShouldBe([
            "transaction.created", "payment.received", "transaction.status_changed", "transaction.completed",
            "transaction.status_changed"]);
        messages.Select(message => message.Sequence).ShouldBe([1, 2, 3, 4, 5]);
        messages.ShouldAllBe(message => message.IsSignedWith(secret));
        var completed = messages[3].Json.GetProperty("data");
        completed.GetRawText().ShouldBe(JsonSerializer.Serialize(new
        {
            transactionId = _transaction.ToString(),
            pcn = "FC-1234-5678",
            status = "PAID",
            previousStatus = "VERIFYING",
            sendAmount = new { amount = "100.00", currency = "GBP" },
            receiveAmount = new { amount = "200000.00", currency = "NGN" },
            totalToPay = new { amount = "102.00", currency = "GBP" },
            corridor = "GB-NG",
            payoutMethod = "BANK",
        }));
        messages[1].Json.GetProperty("data").GetProperty("pcn").GetString().ShouldBe("FC-1234-5678");
        (await _partner.DeliveriesAsync($"?transactionId={_transaction}")).Count.ShouldBe(5);
    }

    [Fact]
    public async Task The_same_event_twice_is_one_message()
    {
        await _partner.RegisterAsync(_inbox);
        var id = Guid.CreateVersion7();
        for (var i = 0; i < 3; i++)
            await notifications.Service.PublishAsync(_partner.Tenant,
                Partner.Change(_transaction, null, WaitingToPay), id);
        await ChangeAsync(WaitingToPay, Cancelled, StatusReasons.CancelledBySender);
        await _inbox.CountAsync(3);
        await SettledAsync(3);
        _inbox.Messages.Select(message => message.Type).OrderBy(type => type, StringComparer.Ordinal)
            .ShouldBe(["transaction.cancelled", "transaction.created", "transaction.status_changed"]);
    }

    [Fact]
    public async Task An_endpoint_gets_only_the_types_it_asked_for()
    {
        await _partner.RegisterAsync(_inbox, "transaction.expired");
        await ChangeAsync(null, WaitingToPay);
        await ChangeAsync(WaitingToPay, Expired, StatusReasons.NotPaidInTime);
        var message = await _inbox.FirstAsync();
        (message.Type, message.Sequence).ShouldBe(("transaction.expired", 2));
        message.Json.GetProperty("data").GetProperty("reason").GetString().ShouldBe("NOT_PAID_IN_TIME");
        await SettledAsync(1);
        _inbox.Messages.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Another_tenant_hears_nothing()
    {
        var (stranger, strangers) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        await stranger.RegisterAsync(strangers);
        await _partner.RegisterAsync(_inbox);
        await ChangeAsync(null, WaitingToPay);
        await _inbox.FirstAsync();
        await SettledAsync(1);
        strangers.Messages.ShouldBeEmpty();
        (await stranger.DeliveriesAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Delivery_that_was_given_up_is_said_once()
    {
        await _partner.RegisterAsync(_inbox, "transaction.failed", "transaction.refunded");
        await ChangeAsync(null, WaitingToPay);
        await ChangeAsync(Verifying, FailedToDeliver, StatusReasons.DeliveryFailed);
        await ChangeAsync(FailedToDeliver, Verifying, StatusReasons.DetailsCorrected);
        await ChangeAsync(Verifying, FailedToDeliver, StatusReasons.DeliveryFailed);
        await ChangeAsync(PendingRefund, Refunded);
        await _inbox.FirstAsync(message => message.Type == "transaction.refunded");
        await SettledAsync(2);
        _inbox.Messages.Select(message => message.Type).OrderBy(type => type, StringComparer.Ordinal)
            .ShouldBe(["transaction.failed", "transaction.refunded"]);
    }

    [Theory]
    [InlineData(StatusReasons.CouldNotBeProcessed)]
    [InlineData(StatusReasons.DeliveryFailed)]
    [InlineData("SANCTIONS_LIST_MATCH_CASE_RULE_SCREENING_FROZEN_COMPLIANCE")]
    public async Task Nothing_in_a_message_tips_anyone_off(string reason)
    {
        await _partner.RegisterAsync(_inbox);
        await ChangeAsync(null, WaitingToPay);
        await FundAsync();
        await ChangeAsync(WaitingToPay, Verifying);
        await ChangeAsync(Verifying, PendingRefund, reason);
        await ChangeAsync(PendingRefund, Refunded);
        await _inbox.CountAsync(6);
        await SettledAsync(6);
        foreach (var message in _inbox.Messages)
            foreach (var word in new[] { "sanction", "list", "match", "case", "rule", "screen", "frozen", "complian",
                "review" })
                message.Body.ShouldNotContain(word, Case.Insensitive);
        var reasons = _inbox.Messages.Select(message => message.Json.GetProperty("data"))
            .Where(data => data.TryGetProperty("reason", out _)).Select(data => data.GetProperty("reason").GetString());
        reasons.Distinct().ShouldBe(reason.Contains("SANCTIONS", StringComparison.Ordinal) ? [] : [reason]);
    }

    [Fact]
    public async Task A_rejected_and_a_given_up_transfer_have_the_same_fields()
    {
        await _partner.RegisterAsync(_inbox, "transaction.refunded");
        var other = TransactionId.New();
        foreach (var (id, reason) in new[]
            { (_transaction, StatusReasons.CouldNotBeProcessed), (other, StatusReasons.DeliveryFailed) })
        {
            await PublishAsync(Partner.Change(id, null, WaitingToPay));
            await PublishAsync(Partner.Change(id, Verifying, PendingRefund, reason));
            await PublishAsync(Partner.Change(id, PendingRefund, Refunded));
        }
        await _inbox.CountAsync(2);
        _inbox.Messages.DistinctBy(message => message.Id).Select(message =>
            message.Json.GetProperty("data").GetRawText()
                .Replace(_transaction.ToString(), "", StringComparison.Ordinal)
                .Replace(other.ToString(), "", StringComparison.Ordinal))
            .Distinct().Count().ShouldBe(1);
    }

    private Task ChangeAsync(TransactionStatus? from, TransactionStatus to, string? reason = null) =>
        PublishAsync(Partner.Change(_transaction, from, to, reason));

    private Task FundAsync() => PublishAsync(Partner.Funded(_transaction));

    private Task PublishAsync<TEvent>(TEvent message) where TEvent : IEvent =>
        notifications.Service.PublishAsync(_partner.Tenant, message);

    /// <summary>All that was published on this key has been heard when a later event on it was, and then all is
    /// delivered.</summary>
    private Task SettledAsync(int deliveries) => Eventually.HoldsAsync(async () =>
        (await _partner.DeliveriesAsync("?status=DELIVERED")).Count.ShouldBe(deliveries));
}
