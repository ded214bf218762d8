using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Jobs;

/// <summary>
/// Attempts that may have left and were held back by newer lists: they stay with a person, and find a way out.
/// </summary>
public sealed class HeldBackTests
{
    private const long NewPolicy = 9;

    /// <summary>Enquiries and second sends wait until a test says that their time has come.</summary>
    private static readonly Lazy<Task<TransactionsUnderTest>> Patient = new(() => TransactionsUnderTest.StartAsync(
        new() { ["Payouts:EnquiryBaseSeconds"] = "600", ["Payouts:RetryBaseSeconds"] = "600" }));

    private static async Task<Made> CreateAsync(params Outcome[] payout)
    {
        var desk = await Desk.OpenAsync(await Patient.Value);
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, payout);
        return made;
    }

    private static async Task DueAsync(Made made, string table, string state)
    {
        await Eventually.TrueAsync(
            async () => await made.CountAsync(table, $"state = '{state}'") == 1, $"an attempt that is {state}");
        await made.Desk.ExecuteAsync(
            $"update {table} set due_at = now() where transaction_id = $1 and state = '{state}'", made.Id.Value);
    }

    private static async Task NewPolicyAsync(Made made)
    {
        var tenant = made.Desk.Tenant;
        await made.Desk.Service.PublishAsync(tenant, new ScreeningBasisChanged(tenant, null, NewPolicy));
        await Eventually.TrueAsync(async () => await made.Desk.ScalarAsync<long>(
            "select count(*) from screening_basis where tenant_id = $1", tenant.Value) == 1, "a policy");
    }

    /// <summary>A payout that the provider never had, held back before it is sent once more.</summary>
    private static async Task<Made> HeldBackPayoutAsync()
    {
        var made = await CreateAsync(Outcome.ErrorAndLost, Outcome.Complete);
        await made.ToProviderAsync();
        await made.AtStageAsync("UNKNOWN");
        await NewPolicyAsync(made);
        await DueAsync(made, "payout_attempts", "UNKNOWN");
        await DueAsync(made, "payout_attempts", "PENDING");
        await made.AtStageAsync("MANUAL_REVIEW");
        (await made.CountAsync("anomalies", "kind = 'PAYOUT_NOT_SENT_AGAIN'")).ShouldBe(1);
        (await made.PublishedAsync<ScreeningRequested>()).ScreeningRound.ShouldBe(2);
        return made;
    }

    /// <summary>The payout was refused for good and the sender cancelled; the refund was held back.</summary>
    private static async Task<Made> HeldBackRefundAsync(params Outcome[] refund)
    {
        var made = await CreateAsync(Outcome.RefuseForGood);
        made.Desk.Provider.Script(made.PaymentId, refund);
        await made.ToProviderAsync();
        await made.AtStatusAsync("FAILED_TO_DELIVER");
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.RefundReservedAsync();
        await Eventually.TrueAsync(
            () => made.Desk.Provider.SentFor(made.PaymentId).Count == 1, "the first request of the refund");
        await NewPolicyAsync(made);
        if (refund[0] == Outcome.ErrorAndLost)
            await DueAsync(made, "refund_attempts", "UNKNOWN");
        await DueAsync(made, "refund_attempts", "PENDING");
        await made.AtStageAsync("MANUAL_REVIEW");
        (await made.CountAsync("anomalies", "kind = 'REFUND_NOT_SENT_AGAIN'")).ShouldBe(1);
        var asked = await made.PublishedAsync<ScreeningRequested>();
        (asked.ScreeningRound, asked.RefundOnly).ShouldBe((2, true));
        return made;
    }

    private static async Task ClearedAsync(Made made, int round)
    {
        await made.ScreenedAsync(round: round, policy: NewPolicy);
        await Eventually.TrueAsync(async () => await made.Desk.ScalarAsync<int>(
            "select cleared_round from transactions where id = $1", made.Id.Value) == round, $"round {round}");
    }

    private static async Task<string> ReferenceAsync(Made made, int number) => new AttemptId(
        await made.Desk.ScalarAsync<Guid>("select id from refund_attempts where transaction_id = $1 and number = $2",
            made.Id.Value, number)).ToString();

    private static async Task RefundCallbackAsync(Made made, string reference, string status) =>
        (await made.Desk.CallbackAsync("refunds/sandbox-payin", new
        {
            eventId = $"evt-{reference}-{status}", reference, providerId = "r-1", status,
            failure = status == "REJECTED" ? new { code = "TRY_LATER", retryable = true } : null,
        })).EnsureSuccessStatusCode();

    [Fact]
    public async Task A_payout_that_the_provider_never_had_leaves_again_once_it_is_let_pass_under_what_is_newer()
    {
        var made = await HeldBackPayoutAsync();
        await DueAsync(made, "payout_attempts", "UNKNOWN");
        await Eventually.TrueAsync(
            async () => await made.CountAsync("payout_attempts", "enquiries > 2") == 1, "one more enquiry");
        made.AllPublished<ScreeningRequested>().ShouldHaveSingleItem();
        (await made.StageAsync()).ShouldBe("VERIFYING/MANUAL_REVIEW");

        await ClearedAsync(made, 2);
        await DueAsync(made, "payout_attempts", "UNKNOWN");
        await DueAsync(made, "payout_attempts", "PENDING");

        await made.AtStageAsync("COMPLETING");
        var sent = made.Desk.Provider.SentFor(made.Key);
        (sent.Count, sent.Select(one => one.Reference).Distinct().Count()).ShouldBe((2, 1));
    }

    [Fact]
    public async Task A_payout_that_is_not_let_pass_stays_with_a_person_and_is_recalled_when_it_is_frozen()
    {
        var made = await HeldBackPayoutAsync();
        await made.ScreenedAsync(ScreeningOutcome.Review, round: 2, policy: NewPolicy);
        await DueAsync(made, "payout_attempts", "UNKNOWN");
        await Eventually.TrueAsync(
            async () => await made.CountAsync("payout_attempts", "enquiries > 2") == 1, "one more enquiry");

        (await made.StageAsync()).ShouldBe("VERIFYING/MANUAL_REVIEW");
        await made.DecidedAsync(CaseDecision.Freeze, round: 2, policy: NewPolicy);
        await made.AtStageAsync("FROZEN");
        made.Desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refund_that_the_provider_never_had_leaves_again_once_its_recipient_is_screened()
    {
        var made = await HeldBackRefundAsync(Outcome.ErrorAndLost, Outcome.Complete);

        await ClearedAsync(made, 2);
        await DueAsync(made, "refund_attempts", "UNKNOWN");
        await DueAsync(made, "refund_attempts", "PENDING");

        await made.AtStageAsync("REFUND_COMPLETING");
        var sent = made.Desk.Provider.SentFor(made.PaymentId);
        (sent.Count, sent.Select(one => one.Reference).Distinct().Count()).ShouldBe((2, 1));
    }

    [Fact]
    public async Task A_refund_that_was_refused_while_it_was_held_back_is_screened_and_attempted_anew()
    {
        var made = await HeldBackRefundAsync(Outcome.Down, Outcome.Complete);
        var first = await ReferenceAsync(made, 1);

        await RefundCallbackAsync(made, first, "REJECTED");
        await made.AtStageAsync("REFUND_SCREENING");
        (await made.PublishedAsync<ScreeningRequested>(one => one.ScreeningRound == 3)).RefundOnly.ShouldBeTrue();
        await ClearedAsync(made, 3);
        await made.AtStageAsync("REFUND_RESERVING");
        await made.PublishedAsync<RefundRequested>(one => one.RefundNumber == 2);
        await made.RefundReservedAsync(number: 2);
        await DueAsync(made, "refund_attempts", "PENDING");
        await made.AtStageAsync("REFUND_COMPLETING");

        (await made.CountAsync("refund_attempts", "number = 1 and state = 'FAILED'")).ShouldBe(1);
        (await made.CountAsync("refund_attempts", "number = 2 and state = 'COMPLETED'")).ShouldBe(1);
        // The first one gave it back after all: the second was too many, and somebody is told.
        await RefundCallbackAsync(made, first, "COMPLETED");
        (await made.CountAsync("anomalies", "kind = 'REFUNDED_TWICE' and owner = 'FINANCE'")).ShouldBe(1);
        made.AllPublished<RefundCompleted>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_refund_that_came_after_all_before_the_next_attempt_is_the_only_one()
    {
        var made = await HeldBackRefundAsync(Outcome.Down, Outcome.Complete);
        var first = await ReferenceAsync(made, 1);
        await RefundCallbackAsync(made, first, "REJECTED");
        await ClearedAsync(made, 3);
        await made.AtStageAsync("REFUND_RESERVING");

        await RefundCallbackAsync(made, first, "COMPLETED");
        await made.RefundReservedAsync(number: 2);
        await made.BookedAsync(LedgerSteps.Refund, number: 2);
        await made.AtStatusAsync("REFUNDED");

        (await made.PublishedAsync<RefundCompleted>()).RefundNumber.ShouldBe(2);
        (await made.CountAsync("refund_attempts")).ShouldBe(1);
        made.Desk.Provider.SentFor(made.PaymentId).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refund_that_is_refused_again_and_again_becomes_finances_work()
    {
        var made = await HeldBackRefundAsync(Outcome.Down, Outcome.Accept);
        await RefundCallbackAsync(made, await ReferenceAsync(made, 1), "REJECTED");
        await ClearedAsync(made, 3);
        for (var number = 2; number <= 3; number++)
        {
            await made.PublishedAsync<RefundRequested>(one => one.RefundNumber == number);
            await made.RefundReservedAsync(number);
            await DueAsync(made, "refund_attempts", "PENDING");
            await made.AtStageAsync("REFUND_SUBMITTED");
            await RefundCallbackAsync(made, await ReferenceAsync(made, number), "REJECTED");
        }

        (await made.StageAsync()).ShouldBe("PENDING_REFUND/MANUAL_REVIEW");
        (await made.CountAsync("anomalies", "kind = 'REFUND_REFUSED' and owner = 'FINANCE'")).ShouldBe(1);
        (await made.CountAsync("refund_attempts", "state = 'FAILED'")).ShouldBe(3);
    }

    [Fact]
    public async Task A_refund_that_is_refused_after_the_payout_turned_up_is_not_attempted_again()
    {
        var made = await HeldBackRefundAsync(Outcome.Down, Outcome.Complete);
        (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();

        await RefundCallbackAsync(made, await ReferenceAsync(made, 1), "REJECTED");

        (await made.StageAsync()).ShouldBe("PENDING_REFUND/MANUAL_REVIEW");
        (await made.CountAsync("anomalies", "kind = 'REFUND_REFUSED'")).ShouldBe(1);
        made.AllPublished<RefundRequested>().ShouldHaveSingleItem();
    }
}
