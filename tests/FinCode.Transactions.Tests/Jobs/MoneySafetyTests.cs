using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.PayIns.Connectors;
using FinCode.Transactions.Payouts;
using FinCode.Transactions.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FinCode.Transactions.Tests.Jobs;

/// <summary>Answers that come in the order in which money is paid twice, if anybody is careless.</summary>
public sealed class MoneySafetyTests
{
    /// <summary>Enquiries and second sends wait until a test says that their time has come.</summary>
    private static readonly Lazy<Task<TransactionsUnderTest>> Patient = new(() =>
        TransactionsUnderTest.StartAsync(new() { ["Payouts:EnquiryBaseSeconds"] = "600" }));

    private static async Task<Made> PatientAsync(params Outcome[] outcomes)
    {
        var desk = await Desk.OpenAsync(await Patient.Value);
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, outcomes);
        return made;
    }

    private static async Task DueAsync(Made made, string table, string state)
    {
        await Eventually.TrueAsync(
            async () => await made.CountAsync(table, $"state = '{state}'") == 1, $"an attempt that is {state}");
        await made.Desk.ExecuteAsync($"update {table} set due_at = now() where transaction_id = $1", made.Id.Value);
    }

    /// <summary>The payout was refused, the sender cancelled, and the ledger has reserved the refund.</summary>
    private static async Task RefundAsync(Made made)
    {
        await made.ToProviderAsync();
        await made.AtStatusAsync("FAILED_TO_DELIVER");
        (await made.CancelAsync()).EnsureSuccessStatusCode();
        await made.RefundReservedAsync();
    }

    [Fact]
    public async Task A_refusal_at_the_door_of_what_was_sent_before_opens_no_second_reference()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.ErrorAndLost, Outcome.Down, Outcome.Complete);
        await made.ToProviderAsync();
        await made.AtStageAsync("COMPLETING");
        var sent = desk.Provider.SentFor(made.Key);
        sent.Count.ShouldBe(3);
        sent.Select(one => one.Reference).Distinct().Count().ShouldBe(1);
        (await made.CountAsync("payout_attempts")).ShouldBe(1);
        made.AllPublished<PayoutFailed>().ShouldBeEmpty();
    }

    [Fact]
    public async Task What_may_have_left_is_not_sent_again_under_a_clearance_that_is_too_old()
    {
        var made = await PatientAsync(Outcome.ErrorAndLost, Outcome.Complete);
        await made.ToProviderAsync();
        await made.AtStageAsync("UNKNOWN");
        var basis = new ScreeningBasisChanged(made.Desk.Tenant, null, 9);
        await made.Desk.Service.PublishAsync(made.Desk.Tenant, basis);
        await Eventually.TrueAsync(async () => await made.Desk.ScalarAsync<long>(
            "select count(*) from screening_basis where tenant_id = $1", made.Desk.Tenant.Value) == 1, "a policy");
        await DueAsync(made, "payout_attempts", "UNKNOWN");
        await DueAsync(made, "payout_attempts", "PENDING");

        await made.AtStageAsync("MANUAL_REVIEW");
        made.Desk.Provider.SentFor(made.Key).Count.ShouldBe(1);
        (await made.CountAsync("payout_attempts", "state = 'UNKNOWN'")).ShouldBe(1);
        (await made.CountAsync("anomalies", "kind = 'PAYOUT_NOT_SENT_AGAIN'")).ShouldBe(1);
        (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();
        await made.AtStageAsync("COMPLETING");
    }

    [Fact]
    public async Task A_payout_that_completes_after_its_refund_left_is_told_to_the_ledger()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        desk.Provider.Script(made.Key, Outcome.RefuseForGood);
        await RefundAsync(made);
        await made.AtStageAsync("REFUND_SUBMITTED");
        for (var i = 0; i < 2; i++)
            (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();

        (await made.StageAsync()).ShouldBe("PENDING_REFUND/MANUAL_REVIEW");
        (await made.PublishedAsync<PayoutCompleted>()).Amount.ShouldBe(Money.Of(19_700_000, "NGN"));
        made.AllPublished<PayoutCompleted>().Count.ShouldBe(1);
        (await made.CountAsync("anomalies", "kind = 'PAID_OUT_AFTER_ALL' and owner = 'FINANCE'")).ShouldBe(1);
    }

    [Fact]
    public async Task A_refund_that_waits_to_be_sent_once_more_is_asked_about_when_the_payout_turns_up()
    {
        var made = await PatientAsync(Outcome.RefuseForGood);
        made.Desk.Provider.Script(made.PaymentId, Outcome.ErrorAndLost);
        await RefundAsync(made);
        await DueAsync(made, "refund_attempts", "UNKNOWN");
        await Eventually.TrueAsync(
            async () => await made.CountAsync("refund_attempts", "state = 'PENDING'") == 1, "a second send that waits");

        (await made.PayoutCallbackAsync(await made.SentReferenceAsync(), "COMPLETED")).EnsureSuccessStatusCode();
        (await made.StageAsync()).ShouldBe("PENDING_REFUND/MANUAL_REVIEW");
        (await made.CountAsync("refund_attempts", "state = 'UNKNOWN'")).ShouldBe(1);
        await Eventually.TrueAsync(
            async () => await made.CountAsync("refund_attempts", "enquiries > 1") == 1, "another enquiry");
        made.Desk.Provider.SentFor(made.PaymentId).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_refund_that_never_left_and_is_said_to_be_paid_is_looked_at_by_a_person()
    {
        var made = await PatientAsync(Outcome.Accept);
        await made.ToSubmittedAsync();
        var unsent = AttemptId.New();
        await made.Desk.ExecuteAsync(
            """
            insert into refund_attempts (id, tenant_id, transaction_id, number, provider, payment_id, amount_minor,
                currency, state, created_at, updated_at)
            select $2, tenant_id, id, 1, pay_in_provider, payment_id, send_minor, send_currency, 'WITHDRAWN', now(),
                now() from transactions where id = $1
            """, made.Id.Value, unsent.Value);
        (await made.Desk.CallbackAsync("refunds/sandbox-payin",
            new { eventId = $"evt-{unsent}", reference = unsent.ToString(), status = "COMPLETED" }))
            .EnsureSuccessStatusCode();
        (await made.CountAsync("anomalies", "kind = 'REFUNDED_UNASKED' and owner = 'FINANCE'")).ShouldBe(1);
        (await made.CountAsync("refund_attempts", "state = 'WITHDRAWN'")).ShouldBe(1);
    }

    [Fact]
    public async Task An_attempt_whose_provider_is_gone_holds_up_nobody_else()
    {
        var under = await TransactionsUnderTest.StartAsync();
        await using var service = under.Service;
        var desk = await Desk.OpenAsync(under);
        var stuck = await desk.CreateAsync();
        await stuck.ToReservingAsync();
        await desk.ExecuteAsync(
            "update transactions set stage = 'SUBMITTING', is_reserved = true where id = $1", stuck.Id.Value);
        await desk.ExecuteAsync(
            """
            insert into payout_attempts (id, tenant_id, transaction_id, number, provider, method, amount_minor,
                currency, state, due_at, created_at, updated_at)
            select gen_random_uuid(), tenant_id, id, 1, 'gone', payout_method, receive_minor, receive_currency,
                'PENDING', now() - interval '1 hour', now(), now() from transactions where id = $1
            """, stuck.Id.Value);
        var other = await desk.CreateAsync();
        await other.ToSubmittedAsync();
        (await stuck.CountAsync("payout_attempts", "state = 'PENDING' and first_sent_at is null")).ShouldBe(1);
    }

    [Fact]
    public async Task Who_stalled_until_the_lease_could_end_does_not_send_any_more()
    {
        var under = await TransactionsUnderTest.SharedAsync();
        var services = under.Service.Services;
        var provider = services.GetRequiredService<Providers>().Get("sandbox-payin");
        var connector = services.GetRequiredService<HostedPayIn>();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var late = "pay-late-" + Desk.NewAccount();
        var inTime = "pay-in-time-" + Desk.NewAccount();

        RefundInstruction Instruction(string payment, DateTimeOffset sendBefore) => new(
            provider, AttemptId.New(), payment, Money.Of(100, "GBP"), new Uri("http://gateway.test"), sendBefore);
        (await connector.RefundAsync(Instruction(late, now), CancellationToken.None)).Kind
            .ShouldBe(AnswerKind.Unknown);
        (await connector.RefundAsync(Instruction(inTime, now.AddMinutes(5)), CancellationToken.None)).Kind
            .ShouldBe(AnswerKind.Accepted);
        under.Provider.SentFor(late).ShouldBeEmpty();
        under.Provider.SentFor(inTime).Count.ShouldBe(1);
    }
}
