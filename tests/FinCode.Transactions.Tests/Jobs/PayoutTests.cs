using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Jobs;

/// <summary>Every outcome of a payout: written before it leaves, sent under one reference, and paid once.</summary>
public sealed class PayoutTests
{
    private static async Task<Made> ScriptedAsync(params Outcome[] outcomes)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, outcomes);
        return made;
    }

    [Theory]
    [InlineData("BANK", "sandbox-bank", "/bank/payouts")]
    [InlineData("MOBILE_MONEY", "sandbox-momo", "/momo/payouts")]
    [InlineData("CASH_PICKUP", "sandbox-cash", "/cash/payouts")]
    public async Task A_transfer_goes_from_quote_to_paid(string method, string provider, string path)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync(method);
        await made.ToProviderAsync();
        await made.AtStageAsync(method == "CASH_PICKUP" ? "AWAITING_COLLECTION" : "SUBMITTED");
        var sent = desk.Provider.SentFor(made.Key).Single();
        sent.Path.ShouldBe(path);
        sent.ApiKey.ShouldBe(FakeProvider.ApiKey);
        sent.Idempotency.ShouldBe(sent.Reference);
        sent.Body.GetProperty("amount").GetProperty("amount").GetString().ShouldBe("197000.00");
        sent.Body.GetProperty("callbackUrl").GetString()
            .ShouldBe($"http://gateway.test/v1/callbacks/payouts/{provider}");
        (await made.PublishedAsync<PayoutSubmitted>()).AttemptId.ToString().ShouldBe(sent.Reference);

        for (var i = 0; i < 3; i++)
            (await made.PayoutCallbackAsync(sent.Reference, "COMPLETED", provider: provider)).IsSuccessStatusCode
                .ShouldBeTrue();
        (await made.StatusAsync()).ShouldBe("VERIFYING");
        (await made.PublishedAsync<PayoutCompleted>()).ShouldSatisfyAllConditions(
            completed => completed.Amount.ShouldBe(Money.Of(19_700_000, "NGN")),
            completed => completed.ProviderFee.ShouldBe(Money.Of(1_000, "NGN")));
        await made.BookedAsync(LedgerSteps.Paid);
        await made.BookedAsync(LedgerSteps.Paid);
        await made.AtStatusAsync("PAID");
        await made.PublishedAsync<TransactionStatusChanged>(e => e.To == TransactionStatus.Paid);
        made.AllPublished<PayoutCompleted>().Count.ShouldBe(1);
        (await made.CountAsync("anomalies")).ShouldBe(0);
    }

    [Fact]
    public async Task A_wallet_payout_completes_at_once_and_calls_nobody()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync("WALLET");
        await made.ToProviderAsync();
        await made.AtStageAsync("COMPLETING");
        (await made.PublishedAsync<PayoutCompleted>()).Provider.ShouldBe("wallet");
        desk.Provider.SentFor(made.Key).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_provider_that_is_down_is_tried_three_times_then_the_money_goes_back()
    {
        var made = await ScriptedAsync(Outcome.Down);
        await made.ToProviderAsync();
        await made.AtStageAsync("REFUND_RESERVING");
        var sent = made.Desk.Provider.SentFor(made.Key);
        sent.Count.ShouldBe(3);
        sent.Select(one => one.Reference).Distinct().Count().ShouldBe(3);
        await made.PublishedAsync<RefundRequested>();
        made.AllPublished<PayoutFailed>().Select(failed => (failed.AttemptNumber, failed.Retryable, failed.GivenUp))
            .ShouldBe([(1, true, false), (2, true, false), (3, true, true)]);
        made.AllPublished<TransactionStatusChanged>().Select(change => (change.To, change.Reason)).ShouldBe(
        [
            (TransactionStatus.WaitingToPay, null), (TransactionStatus.Verifying, null),
            (TransactionStatus.FailedToDeliver, StatusReasons.DeliveryFailed),
            (TransactionStatus.PendingRefund, StatusReasons.DeliveryFailed),
        ]);
    }

    [Fact]
    public async Task A_provider_that_comes_back_is_paid_through()
    {
        var made = await ScriptedAsync(Outcome.Down, Outcome.Down, Outcome.Complete);
        await made.ToProviderAsync();
        await made.AtStageAsync("COMPLETING");
        made.Desk.Provider.SentFor(made.Key).Count.ShouldBe(3);
        (await made.CountAsync("payout_attempts", "state = 'COMPLETED' and number = 3")).ShouldBe(1);
        made.AllPublished<TransactionStatusChanged>()
            .ShouldAllBe(change => change.To != TransactionStatus.FailedToDeliver);
    }

    [Theory]
    [InlineData(Outcome.ErrorButTaken)]
    [InlineData(Outcome.SilentButTaken)]
    public async Task An_answer_that_is_missing_is_asked_for_and_paid_once(Outcome outcome)
    {
        var made = await ScriptedAsync(outcome);
        await made.ToProviderAsync();
        await made.AtStageAsync("COMPLETING");
        made.Desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        (await made.CountAsync("timeline", "event = 'ATTEMPT_UNANSWERED'")).ShouldBe(1);
        await made.PublishedAsync<PayoutCompleted>();
        made.AllPublished<PayoutCompleted>().Count.ShouldBe(1);
        made.AllPublished<PayoutFailed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_provider_never_got_is_sent_again_under_the_same_reference()
    {
        var made = await ScriptedAsync(Outcome.ErrorAndLost, Outcome.Complete);
        await made.ToProviderAsync();
        await made.AtStageAsync("COMPLETING");
        var sent = made.Desk.Provider.SentFor(made.Key);
        sent.Count.ShouldBe(2);
        sent[0].Reference.ShouldBe(sent[1].Reference);
        await made.PublishedAsync<PayoutCompleted>();
        made.AllPublished<PayoutSubmitted>().Count.ShouldBe(1);
        (await made.CountAsync("payout_attempts")).ShouldBe(1);
    }

    [Fact]
    public async Task What_stays_unknown_becomes_a_persons_work_and_never_fails_by_itself()
    {
        var made = await ScriptedAsync(Outcome.Broken);
        await made.ToProviderAsync();
        await made.SentReferenceAsync();
        await made.AtStageAsync("UNKNOWN");
        // As if it had been asked for a long time.
        await made.Desk.ExecuteAsync(
            "update payout_attempts set enquiries = 8, due_at = now() where transaction_id = $1", made.Id.Value);
        await made.AtStageAsync("MANUAL_REVIEW");
        (await made.StatusAsync()).ShouldBe("VERIFYING");
        (await made.CountAsync("anomalies", "kind = 'PAYOUT_UNKNOWN' and owner = 'FINANCE'")).ShouldBe(1);
        (await Desk.ProblemOf(await made.CancelAsync())).Code.ShouldBe("INVALID_TRANSITION");
        (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();
        await made.AtStageAsync("COMPLETING");
    }

    [Fact]
    public async Task A_submitted_payout_without_a_callback_is_asked_about()
    {
        var made = await ScriptedAsync(Outcome.Accept);
        await made.ToSubmittedAsync();
        made.Desk.Provider.SetStatus(await made.SentReferenceAsync(), "COMPLETED");
        await made.Desk.ExecuteAsync("update payout_attempts set due_at = now() where transaction_id = $1",
            made.Id.Value);
        await made.AtStageAsync("COMPLETING");
        (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();
        await made.PublishedAsync<PayoutCompleted>();
        made.AllPublished<PayoutCompleted>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_sender_that_died_before_the_answer_leaves_an_unknown_and_no_second_reference()
    {
        var made = await ScriptedAsync(Outcome.Complete);
        await made.ToReservingAsync();
        await made.Desk.ExecuteAsync(
            "update transactions set stage = 'SUBMITTING', is_reserved = true where id = $1", made.Id.Value);
        // A process took the lease and died before its request left: exactly what the row then says.
        await made.Desk.ExecuteAsync(
            """
            insert into payout_attempts (id, tenant_id, transaction_id, number, provider, method, amount_minor,
                currency, state,
                due_at, first_sent_at, sends, created_at, updated_at)
            select gen_random_uuid(), tenant_id, id, 1, payout_provider, payout_method, receive_minor, receive_currency,
            'SENDING',
            now(), now(), 1, now(), now() from transactions where id = $1
            """, made.Id.Value);
        await made.AtStageAsync("COMPLETING");
        var written = await made.Desk.ScalarAsync<Guid>("select id from payout_attempts where transaction_id = $1",
            made.Id.Value);
        var sent = made.Desk.Provider.SentFor(made.Key).Single();
        sent.Reference.ShouldBe(new AttemptId(written).ToString());
        (await made.CountAsync("timeline", "event in ('ATTEMPT_UNANSWERED', 'ATTEMPT_NOT_FOUND')")).ShouldBe(2);
    }

    [Fact]
    public async Task A_failure_told_by_callback_is_a_failure_once()
    {
        var made = await ScriptedAsync(Outcome.Accept);
        await made.ToSubmittedAsync();
        var reference = await made.SentReferenceAsync();
        for (var i = 0; i < 3; i++)
            (await made.PayoutCallbackAsync(reference, "REJECTED", "NAME_MISMATCH")).EnsureSuccessStatusCode();
        await made.AtStatusAsync("FAILED_TO_DELIVER");
        (await made.CountAsync("payout_attempts")).ShouldBe(1);
        await made.PublishedAsync<PayoutFailed>();

        // It paid after all: the reservation is still held.
        (await made.PayoutCallbackAsync(reference, "COMPLETED")).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("FAILED_TO_DELIVER/COMPLETING");
        (await Desk.ProblemOf(await made.CancelAsync())).Code.ShouldBe("INVALID_TRANSITION");
        await made.BookedAsync(LedgerSteps.Paid);
        await made.AtStatusAsync("PAID");
        made.AllPublished<PayoutFailed>().Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_success_that_comes_after_the_refund_began_halts_the_refund()
    {
        var made = await ScriptedAsync(Outcome.RefuseForGood);
        await made.ToProviderAsync();
        await made.AtStatusAsync("FAILED_TO_DELIVER");
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.AtStageAsync("REFUND_RESERVING");
        (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/MANUAL_REVIEW");
        await made.RefundReservedAsync();
        await made.BookedAsync(LedgerSteps.Cleared);
        (await made.CountAsync("refund_attempts")).ShouldBe(0);
        (await made.CountAsync("anomalies", "kind = 'UNEXPECTED_EVENT' and event = 'ATTEMPT_COMPLETED'")).ShouldBe(1);
        made.AllPublished<PayoutCompleted>().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_late_success_while_the_next_attempt_waits_takes_that_one_back()
    {
        var desk = await Desk.OpenAsync(await TransactionsUnderTest.StartAsync(
            new() { ["Payouts:RetryBaseSeconds"] = "600" }));
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.Down);
        await made.ToProviderAsync();
        await made.AtStageAsync("RETRYING");
        (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("VERIFYING/COMPLETING");
        (await made.CountAsync("payout_attempts", "state = 'WITHDRAWN'")).ShouldBe(1);
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        await desk.Service.DisposeAsync();
    }

    [Fact]
    public async Task Two_replicas_send_each_attempt_once()
    {
        var under = await TransactionsUnderTest.StartAsync();
        await using var service = under.Service;
        await using var replica = await under.Service.StartReplicaAsync(
            TransactionsApp.Service, TransactionsUnderTest.Settings(under.Provider));
        var desk = await Desk.OpenAsync(under);
        var all = new List<Made>();
        for (var i = 0; i < 12; i++)
            all.Add(await desk.CreateAsync());
        await Task.WhenAll(all.Select(made => made.ToProviderAsync()));
        foreach (var made in all)
        {
            await made.AtStageAsync("SUBMITTED");
            desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        }
    }

    [Fact]
    public async Task A_transfer_is_cancelled_while_its_next_attempt_waits_and_nothing_more_leaves()
    {
        var under = await TransactionsUnderTest.StartAsync(new() { ["Payouts:RetryBaseSeconds"] = "600" });
        await using var service = under.Service;
        var desk = await Desk.OpenAsync(under);
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.Down, Outcome.Complete);
        await made.ToProviderAsync();
        await made.AtStageAsync("RETRYING");
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/REFUND_RESERVING");
        (await made.CountAsync("payout_attempts", "state = 'WITHDRAWN'")).ShouldBe(1);
        await made.PublishedAsync<RefundRequested>();

        // A provider that says it paid what it was never sent is looked at by a person.
        var unsent = await desk.ScalarAsync<Guid>(
            "select id from payout_attempts where transaction_id = $1 and state = 'WITHDRAWN'", made.Id.Value);
        (await made.PayoutCallbackAsync(new AttemptId(unsent).ToString(), "COMPLETED")).EnsureSuccessStatusCode();
        (await made.CountAsync("anomalies", "kind = 'PAID_OUT_UNASKED'")).ShouldBe(1);
        desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        made.AllPublished<PayoutCompleted>().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_database_itself_refuses_a_second_open_or_completed_attempt()
    {
        var made = await ScriptedAsync(Outcome.Accept);
        await made.ToSubmittedAsync();
        const string copy =
            """
            insert into payout_attempts (id, tenant_id, transaction_id, number, provider, method, amount_minor,
                currency, state,
                created_at, updated_at)
            select gen_random_uuid(), tenant_id, transaction_id, number
                + 1, provider, method, amount_minor, currency, $2,
                now(), now() from payout_attempts where transaction_id = $1 limit 1
            """;
        (await Should.ThrowAsync<Npgsql.PostgresException>(() =>
            made.Desk.ExecuteAsync(copy, made.Id.Value, "PENDING")))
            .SqlState.ShouldBe("23505");
        await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED");
        (await Should.ThrowAsync<Npgsql.PostgresException>(() =>
            made.Desk.ExecuteAsync(copy, made.Id.Value, "COMPLETED")))
            .SqlState.ShouldBe("23505");
    }
}
