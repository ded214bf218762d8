using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

public sealed class CancelAndCorrectTests
{
    [Fact]
    public async Task Before_paying_a_transfer_is_cancelled_and_cancelling_again_answers_the_same()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        for (var i = 0; i < 2; i++)
            (await Desk.BodyOf(await made.CancelAsync())).GetProperty("status").GetString().ShouldBe("CANCELLED");
        (await made.CountAsync("timeline", "status = 'CANCELLED'")).ShouldBe(1);
        (await made.PublishedAsync<TransactionStatusChanged>(e => e.To == TransactionStatus.Cancelled))
            .Reason.ShouldBe(StatusReasons.CancelledBySender);
    }

    [Fact]
    public async Task Cancelling_while_it_is_screened_refunds_once_it_is_cleared()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        (await Desk.BodyOf(await made.CancelAsync())).GetProperty("status").GetString().ShouldBe("PENDING_REFUND");
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/REFUND_SCREENING");
        await made.ScreenedAsync();
        await made.AtStageAsync("REFUND_RESERVING");
        (await made.PublishedAsync<RefundRequested>()).Amount.ShouldBe(made.Total);
    }

    [Fact]
    public async Task Cancelling_what_is_cleared_but_not_booked_refunds_at_once()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        await made.ScreenedAsync();
        await Testing.Eventually.HoldsAsync(async () =>
            (await made.CountAsync("timeline", "event = 'SCREENING_CLEARED'")).ShouldBe(1));
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/REFUND_RESERVING");
    }

    [Fact]
    public async Task What_was_submitted_cannot_be_cancelled()
    {
        var desk = await Desk.OpenAsync();
        var submitted = await desk.CreateAsync();
        await submitted.ToSubmittedAsync();
        var problem = await Desk.ProblemOf(await submitted.CancelAsync());
        (problem.Status, problem.Code).ShouldBe((409, "INVALID_TRANSITION"));
        (await submitted.CountAsync("anomalies")).ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whoever_cancels_does_not_learn_what_is_frozen_from_what_is_held(bool misses)
    {
        var desk = await Desk.OpenAsync();
        var held = await HeldAsync(desk, misses);
        var frozen = await HeldAsync(desk, misses);
        await frozen.DecidedAsync(CaseDecision.Freeze);
        await frozen.AtStageAsync("FROZEN");
        (await SeenAsync(frozen)).ShouldBe(await SeenAsync(held));

        var answers = new List<string>();
        foreach (var made in (Made[])[held, frozen])
            answers.Add(Masked(made, (await Desk.BodyOf(await made.CancelAsync())).ToString()));
        answers[1].ShouldBe(answers[0]);
        answers[0].ShouldContain("PENDING_REFUND");
        (await SeenAsync(frozen)).ShouldBe(await SeenAsync(held));

        // The held one is a true match as well, later: nothing of that shows.
        await held.DecidedAsync(CaseDecision.Freeze);
        await held.AtStageAsync("FROZEN");
        (await SeenAsync(frozen)).ShouldBe(await SeenAsync(held));
        (await Desk.ProblemOf(await frozen.CorrectAsync("1"))).Code
            .ShouldBe((await Desk.ProblemOf(await held.CorrectAsync("1"))).Code);
        (await held.StageAsync()).ShouldBe(await frozen.StageAsync());
    }

    [Fact]
    public async Task Paying_and_cancelling_at_once_ends_in_a_refund_or_a_late_payment_never_in_both_or_neither()
    {
        var desk = await Desk.OpenAsync();
        for (var i = 0; i < 8; i++)
        {
            var made = await desk.CreateAsync();
            var paying = made.PayAsync();
            var cancelling = made.CancelAsync();
            (await paying).IsSuccessStatusCode.ShouldBeTrue();
            (await cancelling).IsSuccessStatusCode.ShouldBeTrue();
            (await made.StageAsync()).ShouldBe("PENDING_REFUND/REFUND_SCREENING");
            var funded = await made.PublishedAsync<TransactionFunded>();
            var wasCancelledFirst = await made.CountAsync("timeline", "status = 'CANCELLED'") == 1;
            funded.PaidAfterEnd.ShouldBe(wasCancelledFirst);
            (await made.CountAsync("timeline", "event = 'FUNDED'")).ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_closed_account_is_corrected_screened_again_and_paid()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.RefuseForGood);
        await made.ToProviderAsync();
        await made.AtStatusAsync("FAILED_TO_DELIVER");
        (await made.PublishedAsync<PayoutFailed>()).ShouldSatisfyAllConditions(
            failed => failed.FailureCode.ShouldBe("ACCOUNT_CLOSED"), failed => failed.Retryable.ShouldBeFalse());
        (await desk.GetAsync($"/v1/transactions/{made.Id}")).GetProperty("reason").GetString()
            .ShouldBe("DETAILS_NEED_CORRECTION");

        var account = Desk.NewAccount();
        desk.Provider.Script(account, Outcome.Complete);
        (await made.CorrectAsync(account)).EnsureSuccessStatusCode();
        (await made.CorrectAsync(account)).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        desk.Provider.SentFor(account).ShouldBeEmpty();

        await made.ScreenedAsync(round: 2);
        await made.AtStageAsync("COMPLETING");
        desk.Provider.SentFor(account).Count.ShouldBe(1);
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        await made.BookedAsync(LedgerSteps.Paid);
        await made.AtStatusAsync("PAID");
        made.AllPublished<TransactionCleared>().Count.ShouldBe(1);
        (await desk.ScalarAsync<int>(
            "select max(version) from parties p join transactions t on t.beneficiary_id = p.id where t.id = $1",
            made.Id.Value))
            .ShouldBe(2);
        var beneficiary = (await desk.PartiesOfAsync(made)).Beneficiary;
        (await desk.Service.Events.WaitForAsync<PartyRecorded>(e => e.PartyId == beneficiary && e.Version == 2))
            .OutsideTransfer.ShouldBeFalse();
    }

    [Fact]
    public async Task A_correction_that_nobody_waits_for_or_that_says_nothing_is_refused()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        (await Desk.ProblemOf(await made.CorrectAsync("123"))).Code.ShouldBe("INVALID_TRANSITION");
        (await Desk.ProblemOf(await desk.Partner.PostAsync($"/v1/transactions/{made.Id}/beneficiary-corrections",
            new StringContent("{}", System.Text.Encoding.UTF8, "application/json")))).Code.ShouldBe("VALIDATION_ERROR");
    }

    private static async Task<Made> HeldAsync(Desk desk, bool misses)
    {
        var made = await desk.CreateAsync(amount: "900.00", change: request =>
        {
            if (misses)
                request["sender"] = new { kind = "PERSON", fullName = "Grace Hopper", country = "GB" };
        });
        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(ScreeningOutcome.Review);
        await made.AtStageAsync("IN_REVIEW");
        return made;
    }

    /// <summary>What a partner sees of it, and what is told by webhook.</summary>
    private static async Task<string> SeenAsync(Made made)
    {
        var status = await made.StatusAsync();
        await made.PublishedAsync<TransactionStatusChanged>(told => Word(told.To) == status);
        var told = made.AllPublished<TransactionStatusChanged>().Select(one => $"{one.From} {one.To} {one.Reason}");
        return Masked(made, $"""
            {await made.Desk.GetAsync($"/v1/transactions/{made.Id}")}
            {await made.Desk.GetAsync($"/v1/transactions/{made.Id}/timeline")}
            {string.Join("; ", told)}
            """);

        static string Word(TransactionStatus status) =>
            JsonSerializer.Serialize(status, ContractJson.Options).Trim('"');
    }

    /// <summary>Without what tells any transfer from any other.</summary>
    private static string Masked(Made made, string text) => Regex.Replace(
        text.Replace(made.Pcn, "<pcn>", StringComparison.Ordinal),
        """[a-z]{3}_[0-9a-f]{20,}|\d{4}-\d\d-\d\dT[^"]+""", "<own>");
}
