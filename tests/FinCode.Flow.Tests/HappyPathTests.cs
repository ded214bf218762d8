using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Testing;

namespace FinCode.Flow.Tests;

public sealed class HappyPathTests
{
    [Fact]
    public async Task A_bank_transfer_is_paid_once_booked_step_by_step_and_told_by_webhook()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank();
        var transfer = await scene.OrderAndPayAsync(order);

        var paid = await scene.UntilAsync(transfer, TransactionStatus.Paid);

        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        (await scene.AttemptsAsync(transfer)).ShouldBe(1);
        var entries = await scene.Actors.Finance.EntriesAsync(transfer.Id, CancellationToken.None);
        entries.Select(entry => entry.Step).Distinct()
            .ShouldBe(
                [LedgerSteps.PayIn, LedgerSteps.Cleared, LedgerSteps.Reserve, LedgerSteps.Paid, "payout-fee"],
                ignoreOrder: true);
        entries.Single(entry => entry.Step == LedgerSteps.PayIn).Legs
            .ShouldContain(leg => leg.Account == $"transit:{transfer.Id}" && leg.Amount == paid.TotalToPay);
        await Eventually.HoldsAsync(async () => (await scene.WebhooksAsync(transfer)).ShouldBe(
        [
            "payment.received", "transaction.completed", "transaction.created", "transaction.status_changed",
            "transaction.status_changed",
        ]));
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task Mobile_money_arrives_in_a_currency_without_minor_units()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.To(PayoutMethod.MobileMoney);
        var transfer = await scene.OrderAndPayAsync(order);

        var paid = await scene.UntilAsync(transfer, TransactionStatus.Paid);

        paid.ReceiveAmount.Currency.Code.ShouldBe("UGX");
        var orders = await scene.Actors.Sandbox.PayoutsToAsync(
            order.PayoutMethod, order.Destination, CancellationToken.None);
        orders.ShouldHaveSingleItem().Amount.ShouldBe(paid.ReceiveAmount);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task Cash_is_paid_when_it_is_collected_and_not_before()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.To(PayoutMethod.CashPickup);
        var transfer = await scene.OrderAndPayAsync(order);
        await scene.UntilStageAsync(transfer, "AWAITING_COLLECTION");
        (await scene.GetAsync(transfer)).Status.ShouldBe(TransactionStatus.Verifying);
        (await scene.PaymentsToAsync(order)).ShouldBe(0);

        var lying = await scene.Actors.Sandbox.PayoutsToAsync(
            order.PayoutMethod, order.Destination, CancellationToken.None);
        await scene.Actors.Sandbox.CollectAsync(lying.ShouldHaveSingleItem().Reference, CancellationToken.None);

        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
    }

    [Fact]
    public async Task A_wallet_is_credited_in_the_books_without_any_provider()
    {
        using var scene = await Scene.NewAsync();
        var transfer = await scene.OrderAndPayAsync(Scene.To(PayoutMethod.Wallet));

        var paid = await scene.UntilAsync(transfer, TransactionStatus.Paid);

        var entries = await scene.Actors.Finance.EntriesAsync(transfer.Id, CancellationToken.None);
        var credit = entries.SelectMany(entry => entry.Legs).Where(leg => leg.Side == "CREDIT")
            .Single(leg => leg.Account.StartsWith("wallet:", StringComparison.Ordinal));
        credit.Amount.ShouldBe(paid.ReceiveAmount);
        await scene.AssertBooksBalanceAsync();
    }
}
