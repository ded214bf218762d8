using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Reactions;

/// <summary>Booking, screening and cases, in any order and more than once.</summary>
public sealed class GateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Booked_and_cleared_in_either_order_and_twice_reserves_once(bool bookedFirst)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        for (var i = 0; i < 2; i++)
        {
            if (bookedFirst)
                await made.BookedAsync(LedgerSteps.PayIn);
            await made.ScreenedAsync();
            if (!bookedFirst)
                await made.BookedAsync(LedgerSteps.PayIn);
        }
        await made.AtStageAsync("RESERVING");
        var cleared = await made.PublishedAsync<TransactionCleared>();
        cleared.Paid.ShouldBe(cleared.MidValue + cleared.FxIncome + cleared.Fee);
        cleared.Paid.ShouldBe(made.Total);
        cleared.PayoutAmount.ShouldBe(Money.Of(19_700_000, "NGN"));
        cleared.Provider.ShouldBe("sandbox-bank");
        cleared.ReservationNumber.ShouldBe(1);
        (await made.CountAsync("timeline", "event = 'GATES_OPENED'")).ShouldBe(1);
        (await made.CountAsync("anomalies")).ShouldBe(0);
    }

    [Fact]
    public async Task The_same_event_twice_has_one_effect()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        var id = Guid.CreateVersion7();
        var reserved = new FundsReserved(made.Id, 1, EntryId.New());
        await desk.Service.PublishAsync(desk.Tenant, reserved, id);
        await desk.Service.PublishAsync(desk.Tenant, reserved, id);
        await made.ReservedAsync();
        await made.AtStageAsync("SUBMITTED");
        (await made.CountAsync("payout_attempts")).ShouldBe(1);
        (await made.SentReferenceAsync()).ShouldStartWith("att_");
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_held_transfer_looks_like_a_clear_one_until_it_is_decided()
    {
        var desk = await Desk.OpenAsync();
        var clear = await desk.CreateAsync();
        var held = await desk.CreateAsync();
        await clear.PayAsync();
        await held.PayAsync();
        await clear.BookedAsync(LedgerSteps.PayIn);
        await clear.ScreenedAsync();
        await clear.AtStageAsync("RESERVING");
        await held.BookedAsync(LedgerSteps.PayIn);
        await held.ScreenedAsync(ScreeningOutcome.Review);
        await held.AtStageAsync("IN_REVIEW");

        (await PublicFaceAsync(desk, held)).ShouldBe(await PublicFaceAsync(desk, clear));
        foreach (var role in (string[])[Roles.Cashier, Roles.Agent, Roles.Manager])
            (await desk.GetAsync($"/v1/transactions/{held.Id}/timeline", role)).ToString().ShouldNotContain("stage");
        (await desk.GetAsync($"/v1/transactions/{held.Id}/timeline", Roles.Compliance)).ToString()
            .ShouldContain("IN_REVIEW");
    }

    [Fact]
    public async Task A_released_case_goes_on_and_may_overtake_the_answer_that_opened_it()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.DecidedAsync(CaseDecision.Release);
        await made.AtStageAsync("RESERVING");
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.DecidedAsync(CaseDecision.Release);
        await made.ReservedAsync();
        await made.AtStageAsync("SUBMITTED");
        (await made.CountAsync("timeline", "event = 'GATES_OPENED'")).ShouldBe(1);
        (await made.CountAsync("timeline", "event = 'SCREENING_NEEDS_REVIEW'")).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rejection_refunds_everything_with_a_neutral_reason(bool byCase)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.ScreenedAsync(byCase ? ScreeningOutcome.Review : ScreeningOutcome.Reject);
        for (var i = 0; byCase && i < 2; i++)
            await made.DecidedAsync(CaseDecision.Reject);
        await made.AtStageAsync("REFUND_RESERVING");
        (await made.PublishedAsync<RefundRequested>()).ShouldBe(
            new RefundRequested(made.Id, made.Total, "psp:sandbox-payin", 1));
        (await made.PublishedAsync<TransactionStatusChanged>(e => e.To == TransactionStatus.PendingRefund))
            .Reason.ShouldBe(StatusReasons.CouldNotBeProcessed);
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.RefundReservedAsync();
        await made.AtStageAsync("REFUND_SUBMITTED");
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
        made.AllPublished<RefundRequested>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_true_match_freezes_the_money_and_stays_verifying()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("FROZEN");
        (await made.PublishedAsync<TransactionFrozen>()).Amount.ShouldBe(made.Total);
        (await made.StatusAsync()).ShouldBe("VERIFYING");
        await made.BookedAsync(LedgerSteps.Frozen);
        await made.ScreenedAsync();
        await made.ReservedAsync();
        (await made.StageAsync()).ShouldBe("VERIFYING/FROZEN");
        made.AllPublished<TransactionFrozen>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_clearance_under_an_older_policy_is_asked_for_again()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await BasisAsync(desk, policy: 5);
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(policy: 4);
        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        await made.ScreenedAsync(policy: 5, round: 1);
        await made.ScreenedAsync(policy: 5, round: 2);
        await made.AtStageAsync("RESERVING");
    }

    [Fact]
    public async Task A_policy_that_changes_while_funds_are_awaited_screens_again_before_anything_leaves()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        await BasisAsync(desk, policy: 9);
        await made.ReservedAsync();
        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        (await made.CountAsync("payout_attempts", "state = 'WITHDRAWN'")).ShouldBe(1);
        desk.Provider.SentFor(made.Key).ShouldBeEmpty();

        await made.ScreenedAsync(policy: 9, round: 2);
        await made.AtStageAsync("SUBMITTED");
        (await made.CountAsync("payout_attempts", "number = 1 and state = 'SUBMITTED'")).ShouldBe(1);
        await made.PublishedAsync<PayoutSubmitted>();
        made.AllPublished<TransactionCleared>().Count.ShouldBe(1);
        made.AllPublished<PayoutSubmitted>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task Versions_only_rise_and_are_of_their_tenant()
    {
        var desk = await Desk.OpenAsync();
        var other = await Desk.OpenAsync();
        await BasisAsync(desk, policy: 7);
        await desk.Service.PublishAsync(desk.Tenant, new ScreeningBasisChanged(desk.Tenant, null, 3));
        await BasisAsync(other, policy: 1);
        (await desk.ScalarAsync<long>("select policy_version from screening_basis where tenant_id = $1",
            desk.Tenant.Value))
            .ShouldBe(7);
    }

    [Fact]
    public async Task A_transfer_that_cannot_be_covered_waits_and_asks_again_until_it_is()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        await made.NotReservedAsync();
        (await made.PublishedAsync<ReservationRequested>(e => e.ReservationNumber == 2)).PayoutAmount
            .ShouldBe(Money.Of(19_700_000, "NGN"));
        await made.NotReservedAsync(1);
        await made.NotReservedAsync(2);
        await made.PublishedAsync<ReservationRequested>(e => e.ReservationNumber == 3);
        await made.ReservedAsync(3);
        await made.AtStageAsync("SUBMITTED");
        made.AllPublished<ReservationRequested>().Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("NOT_PAYABLE")]
    [InlineData("ALREADY_RESERVED")]
    public async Task What_the_books_will_not_pay_out_is_a_persons_work_and_not_asked_for_again(string code)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        for (var i = 0; i < 2; i++)
            await desk.Service.PublishAsync(desk.Tenant, new ReservationRejected(made.Id, 1, code));
        await made.AtStageAsync("MANUAL_REVIEW");
        (await made.StatusAsync()).ShouldBe("VERIFYING");
        (await made.CountAsync("anomalies", "kind = 'RESERVATION_REFUSED' and owner = 'FINANCE'")).ShouldBe(1);
        await made.ReservedAsync();
        await made.BookedAsync(LedgerSteps.Cleared);
        (await desk.ScalarAsync<int>("select reservation_number from transactions where id = $1", made.Id.Value))
            .ShouldBe(1);
        desk.Provider.SentFor(made.Key).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_compliance_says_of_an_unpaid_transfer_is_recorded_without_effect()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ScreenedAsync();
        await made.DecidedAsync(CaseDecision.Freeze);
        await Eventually.HoldsAsync(async () => (await made.CountAsync("anomalies")).ShouldBe(2));
        (await made.StageAsync()).ShouldBe("WAITING_TO_PAY/AWAITING_PAYMENT");
        (await desk.GetAsync("/v1/anomalies", Roles.Compliance)).GetProperty("items").GetArrayLength().ShouldBe(2);
    }

    private static async Task BasisAsync(Desk desk, long policy)
    {
        await desk.Service.PublishAsync(desk.Tenant, new ScreeningBasisChanged(desk.Tenant, null, policy));
        await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<long>(
            "select coalesce(max(policy_version), 0) from screening_basis where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(policy));
    }

    /// <summary>All that a partner can see of a transfer, without what tells any two transfers apart.</summary>
    private static async Task<string> PublicFaceAsync(Desk desk, Made made)
    {
        var transaction = (await desk.GetAsync($"/v1/transactions/{made.Id}")).EnumerateObject()
            .Where(member => member.Name is not ("id" or "pcn" or "quoteId" or "createdAt" or "beneficiary"))
            .Select(member => $"{member.Name}={member.Value}");
        var timeline = (await desk.GetAsync($"/v1/transactions/{made.Id}/timeline")).GetProperty("items")
            .EnumerateArray()
            .Select(item => string.Join(',', item.EnumerateObject().Where(member => member.Name != "at").Select(m =>
                $"{m}")));
        return string.Join('\n', transaction.Concat(timeline));
    }
}
