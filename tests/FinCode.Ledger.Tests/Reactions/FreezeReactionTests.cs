using FinCode.Contracts;
using FinCode.Ledger.Operations;
using FinCode.Ledger.Operations.Reports;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Reactions;

/// <summary>Money that stands frozen, and what becomes of it when a licence ends that.</summary>
public sealed class FreezeReactionTests(LedgerFixture ledger) : IClassFixture<LedgerFixture>
{
    private readonly TenantId _tenant = TestTenant.New();
    private readonly TransactionId _transaction = TransactionId.New();

    private EventProbe Events => ledger.Service.Events;

    [Fact]
    public async Task A_true_match_freezes_the_money_whatever_was_booked_before()
    {
        await ledger.TopUpAsync(_tenant, "acme", Samples.Payout);
        await PublishAsync(Samples.Funded(_transaction));
        await PublishAsync(Samples.Cleared(_transaction));
        await PublishAsync(new TransactionFrozen(_transaction, Samples.Paid));
        await PublishAsync(new TransactionFrozen(_transaction, Samples.Paid));
        await Eventually.TrueAsync(() => Posted(LedgerSteps.Frozen).Count == 2, "two answers to two messages");

        Posted(LedgerSteps.Frozen).Distinct().ShouldHaveSingleItem();
        (await AvailableAsync($"frozen:{_transaction}", "GBP")).ShouldBe("102.00");
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("200000.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_a_licence_frees_is_cleared_anew_and_paid_whatever_comes_twice()
    {
        await ledger.TopUpAsync(_tenant, "acme", Samples.Payout);
        var first = Samples.Cleared(_transaction);
        var frozen = new TransactionFrozen(_transaction, Samples.Paid);
        var unfrozen = new TransactionUnfrozen(_transaction, Samples.Paid, 1);
        var second = Samples.Cleared(_transaction, number: 2) with { ClearanceNumber = 2 };
        await PublishAsync(Samples.Funded(_transaction));
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
        (await AvailableAsync($"frozen:{_transaction}", "GBP")).ShouldBe("0.00");
        await PublishAsync(Samples.PayoutCompleted(_transaction) with { ProviderFee = null });
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
        await PublishAsync(Samples.Funded(_transaction));
        await PublishAsync(new TransactionFrozen(_transaction, Samples.Paid));
        await PublishAsync(new TransactionUnfrozen(_transaction, Samples.Paid, 1));
        await PublishAsync(Samples.RefundRequested(_transaction));
        await PublishAsync(new TransactionFrozen(_transaction, Samples.Paid, 2));
        await PublishAsync(new TransactionUnfrozen(_transaction, Samples.Paid, 2));
        await PublishAsync(Samples.RefundRequested(_transaction, 2));
        await PublishAsync(Samples.RefundCompleted(_transaction, 2));
        await PostedAsync(LedgerSteps.Refund);

        Posted(LedgerSteps.Frozen).Select(entry => entry.Number).ShouldBe([1, 2]);
        (await AvailableAsync("psp:sandbox", "GBP")).ShouldBe("0.00");
        (await AvailableAsync($"transit:{_transaction}", "GBP")).ShouldBe("0.00");
        await ShouldBeSoundAsync();
    }

    private Task PublishAsync<TEvent>(TEvent message) where TEvent : IEvent =>
        ledger.Service.PublishAsync(_tenant, message);

    private IReadOnlyList<EntryPosted> Posted(string step) =>
        [.. Events.All<EntryPosted>(_tenant).Where(e => e.TransactionId == _transaction && e.Step == step)];

    private Task<EntryPosted> PostedAsync(string step) =>
        Events.WaitForAsync<EntryPosted>(e => e.TransactionId == _transaction && e.Step == step);

    private Task<FundsReserved> ReservedAsync(int number) =>
        Events.WaitForAsync<FundsReserved>(e => e.TransactionId == _transaction && e.ReservationNumber == number);

    private Task<ReservationRejected> RejectedAsync(int number) =>
        Events.WaitForAsync<ReservationRejected>(e => e.TransactionId == _transaction && e.ReservationNumber == number);

    private Task<string> AvailableAsync(string code, string currency) => ledger.AvailableAsync(_tenant, code, currency);

    private async Task<IReadOnlyList<LedgerEntry>> EntriesAsync()
    {
        using var client = ledger.Finance(_tenant);
        var list = await client.GetJsonAsync<LedgerEntries>(
            $"/v1/ledger/transactions/{_transaction}/entries");
        return list.Items;
    }

    private async Task ShouldBeSoundAsync()
    {
        (await ledger.AccountsOffTheirLegsAsync(_tenant)).ShouldBeEmpty();
        using var client = ledger.Finance(_tenant);
        var balance = await client.GetJsonAsync<GetTrialBalance.TrialBalance>("/v1/ledger/trial-balance");
        balance.Currencies.ShouldNotBeEmpty();
        balance.Currencies.ShouldAllBe(currency => currency.Difference.IsZero);
    }
}
