using System.Net;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Reactions;

/// <summary>A true match that is decided after the payout may have left.</summary>
public sealed class RecallTests
{
    [Fact]
    public async Task What_the_provider_takes_back_stands_frozen_once_however_often_it_is_told()
    {
        var (desk, made, reference) = await SubmittedAsync();
        var caseId = CaseId.New();
        for (var i = 0; i < 2; i++)
            await made.DecidedAsync(CaseDecision.Freeze, caseId: caseId);
        await made.AtStageAsync("FROZEN");
        for (var i = 0; i < 2; i++)
            (await made.PayoutCallbackAsync(reference, "REJECTED", "CANCELLED")).EnsureSuccessStatusCode();
        await made.DecidedAsync(CaseDecision.Freeze, caseId: caseId);

        (await made.StageAsync()).ShouldBe("VERIFYING/FROZEN");
        (await made.PublishedAsync<TransactionFrozen>()).ShouldBe(new TransactionFrozen(made.Id, made.Total, 1));
        (await made.PublishedAsync<PayoutFailed>()).GivenUp.ShouldBeTrue();
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.PayAsync(paymentId: "second-" + made.PaymentId);
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/FROZEN");
        made.AllPublished<TransactionFrozen>().ShouldHaveSingleItem();
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
        made.AllPublished<PayoutCompleted>().ShouldBeEmpty();
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        desk.Provider.RecallsOf(reference).ShouldBe(1);
        (await made.CountAsync("anomalies", "owner = 'COMPLIANCE'")).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_licence_frees_after_that_leaves_under_another_reference()
    {
        var (_, made, reference) = await SubmittedAsync();
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("FROZEN");

        await made.FreezeEndedAsync(FreezeOutcome.Release);
        await made.AtStageAsync("RESERVING");
        await made.ReservedAsync(number: 2);

        (await made.SentReferenceAsync(count: 2)).ShouldNotBe(reference);
        (await made.PublishedAsync<TransactionUnfrozen>()).FreezeNumber.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_not_taken_back_is_asked_about_and_booked_when_it_is_paid()
    {
        var (desk, made, reference) = await SubmittedAsync("ACCEPTED");
        await made.DecidedAsync(CaseDecision.Freeze);
        await AnomalyAsync(made, "RECALL_REFUSED");

        (await made.StageAsync()).ShouldBe("VERIFYING/RECALLING");
        (await made.CancelAsync()).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        desk.Provider.RecallsOf(reference).ShouldBe(1);
        for (var i = 0; i < 2; i++)
            (await made.PayoutCallbackAsync(reference, "COMPLETED")).EnsureSuccessStatusCode();
        await made.AtStageAsync("COMPLETING");

        await made.PublishedAsync<PayoutCompleted>();
        made.AllPublished<PayoutCompleted>().ShouldHaveSingleItem();
        await AnomalyAsync(made, "PAID_BEFORE_RECALL");
        await made.BookedAsync(LedgerSteps.Paid);
        await made.AtStageAsync("ENDED");
        (await made.StatusAsync()).ShouldBe("PAID");
        made.AllPublished<TransactionFrozen>().ShouldBeEmpty();
        var listed = await desk.GetAsync("/v1/anomalies", Roles.Compliance);
        listed.ToString().ShouldContain("PAID_BEFORE_RECALL");
    }

    [Fact]
    public async Task What_was_paid_already_is_booked_and_told()
    {
        var (desk, made, reference) = await SubmittedAsync("COMPLETED");

        await made.DecidedAsync(CaseDecision.Freeze);

        await made.AtStageAsync("COMPLETING");
        await made.PublishedAsync<PayoutCompleted>();
        await AnomalyAsync(made, "PAID_BEFORE_RECALL");
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);
        await AnomalyAsync(made, "FREEZE_AFTER_PAYOUT");
        (await made.StageAsync()).ShouldBe("VERIFYING/COMPLETING");
        desk.Provider.RecallsOf(reference).ShouldBe(1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_not_taken_back_and_then_fails_is_frozen_and_not_tried_again(bool retryable)
    {
        var (desk, made, reference) = await SubmittedAsync("ACCEPTED");
        await made.DecidedAsync(CaseDecision.Freeze);
        await AnomalyAsync(made, "RECALL_REFUSED");

        await made.PayoutCallbackAsync(reference, "REJECTED", "LIMIT_EXCEEDED", retryable);

        await made.AtStageAsync("FROZEN");
        await made.PublishedAsync<TransactionFrozen>();
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        (await made.CountAsync("payout_attempts")).ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_that_was_lost_is_asked_for_again()
    {
        var (desk, made, reference) = await SubmittedAsync("LOST", "REJECTED");

        await made.DecidedAsync(CaseDecision.Freeze);

        await made.AtStageAsync("FROZEN");
        desk.Provider.RecallsOf(reference).ShouldBe(2);
        (await made.PublishedAsync<TransactionFrozen>()).FreezeNumber.ShouldBe(1);
    }

    [Fact]
    public async Task Whoever_died_while_it_was_sent_leaves_it_to_be_recalled()
    {
        var (desk, made, reference) = await SubmittedAsync("500");
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("RECALLING");
        await desk.ExecuteAsync("update payout_attempts set state = 'SENDING', due_at = now() + interval '1 hour' "
            + "where transaction_id = $1", made.Id.Value);
        var asked = desk.Provider.RecallsOf(reference);
        await made.DecidedAsync(CaseDecision.Freeze, round: 2);

        desk.Provider.ScriptRecall(reference, "REJECTED");
        await desk.ExecuteAsync("update payout_attempts set due_at = now() where transaction_id = $1", made.Id.Value);

        await made.AtStageAsync("FROZEN");
        desk.Provider.RecallsOf(reference).ShouldBeGreaterThan(asked);
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        await made.PublishedAsync<TransactionFrozen>();
        made.AllPublished<TransactionFrozen>().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_provider_that_says_nothing_clear_is_asked_on_and_on_and_a_person_is_told_once()
    {
        var (desk, made, reference) = await SubmittedAsync("500");

        await made.DecidedAsync(CaseDecision.Freeze);

        await AnomalyAsync(made, "RECALL_UNANSWERED");
        (await made.StageAsync()).ShouldBe("VERIFYING/RECALLING");
        made.AllPublished<TransactionFrozen>().ShouldBeEmpty();
        desk.Provider.ScriptRecall(reference, "REJECTED");
        await desk.ExecuteAsync("update payout_attempts set due_at = now() where transaction_id = $1", made.Id.Value);
        await made.AtStageAsync("FROZEN");
        (await made.CountAsync("anomalies", "kind = 'RECALL_UNANSWERED'")).ShouldBe(1);
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_nobody_knows_of_is_recalled_and_not_sent_again()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.Broken, Outcome.Accept);
        await made.ToProviderAsync();
        var reference = await made.SentReferenceAsync();
        await made.AtStageAsync("UNKNOWN");

        await made.DecidedAsync(CaseDecision.Freeze);

        await made.AtStageAsync("FROZEN");
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        desk.Provider.RecallsOf(reference).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_on_its_way_is_recalled_when_its_answer_has_come()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.SilentButTaken);
        await made.ToProviderAsync();
        var reference = await made.SentReferenceAsync();
        desk.Provider.ScriptRecall(reference, "COMPLETED");

        await made.DecidedAsync(CaseDecision.Freeze);

        await made.AtStageAsync("COMPLETING");
        desk.Provider.RecallsOf(reference).ShouldBe(1);
        await AnomalyAsync(made, "PAID_BEFORE_RECALL");
    }

    [Fact]
    public async Task A_provider_that_cannot_be_asked_lets_it_go_its_way()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync("MOBILE_MONEY");
        await made.ToSubmittedAsync();
        var reference = await made.SentReferenceAsync();

        await made.DecidedAsync(CaseDecision.Freeze);

        await AnomalyAsync(made, "RECALL_REFUSED");
        desk.Provider.RecallsOf(reference).ShouldBe(0);
        await made.PayoutCallbackAsync(reference, "COMPLETED", provider: "sandbox-momo");
        await made.AtStageAsync("COMPLETING");
    }

    [Fact]
    public async Task A_payout_that_was_made_although_it_was_taken_back_is_told_to_the_books()
    {
        var (_, made, reference) = await SubmittedAsync();
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("FROZEN");

        (await made.PayoutCallbackAsync(reference, "COMPLETED")).EnsureSuccessStatusCode();

        await made.PublishedAsync<PayoutCompleted>();
        (await made.StageAsync()).ShouldBe("VERIFYING/FROZEN");
        (await made.CountAsync("anomalies", "kind = 'PAID_OUT_AFTER_ALL' and owner = 'FINANCE'")).ShouldBe(1);
        await made.FreezeEndedAsync(FreezeOutcome.Refund);
        await made.AtStageAsync("MANUAL_REVIEW");
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_freeze_that_ends_while_it_is_recalled_lets_it_go_its_way_and_FINANCE_looks()
    {
        var (desk, made, reference) = await SubmittedAsync("500");
        await made.DecidedAsync(CaseDecision.Freeze);
        await made.AtStageAsync("RECALLING");

        await made.FreezeEndedAsync(FreezeOutcome.Refund);

        await made.AtStageAsync("MANUAL_REVIEW");
        (await made.CountAsync("anomalies", "kind = 'FREEZE_ENDED_AFTER_PAYOUT' and owner = 'FINANCE'")).ShouldBe(1);
        made.AllPublished<TransactionUnfrozen>().ShouldBeEmpty();
        made.AllPublished<RefundRequested>().ShouldBeEmpty();
        (await made.CountAsync("payout_attempts", "recall_asked_at is not null")).ShouldBe(0);
        (await made.PayoutCallbackAsync(reference, "COMPLETED")).EnsureSuccessStatusCode();
        await made.AtStageAsync("COMPLETING");
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Only_what_left_is_recalled_and_only_a_recall_is_refused()
    {
        var (desk, made, _) = await SubmittedAsync();
        foreach (var (reason, change) in ((string, string)[])
            [("only_a_recall_is_refused", "recall_refused = true"),
                ("only_what_left_is_recalled", "recall_asked_at = now(), first_sent_at = null")])
            (await Should.ThrowAsync<Npgsql.PostgresException>(desk.ExecuteAsync(
                $"update payout_attempts set {change} where transaction_id = $1", made.Id.Value)))
                .ConstraintName.ShouldBe(reason);
    }

    private static async Task<(Desk Desk, Made Made, string Reference)> SubmittedAsync(params string[] recall)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToSubmittedAsync();
        var reference = await made.SentReferenceAsync();
        if (recall.Length > 0)
            desk.Provider.ScriptRecall(reference, recall);
        return (desk, made, reference);
    }

    private static Task AnomalyAsync(Made made, string kind) => Eventually.TrueAsync(
        async () => await made.CountAsync("anomalies", $"kind = '{kind}' and owner = 'COMPLIANCE'") == 1, kind);
}
