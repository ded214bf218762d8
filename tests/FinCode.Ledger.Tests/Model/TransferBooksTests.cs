using FinCode.Contracts;
using FinCode.Ledger.Model;

namespace FinCode.Ledger.Tests.Model;

/// <summary>
/// The worked example of the design: 102.00 GBP in, 100.00 converts to 200,000.00 NGN worth 98.50, fee 2.00.
/// </summary>
public sealed class TransferBooksTests
{
    private static readonly TransactionId Transaction = TransactionId.Parse("txn_01985a3c1d2e7f4aa1b2c3d4e5f60718");
    private const string Id = "txn_01985a3c1d2e7f4aa1b2c3d4e5f60718";

    [Fact]
    public void The_pay_in_stands_in_transit()
    {
        var entry = TransferBooks.PayIn(Samples.Funded(Transaction, Money.Of(10_200, "GBP")));

        entry.Key.Text.ShouldBe($"{Id}:payin:1");
        Text(entry.Legs).ShouldBe(["Dr psp:sandbox 102.00 GBP", $"Cr transit:{Id} 102.00 GBP"]);
    }

    [Fact]
    public void Money_at_the_bank_is_safeguarded_in_its_currency()
    {
        var entry = TransferBooks.PayIn(Samples.Funded(Transaction, Money.Of(10_200, "GBP"), "safeguarding"));

        Text(entry.Legs)[0].ShouldBe("Dr safeguarding:GBP 102.00 GBP");
    }

    [Fact]
    public void Clearing_books_the_conversion_the_margin_and_the_fee()
    {
        var entry = TransferBooks.Cleared(Samples.Cleared(Transaction));

        entry.Key.Text.ShouldBe($"{Id}:cleared:1");
        Text(entry.Legs).ShouldBe(
        [
            $"Dr transit:{Id} 102.00 GBP", "Cr fx:GBP 98.50 GBP", "Cr income:fx 1.50 GBP", "Cr income:fees 2.00 GBP",
            "Dr fx:NGN 200000.00 NGN", $"Cr payable:{Id} 200000.00 NGN",
        ]);
    }

    [Theory]
    [InlineData("JPY", 19_234, "Dr fx:JPY 19234 JPY")]
    [InlineData("KWD", 38_765, "Dr fx:KWD 38.765 KWD")]
    [InlineData("UGX", 480_001, "Dr fx:UGX 480001 UGX")]
    public void Currencies_without_minor_units_and_with_three_decimals_are_booked_to_the_last_unit(
        string currency, long minorUnits, string expected)
    {
        var cleared = Samples.Cleared(Transaction) with { PayoutAmount = Money.Of(minorUnits, currency) };

        var legs = TransferBooks.Cleared(cleared).Legs;

        Text(legs).ShouldContain(expected);
        ShouldBalance(legs);
    }

    [Fact]
    public void A_rate_that_costs_us_money_is_a_loss_on_the_margin()
    {
        var cleared = Samples.Cleared(Transaction) with
        {
            MidValue = Money.Of(10_050, "GBP"), FxIncome = Money.Of(-50, "GBP"),
        };

        var legs = TransferBooks.Cleared(cleared).Legs;

        Text(legs).ShouldContain("Dr income:fx 0.50 GBP");
        ShouldBalance(legs);
    }

    [Fact]
    public void Nothing_is_booked_for_a_margin_and_a_fee_of_zero()
    {
        var cleared = Samples.Cleared(Transaction) with
        {
            MidValue = Money.Of(10_200, "GBP"), FxIncome = Money.Of(0, "GBP"), Fee = Money.Of(0, "GBP"),
        };

        var legs = TransferBooks.Cleared(cleared).Legs;

        legs.Count.ShouldBe(4);
        ShouldBalance(legs);
    }

