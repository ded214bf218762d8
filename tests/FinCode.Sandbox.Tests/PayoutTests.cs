using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using FinCode.Testing;
using static FinCode.Sandbox.Tests.SandboxUnderTest;

namespace FinCode.Sandbox.Tests;

public sealed class PayoutTests(SandboxUnderTest sandbox) : IClassFixture<SandboxUnderTest>
{
    [Fact]
    public async Task A_payout_is_accepted_and_completed_by_one_signed_callback()
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        var response = await sandbox.PayBankAsync(NewAccount("1234"), reference, url);

        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var answer = await ReadAsync(response);
        answer.GetProperty("status").GetString().ShouldBe("ACCEPTED");
        var callback = await sandbox.CallbackToAsync(url);
        callback.Json.GetProperty("reference").GetString().ShouldBe(reference);
        callback.Json.GetProperty("providerId").GetString().ShouldBe(answer.GetProperty("providerId").GetString());
        callback.Json.GetProperty("status").GetString().ShouldBe("COMPLETED");
        callback.Json.GetProperty("fee").GetProperty("amount").GetString().ShouldBe("1.00");
        callback.Signature.ShouldBe(Hex(CallbackSecret, $"{callback.Timestamp}.{callback.Body}"));
    }

    [Fact]
    public async Task The_same_order_twice_pays_once_and_answers_the_same()
    {
        var (reference, url, account) = (NewReference(), sandbox.NewCallbackUrl(), NewAccount("1234"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            sandbox.PayBankAsync(account, reference, url)));

        var ids = await Task.WhenAll(answers.Select(async a =>
            (await ReadAsync(a)).GetProperty("providerId").GetString()));
        ids.Distinct().Count().ShouldBe(1);
        await sandbox.CallbackToAsync(url);
        (await PaymentsToAsync(account)).ShouldBe(1);
        var again = await sandbox.PayBankAsync(account, reference, url);
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(again)).GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await PaymentsToAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task A_reference_with_other_content_is_refused()
    {
        var (reference, url, account) = (NewReference(), sandbox.NewCallbackUrl(), NewAccount("1234"));
        await sandbox.PayBankAsync(account, reference, url);
        var other = await sandbox.PayBankAsync(account, reference, url, amount: "1000.01");
        other.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ReadAsync(other)).GetProperty("code").GetString().ShouldBe("REFERENCE_REUSED");
    }

    [Fact]
    public async Task Value_0001_is_definitely_down_every_time()
    {
        var (reference, account) = (NewReference(), NewAccount("0001"));
        for (var i = 0; i < 4; i++)
            await ShouldBeDownAsync(await sandbox.PayBankAsync(account, reference, sandbox.NewCallbackUrl()));
        await ShouldBeUnknownAsync(reference);
    }

    [Fact]
    public async Task Value_0002_is_down_twice_then_works_also_under_new_references()
    {
        var (account, url) = (NewAccount("0002"), sandbox.NewCallbackUrl());
        await ShouldBeDownAsync(await sandbox.PayBankAsync(account, NewReference(), url));
        await ShouldBeDownAsync(await sandbox.PayBankAsync(account, NewReference(), url));
        (await sandbox.PayBankAsync(account, NewReference(), url)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await sandbox.CallbackToAsync(url);
        (await PaymentsToAsync(account)).ShouldBe(1);
    }

    [Theory]
    [InlineData("0003", "ACCOUNT_CLOSED")]
    [InlineData("0009", "NAME_MISMATCH")]
    public async Task A_permanent_rejection_is_422_again_and_again_and_pays_nothing(string ending, string code)
    {
        var (reference, url, account) = (NewReference(), sandbox.NewCallbackUrl(), NewAccount(ending));
        for (var i = 0; i < 2; i++)
        {
            var response = await sandbox.PayBankAsync(account, reference, url);
            response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            var answer = await ReadAsync(response);
            answer.GetProperty("status").GetString().ShouldBe("REJECTED");
            answer.GetProperty("failure").GetProperty("code").GetString().ShouldBe(code);
            answer.GetProperty("failure").GetProperty("retryable").GetBoolean().ShouldBeFalse();
        }
        (await sandbox.AskBankAsync(reference)).GetProperty("status").GetString().ShouldBe("REJECTED");
        (await PaymentsToAsync(account)).ShouldBe(0);
    }

    [Fact]
    public async Task Value_0004_pays_at_once_and_keeps_the_caller_waiting()
    {
        var (reference, url, account) = (NewReference(), sandbox.NewCallbackUrl(), NewAccount("0004"));
        using var patience = new CancellationTokenSource();
        var waiting = sandbox.PayBankAsync(account, reference, url, cancel: patience.Token);
        await Eventually.TrueAsync(async () => await PaymentsToAsync(account) == 1, "the payment");
        waiting.IsCompleted.ShouldBeFalse();
        await patience.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(waiting);

        (await sandbox.AskBankAsync(reference)).GetProperty("status").GetString().ShouldBe("COMPLETED");
        var again = await sandbox.PayBankAsync(account, reference, url);
        (await ReadAsync(again)).GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await PaymentsToAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task Value_0005_answers_500_but_has_paid()
    {
        var (reference, account) = (NewReference(), NewAccount("0005"));
        var response = await sandbox.PayBankAsync(account, reference, sandbox.NewCallbackUrl());
        response.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await sandbox.AskBankAsync(reference)).GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await PaymentsToAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task Value_0006_answers_500_and_has_taken_nothing()
    {
        var (reference, account) = (NewReference(), NewAccount("0006"));
        for (var i = 0; i < 2; i++)
            (await sandbox.PayBankAsync(account, reference, sandbox.NewCallbackUrl()))
                .StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        await ShouldBeUnknownAsync(reference);
    }

    [Fact]
    public async Task Value_0007_calls_back_three_times_with_one_event_id()
    {
        var (reference, url, account) = (NewReference(), sandbox.NewCallbackUrl(), NewAccount("0007"));
        await sandbox.PayBankAsync(account, reference, url);
        await Eventually.TrueAsync(() => sandbox.CallbacksTo(url).Count == 3, "three callbacks");
        sandbox.CallbacksTo(url).Select(c => c.Json.GetProperty("eventId").GetString()).Distinct().Count().ShouldBe(1);
        (await PaymentsToAsync(account)).ShouldBe(1);
    }

    [Fact]
    public async Task Value_0008_completes_without_a_callback()
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        (await sandbox.PayBankAsync(NewAccount("0008"), reference, url)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await Eventually.TrueAsync(
            async () => (await sandbox.AskBankAsync(reference)).GetProperty("status").GetString() == "COMPLETED",
                "the end");
        await OthersAreThroughAsync();
        sandbox.CallbacksTo(url).ShouldBeEmpty();
    }

    [Fact]
    public async Task Value_0010_takes_the_same_reference_at_the_second_time()
    {
        var (reference, url, account) = (NewReference(), sandbox.NewCallbackUrl(), NewAccount("0010"));
        (await sandbox.PayBankAsync(account, reference, url)).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        await ShouldBeUnknownAsync(reference);
        (await sandbox.PayBankAsync(account, reference, url)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await sandbox.CallbackToAsync(url);
        (await PaymentsToAsync(account)).ShouldBe(1);
    }

    [Theory]
    [InlineData("0011", "ACCOUNT_CLOSED", false)]
    [InlineData("0012", "LIMIT_EXCEEDED", true)]
    public async Task A_later_rejection_comes_by_callback(string ending, string code, bool retryable)
    {
        var (reference, url, account) = (NewReference(), sandbox.NewCallbackUrl(), NewAccount(ending));
        (await sandbox.PayBankAsync(account, reference, url)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        var callback = (await sandbox.CallbackToAsync(url)).Json;
        callback.GetProperty("status").GetString().ShouldBe("REJECTED");
        callback.GetProperty("failure").GetProperty("code").GetString().ShouldBe(code);
        callback.GetProperty("failure").GetProperty("retryable").GetBoolean().ShouldBe(retryable);
        callback.TryGetProperty("fee", out _).ShouldBeFalse();
        (await PaymentsToAsync(account)).ShouldBe(0);
    }

    [Fact]
    public async Task Value_0013_is_completed_in_the_answer()
    {
        var response = await sandbox.PayBankAsync(NewAccount("0013"), NewReference(), sandbox.NewCallbackUrl());
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ReadAsync(response)).GetProperty("status").GetString().ShouldBe("COMPLETED");
    }

    [Fact]
    public async Task A_callback_that_is_not_taken_comes_again()
    {
        var url = sandbox.NewCallbackUrl(failures: 2);
        await sandbox.PayBankAsync(NewAccount("1234"), NewReference(), url);
        await sandbox.CallbackToAsync(url);
        sandbox.CallbacksTo(url).Select(callback => callback.Answered).ShouldBe([500, 500, 200]);
        sandbox.CallbacksTo(url).Select(callback => callback.Body).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Mobile_money_works_by_phone_number()
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        var response = await sandbox.Client.PostAsJsonAsync("/momo/payouts", new
        {
            reference,
            amount = new { amount = "50000", currency = "UGX" },
            beneficiary = new { name = "Okello", @operator = "MTN", phone = "+256 700 123456", country = "UG" },
            callbackUrl = url,
        });
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await sandbox.CallbackToAsync(url)).Json.GetProperty("fee").GetProperty("amount").GetString().ShouldBe("250");
    }

    [Fact]
    public async Task Cash_waits_until_it_is_collected_and_is_collected_once()
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        var response = await sandbox.Client.PostAsJsonAsync("/cash/payouts", new
        {
            reference,
            amount = new { amount = "100.250", currency = "KWD" },
            beneficiary = new { name = "Noor", phone = "+96550001111", pickupPoint = "KW-01", country = "KW" },
            callbackUrl = url,
        });
        response.StatusCode.ShouldBe(HttpStatusCode.Accepted);
        await OthersAreThroughAsync();
        (await AskAsync($"/cash/payouts/{reference}")).GetProperty("status").GetString().ShouldBe("ACCEPTED");
        sandbox.CallbacksTo(url).ShouldBeEmpty();

        for (var i = 0; i < 2; i++)
            (await sandbox.Client.PostAsync($"/cash/payouts/{reference}/collect", null)).StatusCode.ShouldBe(
                HttpStatusCode.OK);
        (await sandbox.CallbackToAsync(url)).Json.GetProperty("status").GetString().ShouldBe("COMPLETED");
        await OthersAreThroughAsync();
        sandbox.CallbacksTo(url).Count.ShouldBe(1);
        (await sandbox.Client.PostAsync($"/cash/payouts/{NewReference()}/collect", null))
            .StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    /// <summary>When a payout that was ordered later has had its callback, an earlier one's would have come as
    /// well.</summary>
    private async Task OthersAreThroughAsync()
    {
        var url = sandbox.NewCallbackUrl();
        await sandbox.PayBankAsync(NewAccount("1234"), NewReference(), url);
        await sandbox.CallbackToAsync(url);
    }

    private async Task<int> PaymentsToAsync(string account) => (await AskAsync($"/bank/payouts?account={account}"))
        .GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("payments").GetInt32());

    private async Task ShouldBeUnknownAsync(string reference) =>
        (await sandbox.Client.GetAsync($"/bank/payouts/{reference}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    private static async Task ShouldBeDownAsync(HttpResponseMessage response)
    {
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        var answer = await ReadAsync(response);
        answer.GetProperty("definite").GetBoolean().ShouldBeTrue();
        answer.GetProperty("failure").GetProperty("retryable").GetBoolean().ShouldBeTrue();
    }

    private Task<JsonElement> AskAsync(string path) => sandbox.Client.GetFromJsonAsync<JsonElement>(path);

    private static Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>();
}
