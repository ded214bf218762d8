using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Client;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

/// <summary>A customer whom two officers freeze, with what is under way: before it leaves, and after.</summary>
public sealed class FreezeFlowTests
{
    private const string Listed = "Temirbek Oslanovich Zarkhovan";

    [Fact]
    public async Task The_transfer_that_waited_is_frozen_with_its_customer_and_the_next_one_is_held()
    {
        using var scene = await Scene.NewAsync();
        var customer = await RegisterAsync(scene, Listed);
        var order = Scene.ToBank();
        var transfer = await SendAsync(scene, customer, order);
        await scene.UntilStageAsync(transfer, "IN_REVIEW");

        await FreezeAsync(scene, customer);

        await scene.UntilStageAsync(transfer, "FROZEN");
        (await scene.Actors.Partner.CancelAsync(transfer.Id, CancellationToken.None)).Status.ShouldBe(200);
        await AssertFrozenAsync(scene, transfer);
        var next = await SendAsync(scene, customer, order);
        var held = await scene.UntilCaseAsync(next);
        (await scene.Actors.Officers[0].ProposeAsync(held, CaseDecision.Reject, "Back.", CancellationToken.None))
            .Must();
        (await scene.Actors.Officers[1].ApproveAsync(held, CancellationToken.None)).Code
            .ShouldBe("SCREENING_PENDING");
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        await scene.AssertBooksBalanceAsync();
    }