    [Fact]
    public void A_transfer_within_one_currency_passes_its_position_both_ways()
    {
        var cleared = Samples.Cleared(Transaction) with
        {
            MidValue = Money.Of(10_000, "GBP"), FxIncome = Money.Of(0, "GBP"), PayoutAmount = Money.Of(10_000, "GBP"),
        };

        var legs = TransferBooks.Cleared(cleared).Legs;

        Text(legs).ShouldContain("Cr fx:GBP 100.00 GBP");
        Text(legs).ShouldContain("Dr fx:GBP 100.00 GBP");
        ShouldBalance(legs);
    }

    [Fact]
    public void The_reservation_would_take_the_payout_from_the_partner()
    {
        var entry = TransferBooks.Reserve(Transaction, "acme", Money.Of(20_000_000, "NGN"), 3);

        entry.Key.Text.ShouldBe($"{Id}:reserve:3");
        Text(entry.Legs).ShouldBe([$"Dr payable:{Id} 200000.00 NGN", "Cr prefund:acme:NGN 200000.00 NGN"]);
    }

    [Fact]
    public void A_payout_posts_the_reservation_and_books_the_providers_fee()
    {
        var completed = Samples.PayoutCompleted(Transaction);
        var reserved = Booked(TransferBooks.Reserve(Transaction, "acme", completed.Amount, 2));

        var paid = TransferBooks.Paid(completed, new TransferEntries(Transaction, [reserved]));

        paid.ShouldBe(new Commit(EntryKey.Of(Transaction, LedgerSteps.Paid, 1), reserved.Id)
        {
            Details = new EntryDetails(Reference: completed.AttemptId.ToString()),
        });
        Text(TransferBooks.ProviderFee(completed, owed: false)!.Legs)
            .ShouldBe(["Dr expense:payout 50.00 NGN", "Cr prefund:acme:NGN 50.00 NGN"]);
        Text(TransferBooks.ProviderFee(completed, owed: true)!.Legs)
            .ShouldBe(["Dr expense:payout 50.00 NGN", "Cr owed:acme:NGN 50.00 NGN"]);
        TransferBooks.ProviderFee(completed with { ProviderFee = null }, owed: false).ShouldBeNull();
    }

    [Fact]
    public void A_payout_of_another_amount_or_by_another_provider_is_not_the_one_reserved()
    {
        var completed = Samples.PayoutCompleted(Transaction);
        var reserved = Booked(TransferBooks.Reserve(Transaction, "acme", completed.Amount, 1));
        var booked = new TransferEntries(Transaction, [reserved]);

        TransferBooks.Paid(completed with { Amount = Money.Of(1, "NGN") }, booked).ShouldBeNull();
        TransferBooks.Paid(completed with { Provider = "other" }, booked).ShouldBeNull();
        TransferBooks.Paid(completed, new TransferEntries(Transaction, [])).ShouldBeNull();
    }

    [Fact]
    public void A_wallet_payout_moves_what_is_payable_to_the_beneficiary()
    {
        var completed = Samples.PayoutCompleted(Transaction) with
        {
            PayoutMethod = PayoutMethod.Wallet, Provider = "wallet",
        };

        var paid = TransferBooks.Paid(completed, new TransferEntries(Transaction, [])).ShouldBeOfType<Post>();

        Text(paid.Legs).ShouldBe(
            [$"Dr payable:{Id} 200000.00 NGN", $"Cr wallet:{completed.BeneficiaryId}:NGN 200000.00 NGN"]);
    }

    [Fact]
    public void A_refund_undoes_what_stands_in_order_and_reserves_the_whole_amount()
    {
        var cleared = Booked(TransferBooks.Cleared(Samples.Cleared(Transaction)));
        var reserved = Booked(TransferBooks.Reserve(Transaction, "acme", Money.Of(20_000_000, "NGN"), 2));
        var refund = new RefundRequested(Transaction, Money.Of(10_200, "GBP"), "psp:sandbox", 1);

        var instructions = TransferBooks.Refund(refund, new TransferEntries(Transaction, [cleared, reserved]));

        instructions.Count.ShouldBe(3);
        instructions[0].ShouldBe(new Release(EntryKey.Of(Transaction, BookSteps.ReservationVoided, 2), reserved.Id));
        instructions[1].ShouldBe(new Reverse(EntryKey.Of(Transaction, BookSteps.ClearedReversed, 1), cleared.Id));
        var hold = instructions[2].ShouldBeOfType<Hold>();
        hold.Key.Text.ShouldBe($"{Id}:refund:1");
        Text(hold.Legs).ShouldBe([$"Dr transit:{Id} 102.00 GBP", "Cr psp:sandbox 102.00 GBP"]);
    }

