using FinCode.Contracts;
using FinCode.Flow.Tests.Support;

namespace FinCode.Flow.Tests;

public sealed class PayInFlowTests
{
    [Fact]
    public async Task The_same_order_sent_many_times_at_once_with_one_key_is_one_transfer()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank();
        var quote = await scene.Actors.Partner.QuoteAsync(order, CancellationToken.None);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(
            _ => scene.Actors.Partner.CreateAsync(order, quote, "one-key", CancellationToken.None)));

        var created = answers.Where(answer => answer.IsSuccess).ToArray();
        created.ShouldNotBeEmpty();
        created.Select(answer => answer.Required("id")).Distinct().ShouldHaveSingleItem();
        created.Count(answer => !answer.IsReplay).ShouldBe(1);
        answers.Except(created).ShouldAllBe(answer => answer.Status == 409);
        (await scene.Actors.Partner.CountAsync(CancellationToken.None)).ShouldBe(1);
    }

    [Fact]
    public async Task A_key_that_was_used_for_another_order_is_refused()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank();
        var first = await scene.Actors.Partner.QuoteAsync(order, CancellationToken.None);
        (await scene.Actors.Partner.CreateAsync(order, first, "a-key", CancellationToken.None)).Must();

        var second = await scene.Actors.Partner.QuoteAsync(order, CancellationToken.None);
        var answer = await scene.Actors.Partner.CreateAsync(order, second, "a-key", CancellationToken.None);

        answer.Status.ShouldBe(422);
        answer.Code.ShouldBe("IDEMPOTENCY_KEY_REUSED");
    }

    [Fact]
    public async Task A_payment_that_is_told_three_times_counts_once()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank();
        var transfer = await scene.OrderAsync(order);

        await scene.PayAsync(transfer, payerReference: "three times 0007");

        await scene.UntilAsync(transfer, TransactionStatus.Paid);
        var entries = await scene.Actors.Finance.EntriesAsync(transfer.Id, CancellationToken.None);
        entries.Count(entry => entry.Step == LedgerSteps.PayIn).ShouldBe(1);
        (await scene.PaymentsToAsync(order)).ShouldBe(1);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task The_name_of_the_account_that_paid_is_screened()
    {
        using var scene = await Scene.NewAsync();
        var transfer = await scene.OrderAsync(Scene.ToBank());

        await scene.PayAsync(transfer, payerName: "Temirbek Oslanovich Zarkhovan");

        await scene.UntilStageAsync(transfer, "IN_REVIEW");
    }

    [Fact]
    public async Task Money_that_comes_after_the_end_goes_back_in_full()
    {
        using var scene = await Scene.NewAsync();
        var order = Scene.ToBank();
        var transfer = await scene.OrderAsync(order);
        await scene.UntilAsync(transfer, TransactionStatus.Expired);

        await scene.PayAsync(transfer);

        await scene.UntilAsync(transfer, TransactionStatus.Refunded);
        await scene.AssertRefundedOnceAsync(transfer);
        (await scene.PaymentsToAsync(order)).ShouldBe(0);
        await scene.AssertBooksBalanceAsync();
    }

    [Fact]
    public async Task A_transfer_that_is_cancelled_before_it_is_paid_is_refunded_when_the_money_comes_after_all()
    {
        using var scene = await Scene.NewAsync();
        var transfer = await scene.OrderAsync(Scene.ToBank());
        (await scene.Actors.Partner.CancelAsync(transfer.Id, CancellationToken.None)).Must();
        (await scene.GetAsync(transfer)).Status.ShouldBe(TransactionStatus.Cancelled);

        await scene.PayAsync(transfer);

        await scene.UntilAsync(transfer, TransactionStatus.Refunded);
        await scene.AssertRefundedOnceAsync(transfer);
    }
}
