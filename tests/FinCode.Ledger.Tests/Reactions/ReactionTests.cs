using FinCode.Contracts;
using FinCode.Testing;

namespace FinCode.Ledger.Tests.Reactions;

/// <summary>Transfers as the other services tell of them, through the broker.</summary>
public sealed class ReactionTests(LedgerFixture ledger) : TransferInBooks(ledger), IClassFixture<LedgerFixture>
{
    [Fact]
    public async Task A_transfer_is_booked_from_pay_in_to_payout_as_in_the_worked_example()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Money.Of(30_000_000, "NGN"));

        await PublishAsync(Samples.Funded(Transaction));
        (await PostedAsync(LedgerSteps.PayIn)).Number.ShouldBe(1);
        (await AvailableAsync($"transit:{Transaction}", "GBP")).ShouldBe("102.00");

        await PublishAsync(Samples.Cleared(Transaction));
        await PostedAsync(LedgerSteps.Cleared);
        (await ReservedAsync(1)).EntryId.ShouldNotBeNull();
        (await AvailableAsync($"transit:{Transaction}", "GBP")).ShouldBe("0.00");
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("100000.00");

        await PublishAsync(Samples.PayoutCompleted(Transaction));
        await PostedAsync(LedgerSteps.Paid);
        (await AvailableAsync($"payable:{Transaction}", "NGN")).ShouldBe("0.00");
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("99950.00");
        (await AvailableAsync("psp:sandbox", "GBP")).ShouldBe("102.00");
        (await AvailableAsync("fx:GBP", "GBP")).ShouldBe("-98.50");
        (await AvailableAsync("income:fx", "GBP")).ShouldBe("1.50");
        (await AvailableAsync("income:fees", "GBP")).ShouldBe("2.00");
        (await AvailableAsync("expense:payout", "NGN")).ShouldBe("50.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Each_event_ten_times_books_once_and_is_answered_the_same()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Money.Of(30_000_000, "NGN"));
        var payout = Samples.PayoutCompleted(Transaction);
        var funded = Samples.Funded(Transaction);

        for (var n = 0; n < 10; n++)
            await PublishAsync(funded);
        for (var n = 0; n < 10; n++)
            await PublishAsync(Samples.Cleared(Transaction));
        for (var n = 0; n < 10; n++)
            await PublishAsync(payout);

        await Eventually.TrueAsync(() => Posted(LedgerSteps.Paid).Count == 10, "ten answers to ten payouts");
        Posted(LedgerSteps.PayIn).Distinct().ShouldHaveSingleItem();
        Posted(LedgerSteps.Cleared).Distinct().ShouldHaveSingleItem();
        Posted(LedgerSteps.Paid).Distinct().ShouldHaveSingleItem();
        Events.All<FundsReserved>(Tenant).Distinct().ShouldHaveSingleItem();
        (await EntriesAsync()).Select(entry => entry.Step)
            .ShouldBe(["payin", "cleared", "reserve", "paid", "payout-fee"]);
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task The_same_message_delivered_again_has_no_effect()
    {
        var id = Guid.CreateVersion7();
        var funded = Samples.Funded(Transaction);

        await Ledger.Service.PublishAsync(Tenant, funded, id);
        await Ledger.Service.PublishAsync(Tenant, funded, id);
        await PublishAsync(new TransactionFrozen(Transaction, Samples.Paid));
        await PostedAsync(LedgerSteps.Frozen);

        Posted(LedgerSteps.PayIn).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_partner_without_funds_is_topped_up_and_the_next_number_is_reserved()
    {
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        (await RejectedAsync(1)).Code.ShouldBe("INSUFFICIENT_FUNDS");
        await PostedAsync(LedgerSteps.Cleared);

        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        await PublishAsync(Samples.ReservationRequested(Transaction, 1));
        await PublishAsync(Samples.ReservationRequested(Transaction, 2));
        var reserved = await ReservedAsync(2);
        await PublishAsync(Samples.ReservationRequested(Transaction, 2));
        await PublishAsync(Samples.ReservationRequested(Transaction, 3));
        var third = await ReservedAsync(3);

        third.EntryId.ShouldBe(reserved.EntryId);
        Events.All<FundsReserved>(Tenant).ShouldNotContain(answer => answer.ReservationNumber == 1);
        Events.All<ReservationRejected>(Tenant).Count.ShouldBe(2);
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("0.00");
        (await EntriesAsync()).Count(entry => entry.Step == LedgerSteps.Reserve).ShouldBe(1);
    }

    [Fact]
    public async Task A_second_reservation_elsewhere_is_rejected_while_one_is_held()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        await Ledger.TopUpAsync(Tenant, "other", Samples.Payout);
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        await ReservedAsync(1);

        await PublishAsync(Samples.ReservationRequested(Transaction, 2, provider: "other"));

        (await RejectedAsync(2)).Code.ShouldBe("ALREADY_RESERVED");
        (await AvailableAsync("prefund:other:NGN", "NGN")).ShouldBe("200000.00");
    }

    [Fact]
    public async Task A_fee_that_the_balance_cannot_bear_is_owed_and_settled_by_the_next_top_up()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        await ReservedAsync(1);

        await PublishAsync(Samples.PayoutCompleted(Transaction));
        await PostedAsync(LedgerSteps.Paid);
        (await AvailableAsync("owed:acme:NGN", "NGN")).ShouldBe("50.00");
        await Ledger.TopUpAsync(Tenant, "acme", Money.Of(10_000, "NGN"));

        (await AvailableAsync("owed:acme:NGN", "NGN")).ShouldBe("0.00");
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("50.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_wallet_payout_needs_no_prefunding()
    {
        var payout = Samples.PayoutCompleted(Transaction) with
        {
            PayoutMethod = PayoutMethod.Wallet, Provider = "wallet", ProviderFee = null,
        };
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction, "wallet", PayoutMethod.Wallet));
        (await ReservedAsync(1)).EntryId.ShouldBeNull();

        await PublishAsync(payout);
        await PostedAsync(LedgerSteps.Paid);

        (await AvailableAsync($"wallet:{payout.BeneficiaryId}:NGN", "NGN")).ShouldBe("200000.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_refund_after_clearing_gives_everything_back()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        await PublishAsync(Samples.RefundRequested(Transaction));
        var reserved = await Events.WaitForAsync<RefundReserved>(e => e.TransactionId == Transaction);
        await PublishAsync(Samples.RefundRequested(Transaction));
        await PublishAsync(Samples.RefundRequested(Transaction, 2));
        (await Events.WaitForAsync<RefundReserved>(e => e.TransactionId == Transaction && e.RefundNumber == 2)).EntryId
            .ShouldBe(reserved.EntryId);
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("200000.00");
        (await AvailableAsync("income:fees", "GBP")).ShouldBe("0.00");

        await PublishAsync(Samples.RefundCompleted(Transaction));
        await PublishAsync(Samples.RefundCompleted(Transaction));
        await Eventually.TrueAsync(() => Posted(LedgerSteps.Refund).Count == 2, "two answers to two messages");

        Posted(LedgerSteps.Refund).Distinct().ShouldHaveSingleItem();
        (await AvailableAsync("psp:sandbox", "GBP")).ShouldBe("0.00");
        (await EntriesAsync()).Select(entry => entry.Step).ShouldBe(
            ["payin", "cleared", "reserve", "reserve-voided", "cleared-reversed", "refund", "refunded"]);
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_reservation_asked_for_after_the_refund_is_rejected_and_holds_nothing()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        await PublishAsync(Samples.RefundRequested(Transaction));
        await PublishAsync(Samples.ReservationRequested(Transaction, 2));
        await PublishAsync(Samples.Cleared(Transaction));

        (await RejectedAsync(2)).Code.ShouldBe("NOT_PAYABLE");
        (await RejectedAsync(1)).Code.ShouldBe("NOT_PAYABLE");
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("200000.00");
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_payout_that_comes_after_the_refund_began_is_booked_as_a_loss()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Samples.Payout);
        await PublishAsync(Samples.Funded(Transaction));
        await PublishAsync(Samples.Cleared(Transaction));
        await PublishAsync(Samples.RefundRequested(Transaction));
        var payout = Samples.PayoutCompleted(Transaction);
        await PublishAsync(payout);
        await PublishAsync(payout);
        await PublishAsync(Samples.RefundCompleted(Transaction));
        await PostedAsync(LedgerSteps.Refund);

        (await AvailableAsync("loss:paid-after-refund", "NGN")).ShouldBe("200000.00");
        (await AvailableAsync("psp:sandbox", "GBP")).ShouldBe("0.00");
        Posted(LedgerSteps.Paid).ShouldBeEmpty();
        await ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_step_that_overtook_another_is_refused_and_books_nothing()
    {
        await PublishAsync(Samples.Cleared(Transaction));

        await Eventually.TrueAsync(
            async () =>
                await Ledger.CountAsync($"select count(*) from parked_messages where event_key = '{Transaction}'") > 0,
            "the message is parked");
        Events.All<EntryPosted>(Tenant).ShouldBeEmpty();
        (await Ledger.CountAsync($"select count(*) from entries where tenant_id = '{Tenant.Value}'")).ShouldBe(0);
    }

    [Fact]
    public async Task Transfers_at_once_share_a_prefunded_balance_without_ever_exceeding_it()
    {
        await Ledger.TopUpAsync(Tenant, "acme", Money.Of(Samples.Payout.MinorUnits * 3, "NGN"));
        var transfers = Enumerable.Range(0, 8).Select(_ => TransactionId.New()).ToArray();

        await Task.WhenAll(transfers.Select(async transfer =>
        {
            await Ledger.Service.PublishAsync(Tenant, Samples.Funded(transfer));
            await Ledger.Service.PublishAsync(Tenant, Samples.Cleared(transfer));
        }));
        await Eventually.TrueAsync(
            () => Events.All<FundsReserved>(Tenant).Count + Events.All<ReservationRejected>(Tenant).Count == 8,
            "eight answers");

        Events.All<FundsReserved>(Tenant).Count.ShouldBe(3);
        (await AvailableAsync("prefund:acme:NGN", "NGN")).ShouldBe("0.00");
        await ShouldBeSoundAsync();
    }
}
