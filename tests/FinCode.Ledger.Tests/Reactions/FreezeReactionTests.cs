using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Reactions;

/// <summary>Money that stands frozen, and what becomes of it when a licence ends that.</summary>
public sealed class FreezeReactionTests(LedgerFixture ledger) : TransferInBooks(ledger), IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task A_true_match_freezes_the_money_whatever_was_booked_before()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        await PublishAsync(new TransactionFrozen(Transaction, Samples.Paid));
        await PublishAsync(new TransactionFrozen(Transaction, Samples.Paid));
        await Eventually.TrueAsync(() => Posted(LedgerSteps.Frozen).Count == 2, "two answers to two messages");

        Posted(LedgerSteps.Frozen).Distinct().ShouldHaveSingleItem();
        (await AvailableAsync($"frozen:{Transaction}", "GBP")).ShouldBe("102.00");
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("200000.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_payout_that_was_recalled_and_made_all_the_same_is_a_loss_once_and_the_money_stays_frozen()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        var completed = Samples.PayoutCompleted(Transaction) with { ProviderFee = null };
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        await PublishAsync(new TransactionFrozen(Transaction, Samples.Paid));
        await PublishAsync(completed);
        await PublishAsync(completed);
        await PublishAsync(new TransactionFrozen(Transaction, Samples.Paid));
        await Eventually.TrueAsync(() => Posted(LedgerSteps.Frozen).Count == 2, "two answers to two messages");

        (await EntriesAsync()).Select(entry => entry.Step).ShouldBe(
        [
            "payin", "cleared", "reserve", "reserve-voided", "cleared-reversed", "frozen", "paid-after-refund",
        ]);
        (await AvailableAsync($"frozen:{Transaction}", "GBP")).ShouldBe("102.00");
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("0.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_a_licence_frees_is_cleared_anew_and_paid_whatever_comes_twice()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        var first = Samples.Cleared(Transaction);
        var frozen = new TransactionFrozen(Transaction, Samples.Paid);
        var unfrozen = new TransactionUnfrozen(Transaction, Samples.Paid, 1);
        var second = Samples.Cleared(Transaction, number: 2) with { ClearanceNumber = 2 };
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(first);
        await PublishAsync(frozen);
        await PublishAsync(unfrozen);
        await PublishAsync(unfrozen);
        await PublishAsync(second);
        await PublishAsync(second);
        await PublishAsync(frozen);
        await PublishAsync(first);
        (await ReservedAsync(2)).EntryId.ShouldNotBeNull();
        (await RejectedAsync(1)).Code.ShouldBe("NOT_PAYABLE");
        (await AvailableAsync($"frozen:{Transaction}", "GBP")).ShouldBe("0.00");
        await PublishAsync(Samples.PayoutCompleted(Transaction) with { ProviderFee = null });
        await PostedAsync(LedgerSteps.Paid);

        Posted(LedgerSteps.Unfrozen).Distinct().ShouldHaveSingleItem();
        (await EntriesAsync()).Select(entry => entry.Step).ShouldBe(
        [
            "payin", "cleared", "reserve", "reserve-voided", "cleared-reversed", "frozen", "unfrozen", "cleared",
            "reserve", "paid",
        ]);
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("0.00");
        (await AvailableAsync("income:fees", "GBP")).ShouldBe("2.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_a_licence_frees_is_refunded_and_may_be_frozen_again()
    {
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(new TransactionFrozen(Transaction, Samples.Paid));
        await PublishAsync(new TransactionUnfrozen(Transaction, Samples.Paid, 1));
        await PublishAsync(Samples.RefundRequested(Transaction));
        await PublishAsync(new TransactionFrozen(Transaction, Samples.Paid, 2));
        await PublishAsync(new TransactionUnfrozen(Transaction, Samples.Paid, 2));
        await PublishAsync(Samples.RefundRequested(Transaction, 2));
        await PublishAsync(Samples.RefundCompleted(Transaction, 2));
        await PostedAsync(LedgerSteps.Refund);

        Posted(LedgerSteps.Frozen).Select(entry => entry.Number).ShouldBe([1, 2]);
        (await AvailableAsync("psp:sandbox", "GBP")).ShouldBe("0.00");
        (await AvailableAsync($"transit:{Transaction}", "GBP")).ShouldBe("0.00");
        await ShouldBeSoundAsync();
    }
}
