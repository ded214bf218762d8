using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Jobs;

public sealed class RefundTests
{
    /// <summary>Rejected by compliance, with the refund reserved in the books: its request leaves.</summary>
    private static async Task<Made> ToRefundingAsync(params Outcome[] outcomes)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.PaymentId, outcomes);
        await made.PayAsync();
        await made.BookedAsync(LedgerSteps.PayIn);
        await made.ScreenedAsync(ScreeningOutcome.Reject);
        await made.AtStageAsync("REFUND_RESERVING");
        await made.RefundReservedAsync();
        await made.RefundReservedAsync();
        return made;
    }

    private static Task<HttpResponseMessage> RefundCallbackAsync(Made made, string reference, string status,
        string? code = null) =>
        made.Desk.CallbackAsync("refunds/sandbox-payin", new
        {
            eventId = $"evt-{reference}-{status}", reference, providerId = "r-1", status,
            failure = code is null ? null : new { code, retryable = false },
        });

    [Fact]
    public async Task A_refund_gives_back_the_full_amount_to_the_payment_that_paid()
    {
        var made = await ToRefundingAsync(Outcome.Accept);
        await made.AtStageAsync("REFUND_SUBMITTED");
        var sent = made.Desk.Provider.SentFor(made.PaymentId).Single();
        sent.Path.ShouldBe("/payin/refunds");
        sent.Body.GetProperty("amount").GetProperty("amount").GetString().ShouldBe("102.00");
        for (var i = 0; i < 3; i++)
            (await RefundCallbackAsync(made, sent.Reference, "COMPLETED")).EnsureSuccessStatusCode();
        (await made.PublishedAsync<RefundCompleted>()).ShouldSatisfyAllConditions(
            completed => completed.Amount.ShouldBe(made.Total), completed => completed.RefundNumber.ShouldBe(1));
        (await made.StatusAsync()).ShouldBe("PENDING_REFUND");
        await made.BookedAsync(LedgerSteps.Refund);
        await made.BookedAsync(LedgerSteps.Refund);
        await made.AtStatusAsync("REFUNDED");
        made.AllPublished<RefundCompleted>().Count.ShouldBe(1);
        (await made.CountAsync("refund_attempts")).ShouldBe(1);
        (await made.CountAsync("anomalies")).ShouldBe(0);
    }

    [Theory]
    [InlineData(Outcome.ErrorButTaken)]
    [InlineData(Outcome.SilentButTaken)]
    public async Task A_refund_without_an_answer_is_asked_about_and_sent_once(Outcome outcome)
    {
        var made = await ToRefundingAsync(outcome);
        await made.AtStageAsync("REFUND_COMPLETING");
        made.Desk.Provider.SentFor(made.PaymentId).Count.ShouldBe(1);
        (await made.CountAsync("timeline", "event = 'REFUND_UNANSWERED'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refund_that_got_lost_is_sent_again_under_the_same_reference()
    {
        var made = await ToRefundingAsync(Outcome.ErrorAndLost, Outcome.Complete);
        await made.AtStageAsync("REFUND_COMPLETING");
        made.Desk.Provider.SentFor(made.PaymentId).Select(sent => sent.Reference).Distinct().Count().ShouldBe(1);
        made.Desk.Provider.SentFor(made.PaymentId).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_dead_source_account_becomes_finances_work()
    {
        var made = await ToRefundingAsync(Outcome.RefuseForGood);
        await made.AtStageAsync("MANUAL_REVIEW");
        (await made.StatusAsync()).ShouldBe("PENDING_REFUND");
        (await made.CountAsync("anomalies", "kind = 'REFUND_REFUSED' and owner = 'FINANCE'")).ShouldBe(1);
        made.AllPublished<RefundCompleted>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_refund_that_is_refused_later_by_callback_becomes_finances_work_once()
    {
        var made = await ToRefundingAsync(Outcome.Accept);
        await made.AtStageAsync("REFUND_SUBMITTED");
        var reference = made.Desk.Provider.SentFor(made.PaymentId).Single().Reference;
        for (var i = 0; i < 2; i++)
            (await RefundCallbackAsync(made, reference, "REJECTED", "ACCOUNT_CLOSED")).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/MANUAL_REVIEW");
        (await made.CountAsync("anomalies")).ShouldBe(1);
    }
}
