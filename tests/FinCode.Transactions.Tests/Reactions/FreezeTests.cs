using System.Net;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Reactions;

/// <summary>Frozen money moves by nothing but the end of its freeze, and then as if it had never stood.</summary>
public sealed class FreezeTests
{
    [Theory]
    [InlineData(false, "VERIFYING/FROZEN")]
    [InlineData(true, "PENDING_REFUND/FROZEN")]
    public async Task Every_door_is_closed_while_it_is_frozen(bool isCancelled, string standing)
    {
        var desk = await Desk.OpenAsync();
        var made = await FreezeAsync(desk);
        for (var i = 0; isCancelled && i < 2; i++)
            (await made.CancelAsync()).EnsureSuccessStatusCode();

        (await made.CorrectAsync(Desk.NewAccount())).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        await made.ScreenedAsync(round: 1);
        await made.ScreenedAsync(ScreeningOutcome.Reject, round: 1);
        await made.DecidedAsync(CaseDecision.Release);
        await made.DecidedAsync(CaseDecision.Reject);
        await made.DecidedAsync(CaseDecision.Reject, round: 2);
        await made.ReservedAsync();
        await made.RefundReservedAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.BookedAsync(LedgerSteps.Frozen);
        await made.PayAsync(paymentId: "second-" + made.PaymentId);
        await desk.Service.PublishAsync(desk.Tenant, new ScreeningBasisChanged(desk.Tenant, null, 2));
        var marker = await desk.CreateAsync();
        await marker.PayAsync();
        await marker.AtStageAsync("SCREENING");
        await Eventually.TrueAsync(async () => await desk.ScalarAsync<long>(
            "select count(*) from screening_basis where tenant_id = $1", desk.Tenant.Value) == 1, "the last message");

        (await made.StageAsync()).ShouldBe(standing);
        made.AllPublished<TransactionFrozen>().ShouldHaveSingleItem();
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
        made.AllPublished<TransactionUnfrozen>().ShouldBeEmpty();
        (await made.CountAsync("payout_attempts")).ShouldBe(0);
        (await made.CountAsync("refund_attempts")).ShouldBe(0);
    }

