using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Notifications.Tests;

public sealed class KycTests(NotificationsUnderTest notifications) : IClassFixture<NotificationsUnderTest>
{
    private readonly Inbox _inbox = notifications.Receiver.NewInbox();
    private readonly Partner _partner = notifications.NewPartner();

    [Fact]
    public async Task A_partner_hears_once_how_the_verification_of_a_customer_ended()
    {
        await _partner.RegisterAsync(_inbox, "kyc.verification.completed");
        var customer = PartyId.New();
        var id = Guid.CreateVersion7();
        for (var i = 0; i < 2; i++)
            await notifications.Service.PublishAsync(
                _partner.Tenant, new KycVerificationCompleted(customer, KycOutcome.Approved, 1, 0), id);
        await notifications.Service.PublishAsync(
            _partner.Tenant, new KycVerificationCompleted(customer, KycOutcome.Lapsed, 0, 1));
        await _inbox.CountAsync(2);

        await Eventually.TrueAsync(
            async () => (await _partner.DeliveriesAsync()).Count(one =>
                one.GetProperty("status").GetString() == "DELIVERED") == 2, "both are delivered");
        (await _partner.DeliveriesAsync()).Count.ShouldBe(2);
        _inbox.Messages.ShouldAllBe(message => message.Type == "kyc.verification.completed");
        _inbox.Messages.Select(message => message.Json.GetProperty("data").GetRawText()).Distinct()
            .ShouldBe(
            [
                JsonSerializer.Serialize(
                    new { customerId = customer.ToString(), outcome = "APPROVED", tier = 1, previousTier = 0 }),
                JsonSerializer.Serialize(
                    new { customerId = customer.ToString(), outcome = "LAPSED", tier = 0, previousTier = 1 }),
            ], ignoreOrder: true);
    }

    [Fact]
    public async Task Who_did_not_ask_for_it_and_another_tenant_hear_nothing()
    {
        await _partner.RegisterAsync(_inbox, "transaction.created");
        var (other, otherInbox) = (notifications.NewPartner(), notifications.Receiver.NewInbox());
        await other.RegisterAsync(otherInbox);

        await notifications.Service.PublishAsync(
            _partner.Tenant, new KycVerificationCompleted(PartyId.New(), KycOutcome.Refused, 0, 0));
        await notifications.Service.PublishAsync(
            other.Tenant, new KycVerificationCompleted(PartyId.New(), KycOutcome.Refused, 0, 0));
        await otherInbox.CountAsync(1);

        (await _partner.DeliveriesAsync()).ShouldBeEmpty();
        (await other.DeliveriesAsync()).Count.ShouldBe(1);
    }
}
