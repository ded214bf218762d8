using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static FinCode.Sandbox.Tests.SandboxUnderTest;

namespace FinCode.Sandbox.Tests;

/// <summary>Payouts that the caller wants back.</summary>
public sealed class CancelTests(SandboxUnderTest sandbox) : IClassFixture<SandboxUnderTest>
{
    [Fact]
    public async Task What_waits_is_taken_back_for_ever()
    {
        var (reference, phone, url) = (NewReference(), NewAccount("1234"), sandbox.NewCallbackUrl());
        await PayCashAsync(phone, reference, url);

        for (var i = 0; i < 2; i++)
            ShouldBeCancelled(await CancelAsync("cash", reference));

        (await sandbox.Client.PostAsync($"/cash/payouts/{reference}/collect", null)).EnsureSuccessStatusCode();
        var again = await PayCashAsync(phone, reference, url);
        (await ReadAsync(again)).GetProperty("failure").GetProperty("code").GetString().ShouldBe("CANCELLED");
        (await PaymentsAsync("cash", phone)).ShouldBe(0);
    }

    [Fact]
    public async Task What_was_made_stays()
    {
        var (reference, account) = (NewReference(), NewAccount("0013"));
        await sandbox.PayBankAsync(account, reference, sandbox.NewCallbackUrl());

        (await CancelAsync("bank", reference)).GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await PaymentsAsync("bank", account)).ShouldBe(1);
    }

    [Fact]
    public async Task An_order_that_comes_after_its_cancel_pays_nothing()
    {
        var (reference, account) = (NewReference(), NewAccount("1234"));
        ShouldBeCancelled(await CancelAsync("bank", reference));

        var late = await sandbox.PayBankAsync(account, reference, sandbox.NewCallbackUrl());

        late.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        ShouldBeCancelled(await ReadAsync(late));
        (await PaymentsAsync("bank", account)).ShouldBe(0);
    }

    [Fact]
    public async Task Value_0015_is_not_taken_back()
    {
        var (reference, phone) = (NewReference(), NewAccount("0015"));
        await PayCashAsync(phone, reference);

        (await CancelAsync("cash", reference)).GetProperty("status").GetString().ShouldBe("ACCEPTED");
        (await sandbox.Client.PostAsync($"/cash/payouts/{reference}/collect", null)).EnsureSuccessStatusCode();
        (await PaymentsAsync("cash", phone)).ShouldBe(1);
    }

    [Fact]
    public async Task Value_0016_is_taken_back_without_an_answer_and_says_so_when_asked_again()
    {
        var (reference, phone) = (NewReference(), NewAccount("0016"));
        await PayCashAsync(phone, reference);

        (await sandbox.Client.PostAsync($"/cash/payouts/{reference}/cancel", null)).StatusCode
            .ShouldBe(HttpStatusCode.InternalServerError);
        ShouldBeCancelled(await CancelAsync("cash", reference));
        (await PaymentsAsync("cash", phone)).ShouldBe(0);
    }

    private static Task<JsonElement> ReadAsync(HttpResponseMessage answer) =>
        answer.Content.ReadFromJsonAsync<JsonElement>();

    private static void ShouldBeCancelled(JsonElement answer)
    {
        answer.GetProperty("status").GetString().ShouldBe("REJECTED");
        answer.GetProperty("failure").GetProperty("code").GetString().ShouldBe("CANCELLED");
        answer.GetProperty("failure").GetProperty("retryable").GetBoolean().ShouldBeFalse();
    }

    private Task<HttpResponseMessage> PayCashAsync(string phone, string reference, string? url = null) =>
        sandbox.Client.PostAsJsonAsync("/cash/payouts", new
        {
            reference,
            amount = new { amount = "1000.00", currency = "NGN" },
            beneficiary = new { name = "Ada Obi", phone, pickupPoint = "Lagos 1", country = "NG" },
            callbackUrl = url ?? sandbox.NewCallbackUrl(),
        });

    private async Task<JsonElement> CancelAsync(string rail, string reference)
    {
        var answer = await sandbox.Client.PostAsync($"/{rail}/payouts/{reference}/cancel", null);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await ReadAsync(answer);
    }

    private async Task<int> PaymentsAsync(string rail, string account) =>
        (await sandbox.Client.GetFromJsonAsync<JsonElement>($"/{rail}/payouts?account={account}"))
        .GetProperty("items").EnumerateArray().Sum(one => one.GetProperty("payments").GetInt32());
}