    [Theory]
    [InlineData("7777")]
    [InlineData("0016")]
    public async Task A_payout_that_has_left_is_taken_back_and_its_money_frozen(string magic)
    {
        using var scene = await Scene.NewAsync();
        var (customer, order, transfer) = await ToCollectAsync(scene, magic);

        await BecomesListedAsync(scene, customer);

        await scene.UntilStageAsync(transfer, "FROZEN");
        await AssertFrozenAsync(scene, transfer);
        await CollectAsync(scene, order);
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        (await scene.GetAsync(transfer)).Status.ShouldBe(TransactionStatus.Verifying);
        (await KindsAsync(scene, transfer)).ShouldBeEmpty();
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task What_a_licence_frees_after_it_was_taken_back_is_paid_once()
    {
        using var scene = await Scene.NewAsync();
        var (customer, order, transfer) = await ToCollectAsync(scene, "7777");
        var (own, frozen) = await BecomesListedAsync(scene, customer, transfer);
        await scene.UntilStageAsync(transfer, "FROZEN");

        await scene.EndFreezeAsync(own, FreezeOutcome.Release);
        await scene.EndFreezeAsync(frozen, FreezeOutcome.Release);

        await scene.UntilStageAsync(transfer, "AWAITING_COLLECTION");
        await CollectAsync(scene, order);
        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task A_payout_that_is_not_taken_back_is_booked_once_and_compliance_is_told()
    {
        using var scene = await Scene.NewAsync();
        var (customer, order, transfer) = await ToCollectAsync(scene, "0015");

        await BecomesListedAsync(scene, customer);

        await scene.UntilStageAsync(transfer, "RECALLING");
        await Eventually.HoldsAsync(async () => (await KindsAsync(scene, transfer)).ShouldBe(["RECALL_REFUSED"]));
        (await scene.Actors.Partner.CancelAsync(transfer.Id, CancellationToken.None)).Status.ShouldBe(409);
        await CollectAsync(scene, order);
        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        (await KindsAsync(scene, transfer)).ShouldBe(["PAID_BEFORE_RECALL", "RECALL_REFUSED"], ignoreOrder: true);
        (await scene.Actors.Finance.EntriesAsync(transfer.Id, CancellationToken.None))
            .ShouldNotContain(entry => entry.Step == LedgerSteps.Frozen);
        await scene.AssertBooksBalanceAsync();
    }

    private static async Task<string> RegisterAsync(Scene scene, string name)
    {
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        return (await partner.PostAsync("v1/customers", Profile(name), Guid.CreateVersion7().ToString("N"),
            CancellationToken.None)).Must().Required("id");
    }

    private static object Profile(string name) => new
    {
        kind = "PERSON", fullName = name, dateOfBirth = "1964-10-07", country = "GB",
        address = "3 Quay Street, Bristol",
    };

    private static async Task<TransferView> SendAsync(Scene scene, string customer, TransferOrder order)
    {
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        var transfer = (await partner.PostAsync("v1/transactions", new
        {
            quoteId = await scene.Actors.Partner.QuoteAsync(order, CancellationToken.None),
            senderId = customer,
            beneficiary = new { kind = "PERSON", fullName = order.Beneficiary, country = order.ReceiveCountry },
            payoutDetails = order.PayoutMethod == PayoutMethod.CashPickup
                ? new { pickupPoint = order.Provider, phone = order.Destination }
                : (object)new { bankCode = order.Provider, accountNumber = order.Destination },
            purpose = Purpose.FamilySupport,
            sourceOfFunds = SourceOfFunds.Salary,
        }, Guid.CreateVersion7().ToString("N"), CancellationToken.None)).Must().As<TransferView>();
        await scene.PayAsync(transfer);
        return transfer;
    }

    /// <summary>Cash of a customer whom no list knew: it lies ready.</summary>
    private static async Task<(string Customer, TransferOrder Order, TransferView Transfer)> ToCollectAsync(
        Scene scene, string magic)
    {
        var customer = await RegisterAsync(scene, "Amelia Hart");
        var order = Scene.To(PayoutMethod.CashPickup) with { Destination = "+256" + Scene.Unique(magic) };
        var transfer = await SendAsync(scene, customer, order);
        await scene.UntilStageAsync(transfer, "AWAITING_COLLECTION");
        return (customer, order, transfer);
    }

    /// <summary>The customer turns out to be called otherwise, and two officers freeze.</summary>
    private static async Task<(string Own, string Transfer)> BecomesListedAsync(
        Scene scene, string customer, TransferView? transfer = null)
    {
        using var partner = scene.Tenant.AsPartner(scene.Platform.Gateway);
        (await partner.PutAsync($"v1/customers/{customer}", Profile(Listed), CancellationToken.None)).Must();
        var own = await FreezeAsync(scene, customer);
        if (transfer is null)
            return (own, "");
        string? found = null;
        using var officer = scene.Tenant.As(scene.Platform.Gateway, scene.Tenant.Officers[0]);
        await Eventually.TrueAsync(async () => (found = (await officer.GetAsync(
            "v1/cases/freezes", CancellationToken.None)).Must().Body.GetProperty("items").EnumerateArray()
            .Where(one => one.TryGetProperty("transactionId", out var id) && id.GetString() == transfer.Id)
            .Select(one => one.GetProperty("id").GetString()).SingleOrDefault()) is not null, "the transfer's case");
        return (own, found!);
    }

    private static async Task<string> FreezeAsync(Scene scene, string customer)
    {
        using var officer = scene.Tenant.As(scene.Platform.Gateway, scene.Tenant.Officers[0]);
        string? found = null;
        await Eventually.TrueAsync(async () => (found = (await officer.GetAsync(
            "v1/cases/worklist", CancellationToken.None)).Must().Body.GetProperty("items").EnumerateArray()
            .Where(one => one.TryGetProperty("partyId", out var party) && party.GetString() == customer)
            .Select(one => one.GetProperty("id").GetString()).SingleOrDefault()) is not null, "the customer's case");
        (await scene.Actors.Officers[0].ProposeAsync(found!, CaseDecision.Freeze, "It is.", CancellationToken.None))
            .Must();
        (await scene.Actors.Officers[1].ApproveAsync(found!, CancellationToken.None)).Must();
        return found!;
    }

    /// <summary>The beneficiary comes for the money; a payout that was taken back gives none.</summary>
    private static async Task CollectAsync(Scene scene, TransferOrder order)
    {
        foreach (var payout in await scene.Actors.Sandbox.PayoutsToAsync(
            order.PayoutMethod, order.Destination, CancellationToken.None))
            await scene.Actors.Sandbox.CollectAsync(payout.Reference, CancellationToken.None);
    }

    private static Task AssertFrozenAsync(Scene scene, TransferView transfer) => Eventually.HoldsAsync(async () =>
        (await scene.Actors.Finance.BalanceAsync($"frozen:{transfer.Id}", transfer.TotalToPay.Currency,
            CancellationToken.None)).ShouldBe(transfer.TotalToPay));

    private static async Task<IEnumerable<string?>> KindsAsync(Scene scene, TransferView transfer)
    {
        using var officer = scene.Tenant.As(scene.Platform.Gateway, scene.Tenant.Officers[0]);
        return [.. (await officer.GetAsync("v1/anomalies", CancellationToken.None)).Must().Body.GetProperty("items")
            .EnumerateArray()
            .Where(one => one.TryGetProperty("transactionId", out var id) && id.GetString() == transfer.Id)
            .Select(one => one.GetProperty("kind").GetString())];
    }
}