    [Fact]
    public async Task A_release_moves_the_money_back_and_clears_it_anew_once_however_often_it_is_told()
    {
        var desk = await Desk.OpenAsync();
        var made = await FreezeAsync(desk);
        var caseId = CaseId.New();

        await made.FreezeEndedAsync(FreezeOutcome.Release, caseId);
        await made.FreezeEndedAsync(FreezeOutcome.Release, caseId);
        await made.FreezeEndedAsync(FreezeOutcome.Refund, caseId);
        await made.AtStageAsync("RESERVING");

        (await made.PublishedAsync<TransactionUnfrozen>()).ShouldBe(new TransactionUnfrozen(made.Id, made.Total, 1));
        var cleared = await made.PublishedAsync<TransactionCleared>();
        (cleared.ClearanceNumber, cleared.ReservationNumber).ShouldBe((2, 1));
        await made.ReservedAsync();
        await made.AtStageAsync("SUBMITTED");
        made.AllPublished<TransactionUnfrozen>().ShouldHaveSingleItem();
        made.AllPublished<TransactionCleared>().ShouldHaveSingleItem();
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refund_moves_the_money_back_and_to_the_sender()
    {
        var desk = await Desk.OpenAsync();
        var made = await FreezeAsync(desk);

        await made.FreezeEndedAsync(FreezeOutcome.Refund);
        await made.AtStageAsync("REFUND_RESERVING");
        await made.RefundReservedAsync();
        await made.AtStageAsync("REFUND_SUBMITTED");

        (await made.StatusAsync()).ShouldBe("PENDING_REFUND");
        (await made.PublishedAsync<RefundRequested>()).Amount.ShouldBe(made.Total);
        made.AllPublished<TransactionUnfrozen>().ShouldHaveSingleItem();
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_reservation_that_was_held_is_made_anew_and_the_second_freeze_has_a_number_of_its_own()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("FROZEN");
        var first = CaseId.New();
        await made.FreezeEndedAsync(FreezeOutcome.Release, first);
        await made.AtStageAsync("RESERVING");
        await made.ReservedAsync(number: 1);
        (await made.PublishedAsync<TransactionCleared>(one => one.ClearanceNumber == 2)).ReservationNumber.ShouldBe(2);

        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.AtStageAsync("FROZEN");
        (await made.PublishedAsync<TransactionFrozen>(one => one.FreezeNumber == 2)).Amount.ShouldBe(made.Total);
        await made.FreezeEndedAsync(FreezeOutcome.Release, first);
        await made.FreezeEndedAsync(FreezeOutcome.Refund, round: 2);
        await made.AtStageAsync("REFUND_RESERVING");

        await made.PublishedAsync<TransactionUnfrozen>(one => one.FreezeNumber == 2);
        made.AllPublished<TransactionUnfrozen>().Select(one => one.FreezeNumber).ShouldBe([1, 2]);
        (await made.CountAsync("payout_attempts")).ShouldBe(0);
    }

    [Theory]
    [InlineData(FreezeOutcome.Release)]
    [InlineData(FreezeOutcome.Refund)]
    public async Task What_the_sender_cancelled_while_it_was_frozen_goes_back_when_that_ends(FreezeOutcome outcome)
    {
        var desk = await Desk.OpenAsync();
        var made = await FreezeAsync(desk);
        (await made.CancelAsync()).EnsureSuccessStatusCode();

        await made.FreezeEndedAsync(outcome);
        await made.AtStageAsync("REFUND_RESERVING");
        await made.RefundReservedAsync();
        await made.AtStageAsync("REFUND_SUBMITTED");

        made.AllPublished<TransactionUnfrozen>().ShouldHaveSingleItem();
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
        desk.Provider.SentFor(made.Key).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_decision_to_freeze_that_comes_again_after_its_freeze_ended_freezes_nothing()
    {
        var desk = await Desk.OpenAsync();
        var made = await FreezeAsync(desk);
        // Of two cases that froze it only the last one tells of the end.
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.FreezeEndedAsync(FreezeOutcome.Release, round: 2);
        await made.AtStageAsync("RESERVING");

        await made.DecidedAsync(CaseDecision.Freeze, round: 1);
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.ReservedAsync();
        await made.AtStageAsync("SUBMITTED");
        made.AllPublished<TransactionFrozen>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Under_older_lists_it_is_screened_before_it_goes_on()
    {
        var desk = await Desk.OpenAsync();
        var made = await FreezeAsync(desk);
        await BasisAsync(desk, 2);

        await made.FreezeEndedAsync(FreezeOutcome.Release, policy: 1);

        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        await made.AtStageAsync("SCREENING");
        await made.ScreenedAsync(ScreeningOutcome.Review, round: 2, policy: 2);
        await made.AtStageAsync("IN_REVIEW");
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.AtStageAsync("FROZEN");
    }

    [Fact]
    public async Task What_was_paid_out_while_it_stood_is_neither_paid_again_nor_refunded()
    {
        var desk = await Desk.OpenAsync();
        var made = await FreezeAsync(desk);
        var attempt = AttemptId.New();
        await desk.ExecuteAsync("""
            insert into payout_attempts (id, tenant_id, transaction_id, number, provider, method, amount_minor,
                currency, state, first_sent_at, sends, failure_code, retryable, created_at, updated_at)
            select $1, tenant_id, id, 1, payout_provider, payout_method, receive_minor, receive_currency, 'FAILED',
                now(), 1, 'PROVIDER_DOWN', true, now(), now() from transactions where id = $2
            """, attempt.Value, made.Id.Value);
        (await made.PayoutCallbackAsync(attempt.ToString(), "COMPLETED")).EnsureSuccessStatusCode();
        await made.PublishedAsync<PayoutCompleted>();

        await made.FreezeEndedAsync(FreezeOutcome.Refund);
        await made.AtStageAsync("MANUAL_REVIEW");

        (await made.CountAsync("anomalies", "kind = 'FREEZE_ENDED_AFTER_PAYOUT' and owner = 'FINANCE'")).ShouldBe(1);
        made.AllPublished<TransactionUnfrozen>().ShouldBeEmpty();
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
    }

    [Fact]
    public async Task Where_nothing_is_frozen_the_end_of_a_freeze_moves_nothing()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToSubmittedAsync();
        await made.FreezeEndedAsync(FreezeOutcome.Refund);
        await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED");
        await made.AtStageAsync("COMPLETING");

        made.AllPublished<TransactionUnfrozen>().ShouldBeEmpty();
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refund_under_older_lists_waits_until_its_recipient_is_screened()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        await BasisAsync(desk, 2);
        (await made.CancelAsync()).EnsureSuccessStatusCode();

        var asked = await made.PublishedAsync<ScreeningRequested>();
        (asked.ScreeningRound, asked.RefundOnly).ShouldBe((2, true));
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/REFUND_SCREENING");
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
        await made.ScreenedAsync(round: 2, policy: 2);
        await made.ScreenedAsync(round: 2, policy: 2);
        await made.AtStageAsync("REFUND_RESERVING");
        await made.RefundReservedAsync();
        await made.AtStageAsync("REFUND_SUBMITTED");
        made.AllPublished<RefundRequested>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_refund_that_is_about_to_leave_is_held_back_by_newer_lists_and_frozen_by_a_true_match()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.DecidedAsync(CaseDecision.Reject);
        await made.AtStageAsync("REFUND_RESERVING");
        await BasisAsync(desk, 2);
        await made.RefundReservedAsync();

        await made.AtStageAsync("REFUND_SCREENING");
        (await made.CountAsync("refund_attempts", "state = 'WITHDRAWN'")).ShouldBe(1);
        await made.ScreenedAsync(ScreeningOutcome.Review, round: 2, policy: 2);
        await made.AtStageAsync("REFUND_IN_REVIEW");
        await made.DecidedAsync(CaseDecision.Freeze, round: 2, policy: 2);
        await made.AtStageAsync("FROZEN");
        await made.PublishedAsync<TransactionFrozen>();
        await made.FreezeEndedAsync(FreezeOutcome.Release, round: 2, policy: 2);
        await made.AtStageAsync("REFUND_RESERVING");
        await made.RefundReservedAsync(number: 2);
        await made.AtStageAsync("REFUND_SUBMITTED");

        (await made.CountAsync("refund_attempts")).ShouldBe(2);
        desk.Provider.SentFor(made.PaymentId).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_two_officers_reject_under_the_newest_lists_goes_back_at_once()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await BasisAsync(desk, 2);
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(ScreeningOutcome.Review, policy: 2);
        await made.DecidedAsync(CaseDecision.Reject, policy: 2);
        await made.AtStageAsync("REFUND_RESERVING");

        made.AllPublished<ScreeningRequested>().ShouldBeEmpty();
    }

    private static async Task<Made> FreezeAsync(Desk desk)
    {
        var made = await desk.CreateAsync();
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("FROZEN");
        return made;
    }

    private static async Task BasisAsync(Desk desk, long policy)
    {
        await desk.Service.PublishAsync(desk.Tenant, new ScreeningBasisChanged(desk.Tenant, null, policy));
        await Eventually.HoldsAsync(async () => (await desk.ScalarAsync<long>(
            "select coalesce(max(policy_version), 0) from screening_basis where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(policy));
    }
}
