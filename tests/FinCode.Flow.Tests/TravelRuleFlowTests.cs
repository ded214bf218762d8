using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;

namespace FinCode.Flow.Tests;

/// <summary>What has to travel with the money, asked for and given through the gateway.</summary>
public sealed class TravelRuleFlowTests
{
    [Fact]
    public async Task A_large_transfer_without_an_address_is_paid_once_the_customer_has_one()
    {
        using var scene = await Scene.NewAsync();
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        var order = Scene.ToBank() with { SendAmount = Money.Of(900_00, "GBP") };
        var sender = new Dictionary<string, object?>
        {
            ["kind"] = "PERSON", ["fullName"] = "Harriet Poole", ["dateOfBirth"] = "1977-02-01", ["country"] = "GB",
        };
        var created = (await partner.PostAsync("v1/transactions", new
        {
            quoteId = await scene.Actors.Partner.QuoteAsync(order, CancellationToken.None),
            sender,
            beneficiary = new { kind = "PERSON", fullName = order.Beneficiary, country = order.ReceiveCountry },
            payoutDetails = new { bankCode = order.Provider, accountNumber = order.Destination },
            purpose = Purpose.FamilySupport,
            sourceOfFunds = SourceOfFunds.Salary,
        }, Guid.CreateVersion7().ToString("N"), CancellationToken.None)).Must();
        created.Body.GetProperty("detailsNeeded").GetArrayLength().ShouldBe(1);
        var transfer = created.As<TransferView>();
        await scene.PayAsync(transfer);
        await scene.UntilStageAsync(transfer, "AWAITING_DETAILS");
        (await scene.GetAsync(transfer)).Reason.ShouldBe(StatusReasons.DetailsNeeded);

        sender["address"] = "3 Quay Street, Bristol";
        (await partner.PutAsync($"v1/customers/{created.Required("senderId")}", sender, CancellationToken.None)).Must();

        (await scene.UntilAsync(transfer, TransactionStatus.Paid)).Reason.ShouldBeNull();
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        await scene.AssertBooksBalanceAsync();
    }
}