    [Fact]
    public void What_was_undone_before_is_not_undone_again()
    {
        var cleared = Booked(TransferBooks.Cleared(Samples.Cleared(Transaction))) with { IsReversed = true };
        var reserved = Booked(TransferBooks.Reserve(Transaction, "acme", Money.Of(20_000_000, "NGN"), 1))
            with { Resolution = EntryForm.Voided };
        var refund = new RefundRequested(Transaction, Money.Of(10_200, "GBP"), "psp:sandbox", 1);

        var instructions = TransferBooks.Refund(refund, new TransferEntries(Transaction, [cleared, reserved]));

        instructions.ShouldHaveSingleItem().ShouldBeOfType<Hold>();
    }

    [Fact]
    public void Freezing_undoes_a_refund_that_was_about_to_leave()
    {
        var refund = new RefundRequested(Transaction, Money.Of(10_200, "GBP"), "psp:sandbox", 1);
        var pending = Booked(TransferBooks.Refund(refund, new TransferEntries(Transaction, []))[0]);

        var instructions = TransferBooks.Frozen(
            new TransactionFrozen(Transaction, refund.Amount), new TransferEntries(Transaction, [pending]));

        instructions[0].ShouldBe(new Release(EntryKey.Of(Transaction, BookSteps.RefundVoided, 1), pending.Id));
        Text(((Post)instructions[1]).Legs).ShouldBe([$"Dr transit:{Id} 102.00 GBP", $"Cr frozen:{Id} 102.00 GBP"]);
    }

    [Fact]
    public void A_top_up_bought_with_another_currency_opens_both_positions()
    {
        var key = EntryKey.OfRequest(BookSteps.TopUp, "k1");

        var bought = Prefunding.TopUp(key, "acme", Money.Of(20_000_000, "NGN"), Money.Of(9_850, "GBP"));
        var moved = Prefunding.TopUp(key, "acme", Money.Of(500, "GBP"), Money.Of(500, "GBP"));

        Text(bought.Legs).ShouldBe(
        [
            "Dr prefund:acme:NGN 200000.00 NGN", "Cr fx:NGN 200000.00 NGN", "Dr fx:GBP 98.50 GBP",
            "Cr own:GBP 98.50 GBP",
        ]);
        Text(moved.Legs).ShouldBe(["Dr prefund:acme:GBP 5.00 GBP", "Cr own:GBP 5.00 GBP"]);
    }

    private static IReadOnlyList<string> Text(IReadOnlyList<Leg> legs) =>
        [.. legs.Select(leg => $"{(leg.Side == Side.Debit ? "Dr" : "Cr")} {leg.Code} {leg.Amount}")];

    private static void ShouldBalance(IReadOnlyList<Leg> legs)
    {
        foreach (var currency in legs.GroupBy(leg => leg.Amount.Currency))
            currency.Sum(leg => leg.Side == Side.Debit ? leg.Amount.MinorUnits : -leg.Amount.MinorUnits).ShouldBe(0);
    }

    private static BookedEntry Booked(Instruction instruction) => new(
        1, EntryId.New(), instruction.Key, instruction is Hold ? EntryForm.Pending : EntryForm.Posted, null, null, null,
        EntryDetails.None, new byte[32], DateTimeOffset.UnixEpoch, null, null,
        [.. (instruction is Hold hold ? hold.Legs : ((Post)instruction).Legs)
            .Select(leg => new BookedLeg(leg, 0, 0, 0))]);
}
