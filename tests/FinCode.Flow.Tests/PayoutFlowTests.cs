using FinCode.Contracts;
using FinCode.Flow.Tests.Support;
using FinCode.Standalone.Hosting;
using FinCode.Standalone.Seeding;

namespace FinCode.Flow.Tests;

public sealed class PayoutFlowTests
{
    [Fact]
    public async Task A_provider_that_is_down_is_tried_three_times_and_then_the_payer_is_refunded()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank("0001");
        var transfer = await scene.OrderAndPayAsync(order);

        await scene.UntilAsync(transfer, TransactionStatus.Refunded);

        (await scene.AttemptsAsync(transfer)).ShouldBe(3);
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        await scene.AssertRefundedOnceAsync(transfer);
        await scene.AssertBooksBalanceAsync();
    }

    [Theory]
    [InlineData("0004")] // answers long after our timeout, and has paid
    [InlineData("0005")] // answers 500, and has taken it
    [InlineData("0007")] // tells three times
    [InlineData("0008")] // never tells
    public async Task Whatever_the_provider_answers_it_pays_once_and_the_transfer_is_paid_once(string magic)
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank(magic);
        var transfer = await scene.OrderAndPayAsync(order);

        await scene.UntilAsync(transfer, TransactionStatus.Paid);

        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        var entries = await scene.Actors.Finance.EntriesAsync(transfer.Id, CancellationToken.None);
        entries.Count(entry => entry is { Step: LedgerSteps.Paid, Number: 1 }).ShouldBe(1);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task A_closed_account_is_tried_once_and_paid_after_a_correction_that_was_screened()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank("0003");
        var transfer = await scene.OrderAndPayAsync(order);
        var failed = await scene.UntilAsync(transfer, TransactionStatus.FailedToDeliver);
        failed.Reason.ShouldBe(StatusReasons.DetailsNeedCorrection);
        (await scene.AttemptsAsync(transfer)).ShouldBe(1);

        var corrected = order with { Destination = Scene.Unique("7777") };
        (await scene.Actors.Partner.CorrectAsync(transfer.Id, corrected, CancellationToken.None)).Must();

        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        (await scene.PaymentsToAsync(corrected)).ShouldBe(1);
        (await scene.AttemptsAsync(transfer)).ShouldBe(2);
    }

    [Fact]
    public async Task A_correction_to_a_listed_name_is_held_and_not_paid()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank("0009");
        var transfer = await scene.OrderAndPayAsync(order);
        await scene.UntilAsync(transfer, TransactionStatus.FailedToDeliver);

        var corrected = order with { Beneficiary = "Temirbek Oslanovich Zarkhovan",
            Destination = Scene.Unique("7777") };
        (await scene.Actors.Partner.CorrectAsync(transfer.Id, corrected, CancellationToken.None)).Must();

        await scene.UntilCaseAsync(transfer);
        (await scene.GetAsync(transfer)).Status.ShouldBe(TransactionStatus.Verifying);
        (await scene.PaymentsToAsync(corrected)).ShouldBe(0);
    }

    [Fact]
    public async Task A_transfer_waits_for_the_payout_partners_balance_and_goes_on_when_it_is_topped_up()
    {
        using var scene = await Scene.NewAsync(plan => plan with { TopUps = [] });
        var order = Scene.ToBank();
        var transfer = await scene.OrderAndPayAsync(order);
        await scene.UntilStageAsync(transfer, "AWAITING_FUNDS");
        (await scene.GetAsync(transfer)).Status.ShouldBe(TransactionStatus.Verifying);

        await scene.Actors.Finance.TopUpAsync(
            new SeedTopUp(SandboxProviders.Bank, Money.Of(1_000_000_00, "NGN"), Money.Of(500_00, "GBP")),
                CancellationToken.None);

        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        await scene.AssertBooksBalanceAsync();
    }
}
