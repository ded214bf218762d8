using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Reactions;

/// <summary>A customer is a true match: what is under way is put before compliance again, and freezes where it stands.
/// </summary>
public sealed class CustomerFrozenTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_payout_on_its_way_is_screened_again_once_and_recalled(bool isSender)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToSubmittedAsync();
        var other = await desk.CreateAsync(change: request => request["sender"] = new
        {
            kind = "PERSON", fullName = "Katherine Johnson", dateOfBirth = "1978-08-26", country = "GB",
            address = "2 Bank Street",
        });
        await other.ToSubmittedAsync();

        for (var i = 0; i < 2; i++)
            await FrozenAsync(desk, made, isSender);

        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        await made.ScreenedAsync(ScreeningOutcome.Review, round: 2);
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.AtStageAsync("FROZEN");
        await FrozenAsync(desk, made, isSender);
        await made.PublishedAsync<TransactionFrozen>();
        made.AllPublished<ScreeningRequested>().ShouldHaveSingleItem();
        other.AllPublished<ScreeningRequested>().ShouldBeEmpty();
        (await other.StageAsync()).ShouldBe("VERIFYING/SUBMITTED");
    }

    [Fact]
    public async Task A_payout_that_was_let_pass_does_not_leave_before_compliance_has_answered()
    {
        var made = await LetPassAsync();

        (await made.CountAsync("payout_attempts", "state = 'WITHDRAWN'")).ShouldBe(1);
        await made.ScreenedAsync(ScreeningOutcome.Review, round: 2);
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.AtStageAsync("FROZEN");

        made.Desk.Provider.SentFor(made.Key).ShouldBeEmpty();
        made.AllPublished<ScreeningRequested>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Where_the_freeze_has_ended_by_then_it_goes_on()
    {
        var made = await LetPassAsync();

        await made.ScreenedAsync(round: 2);

        await made.AtStageAsync("SUBMITTED");
        made.Desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_waits_for_an_answer_or_a_case_is_left_to_compliance()
    {
        var desk = await Desk.OpenAsync();
        var screening = await desk.CreateAsync();
        await screening.PayAsync();
        var held = await desk.CreateAsync();
        await held.PayAsync();
        await held.ScreenedAsync(ScreeningOutcome.Review);
        await held.AtStageAsync("IN_REVIEW");
        var unpaid = await desk.CreateAsync();
        var submitted = await desk.CreateAsync();
        await submitted.ToSubmittedAsync();
        foreach (var made in (Made[])[screening, held, unpaid, submitted])
            await FrozenAsync(desk, made);
        await submitted.PublishedAsync<ScreeningRequested>();

        foreach (var made in (Made[])[screening, held, unpaid])
            made.AllPublished<ScreeningRequested>().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_from_before_that_comes_late_lets_nothing_pass(bool isReleased)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        if (isReleased)
        {
            await made.ScreenedAsync(ScreeningOutcome.Review);
            await made.AtStageAsync("IN_REVIEW");
        }
        await FrozenAsync(desk, made);
        await HeardAsync(made);

        if (isReleased)
            await made.DecidedAsync(CaseDecision.Release);
        else
            await made.ScreenedAsync();

        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        await made.AtStageAsync("SCREENING");
        made.AllPublished<TransactionCleared>().ShouldBeEmpty();
        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("RESERVING");
    }

    [Fact]
    public async Task An_answer_from_before_that_comes_late_refunds_nothing()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.AtStageAsync("REFUND_SCREENING");
        await FrozenAsync(desk, made);
        await HeardAsync(made);

        await made.ScreenedAsync();

        (await made.PublishedAsync<ScreeningRequested>()).RefundOnly.ShouldBeTrue();
        await made.AtStageAsync("REFUND_SCREENING");
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
        await made.ScreenedAsync(round: 2);
        await made.PublishedAsync<RefundRequested>();
    }

    [Fact]
    public async Task A_refund_to_a_frozen_sender_waits_and_is_frozen()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.AtStageAsync("REFUND_RESERVING");
        await FrozenAsync(desk, made, isSender: false);
        await FrozenAsync(desk, made);

        (await made.PublishedAsync<ScreeningRequested>()).RefundOnly.ShouldBeTrue();
        await made.RefundReservedAsync();
        await made.AtStageAsync("REFUND_SCREENING");
        (await made.CountAsync("refund_attempts", "state = 'WITHDRAWN'")).ShouldBe(1);
        await made.ScreenedAsync(ScreeningOutcome.Review, round: 2);
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.AtStageAsync("FROZEN");

        await made.PublishedAsync<TransactionFrozen>();
        made.AllPublished<ScreeningRequested>().ShouldHaveSingleItem();
        desk.Provider.SentFor(made.PaymentId).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refund_that_has_left_is_told()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.RefundReservedAsync();
        await made.AtStageAsync("REFUND_SUBMITTED");

        await made.DecidedAsync(CaseDecision.Freeze, round: 1);

        await Eventually.TrueAsync(async () => await made.CountAsync("anomalies",
            "kind = 'FREEZE_AFTER_REFUND' and owner = 'COMPLIANCE'") == 1, "the anomaly");
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/REFUND_SUBMITTED");
        made.AllPublished<TransactionFrozen>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_waits_for_a_correction_is_frozen_where_it_stands_and_waits_again_afterwards()
    {
        var desk = await Desk.OpenAsync();
        var made = await FailedAsync(desk);

        (await made.StageAsync()).ShouldBe("FAILED_TO_DELIVER/FROZEN");
        await made.PublishedAsync<TransactionFrozen>();
        await made.FreezeEndedAsync(FreezeOutcome.Release, round: 2);
        await made.AtStageAsync("AWAITING_CORRECTION");
        await made.PublishedAsync<TransactionUnfrozen>();
        (await made.CorrectAsync(Desk.NewAccount())).EnsureSuccessStatusCode();
        await made.ScreenedAsync(round: 3);
        await made.AtStageAsync("RESERVING");
    }

    [Fact]
    public async Task A_correction_of_what_is_frozen_is_taken_and_screened_when_that_ends()
    {
        var desk = await Desk.OpenAsync();
        var made = await FailedAsync(desk);

        (await made.CorrectAsync(Desk.NewAccount())).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("VERIFYING/FROZEN");
        made.AllPublished<ScreeningRequested>().ShouldHaveSingleItem();
        await made.FreezeEndedAsync(FreezeOutcome.Release, round: 2);

        (await made.PublishedAsync<ScreeningRequested>(one => one.ScreeningRound == 3)).RefundOnly.ShouldBeFalse();
        await made.AtStageAsync("SCREENING");
    }

    [Fact]
    public async Task The_sender_who_cancels_what_is_frozen_gets_nothing_back()
    {
        var desk = await Desk.OpenAsync();
        var made = await FailedAsync(desk);

        (await made.CancelAsync()).EnsureSuccessStatusCode();

        (await made.StageAsync()).ShouldBe("PENDING_REFUND/FROZEN");
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
    }

    /// <summary>Refused for good, and frozen with its customer.</summary>
    private static async Task<Made> FailedAsync(Desk desk)
    {
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.RefuseForGood);
        await made.ToProviderAsync();
        await made.AtStageAsync("AWAITING_CORRECTION");
        await FrozenAsync(desk, made);
        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        await made.ScreenedAsync(ScreeningOutcome.Review, round: 2);
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await made.AtStageAsync("FROZEN");
        return made;
    }

    /// <summary>Let pass, then a party was frozen: its attempt is taken back, and it is screened again.</summary>
    private static async Task<Made> LetPassAsync()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToReservingAsync();
        await FrozenAsync(desk, made);
        await made.PublishedAsync<ScreeningRequested>();
        await made.ReservedAsync();
        await made.AtStageAsync("SCREENING");
        return made;
    }

    private static Task HeardAsync(Made made) => Eventually.TrueAsync(
        async () => await made.Desk.ScalarAsync<int>(
            "select frozen_party_round from transactions where id = $1", made.Id.Value) == 2, "the freeze to be heard");

    private static async Task FrozenAsync(Desk desk, Made made, bool isSender = true)
    {
        var (sender, beneficiary) = await desk.PartiesOfAsync(made);
        await desk.Service.PublishAsync(
            desk.Tenant, new CustomerFrozen(isSender ? sender : beneficiary, CaseId.New()));
    }
}
