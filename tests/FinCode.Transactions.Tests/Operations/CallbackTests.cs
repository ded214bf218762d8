using System.Net;
using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

public sealed class CallbackTests
{
    [Fact]
    public async Task A_payment_told_of_many_times_at_once_funds_once()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => made.PayAsync()));
        answers.ShouldAllBe(answer => answer.IsSuccessStatusCode);
        await made.AtStatusAsync("VERIFYING");
        (await made.PublishedAsync<TransactionFunded>()).ShouldSatisfyAllConditions(
            funded => funded.Paid.ShouldBe(made.Total),
            funded => funded.Account.ShouldBe("psp:sandbox-payin"),
            funded => funded.PaidAfterEnd.ShouldBeFalse(),
            funded => funded.ScreeningRound.ShouldBe(1));
        (await made.CountAsync("pay_ins")).ShouldBe(1);
        (await made.CountAsync("anomalies")).ShouldBe(0);
        (await desk.ScalarAsync<long>(
            "select count(*) from outbox where event_key = $1 and type = $2", made.Id.ToString(),
            TransactionFunded.Type))
            .ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task A_wrong_signature_or_an_old_timestamp_is_refused_without_effect()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var body = new { eventId = "e", paymentId = "p", reference = made.Pcn, amount = made.Total, status = "PAID" };
        (await desk.CallbackAsync("pay-ins/sandbox-payin", body, secret: "guessed")).StatusCode
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await desk.CallbackAsync("pay-ins/sandbox-payin", body, skewSeconds: -301)).StatusCode
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await desk.CallbackAsync("pay-ins/sandbox-payin", body, skewSeconds: 400)).StatusCode
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await desk.CallbackAsync("pay-ins/nobody", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await made.StatusAsync()).ShouldBe("WAITING_TO_PAY");
        (await made.CountAsync("pay_ins")).ShouldBe(0);
    }

    [Theory]
    [InlineData(10_199, "GBP")]
    [InlineData(10_201, "GBP")]
    [InlineData(10_200, "EUR")]
    public async Task Another_amount_than_asked_for_is_recorded_and_funds_nothing(long minor, string currency)
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        for (var i = 0; i < 2; i++)
            (await made.PayAsync(Money.Of(minor, currency), "other-" + made.PaymentId)).IsSuccessStatusCode
                .ShouldBeTrue();
        (await made.StatusAsync()).ShouldBe("WAITING_TO_PAY");
        (await made.CountAsync("pay_ins", "state = 'MISMATCHED'")).ShouldBe(1);
        var list = (await desk.GetAsync("/v1/anomalies", Roles.Finance)).GetProperty("items");
        list.EnumerateArray().Single().GetProperty("kind").GetString().ShouldBe("PAY_IN_MISMATCH");

        (await made.PayAsync()).IsSuccessStatusCode.ShouldBeTrue();
        await made.AtStatusAsync("VERIFYING");
    }

    [Fact]
    public async Task A_second_payment_is_kept_for_finance()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.PayAsync();
        (await made.PayAsync(paymentId: "again-" + made.PaymentId)).IsSuccessStatusCode.ShouldBeTrue();
        (await made.CountAsync("pay_ins", "state = 'EXCESS'")).ShouldBe(1);
        (await made.CountAsync("anomalies", "kind = 'PAID_TWICE' and owner = 'FINANCE'")).ShouldBe(1);
        (await made.StageAsync()).ShouldBe("VERIFYING/SCREENING");
        (await desk.GetAsync("/v1/anomalies", Roles.Finance)).ToString().ShouldContain("again-" + made.PaymentId);
    }

    [Fact]
    public async Task A_payment_that_is_told_of_differently_the_second_time_is_kept_for_finance()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        var other = await desk.CreateAsync();
        await made.PayAsync();
        for (var i = 0; i < 2; i++)
        {
            // The same payment for another transfer, and another payment under the same event.
            await other.PayAsync(paymentId: made.PaymentId, eventId: "evt-other-" + made.PaymentId);
            await made.PayAsync(paymentId: "new-" + made.PaymentId, eventId: "evt-" + made.PaymentId);
        }
        (await other.CountAsync("anomalies", "kind = 'PAY_IN_CONFLICT' and owner = 'FINANCE'")).ShouldBe(1);
        (await made.CountAsync("anomalies",
            $"kind = 'PAY_IN_CONFLICT' and detail like '%new-{made.PaymentId}%'")).ShouldBe(1);
        (await other.StatusAsync()).ShouldBe("WAITING_TO_PAY");
        (await made.PayAsync()).EnsureSuccessStatusCode();
        (await made.CountAsync("anomalies")).ShouldBe(1);
    }

    [Fact]
    public async Task What_is_signed_and_cannot_be_understood_is_recorded_once_for_the_platform()
    {
        var desk = await Desk.OpenAsync();
        var paymentId = $"pay-{Guid.CreateVersion7()}";
        for (var i = 0; i < 2; i++)
            (await desk.CallbackAsync("pay-ins/sandbox-payin", new
            {
                eventId = "evt-" + paymentId, paymentId, reference = "X", status = "PAID",
                amount = new { amount = "5.001", currency = "GBP" },
            })).StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var platform = desk.Service.ClientAs("operator", null, Roles.Platform);
        var list = await Desk.BodyOf(await platform.GetAsync(new Uri("/v1/anomalies", UriKind.Relative)));
        list.GetProperty("items").EnumerateArray()
            .Count(item => item.ToString().Contains(paymentId, StringComparison.Ordinal)).ShouldBe(1);
        (await desk.GetAsync("/v1/anomalies", Roles.Finance, Roles.Compliance)).ToString().ShouldNotContain(paymentId);
    }

    [Fact]
    public async Task Money_for_a_reference_that_nobody_has_is_recorded_once()
    {
        var desk = await Desk.OpenAsync();
        var eventId = $"evt-{Guid.CreateVersion7()}";
        for (var i = 0; i < 3; i++)
            (await desk.CallbackAsync("pay-ins/sandbox-payin", new
            {
                eventId, paymentId = eventId, reference = "NOBODYS", amount = Money.Of(500, "GBP"), status = "PAID",
            })).IsSuccessStatusCode.ShouldBeTrue();
        (await desk.ScalarAsync<long>("select count(*) from anomalies where detail like $1", $"%{eventId}%"))
            .ShouldBe(1);
    }

    [Fact]
    public async Task A_callback_with_missing_fields_is_refused_by_pointer()
    {
        var desk = await Desk.OpenAsync();
        var (status, _, text) = await Desk.ProblemOf(
            await desk.CallbackAsync("pay-ins/sandbox-payin", new { status = "PAID" }));
        status.ShouldBe(422);
        text.ShouldContain("/paymentId");
        var (payout, _, pointers) = await Desk.ProblemOf(await desk.CallbackAsync("payouts/sandbox-bank", new { }));
        payout.ShouldBe(422);
        pointers.ShouldContain("/reference");
    }

    [Fact]
    public async Task A_provider_cannot_speak_for_another()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await made.ToSubmittedAsync();
        var reference = await made.SentReferenceAsync();
        (await made.PayoutCallbackAsync(reference, "COMPLETED", provider: "sandbox-momo")).IsSuccessStatusCode
            .ShouldBeTrue();
        (await made.StageAsync()).ShouldBe("VERIFYING/SUBMITTED");
    }
}
