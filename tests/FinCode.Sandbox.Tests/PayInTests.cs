using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using FinCode.Testing;
using static FinCode.Sandbox.Tests.SandboxUnderTest;

namespace FinCode.Sandbox.Tests;

public sealed class PayInTests(SandboxUnderTest sandbox) : IClassFixture<SandboxUnderTest>
{
    [Fact]
    public async Task Paying_twice_is_one_payment_and_one_callback()
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        var first = await ReadAsync(await PayAsync(reference, url));
        var second = await ReadAsync(await PayAsync(reference, url));

        second.GetProperty("paymentId").GetString().ShouldBe(first.GetProperty("paymentId").GetString());
        var callback = await sandbox.CallbackToAsync(url);
        callback.Json.GetProperty("reference").GetString().ShouldBe(reference);
        callback.Json.GetProperty("paymentId").GetString().ShouldBe(first.GetProperty("paymentId").GetString());
        callback.Json.GetProperty("amount").GetProperty("amount").GetString().ShouldBe("102.00");
        callback.Json.GetProperty("status").GetString().ShouldBe("PAID");
        callback.Json.GetProperty("payerName").GetString().ShouldBe("A. Payer");
        callback.Signature.ShouldBe(Hex(CallbackSecret, $"{callback.Timestamp}.{callback.Body}"));
        (await PayAsync(reference, url, amount: "103.00")).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await ReadAsync(await sandbox.Client.GetAsync($"/payin/payments/{reference}")))
            .GetProperty("amount").GetProperty("amount").GetString().ShouldBe("102.00");
    }

    [Fact]
    public async Task A_person_pays_with_the_page_and_its_button()
    {
        var (reference, url) = ("PCN<b>\"1" + NewReference(), sandbox.NewCallbackUrl());
        var signature = Hex(MerchantSecret, $"{reference}|102.00|GBP|{url}");
        using var browser = new HttpClient { BaseAddress = sandbox.Client.BaseAddress };
        var page = await browser.GetStringAsync($"/payin/pay?reference={Uri.EscapeDataString(reference)}&amount=102.00"
            + $"&currency=GBP&callbackUrl={Uri.EscapeDataString(url)}&signature={signature}");
        page.ShouldNotContain("<b>");
        page.ShouldContain("102.00 GBP");

        var fields = Regex.Matches(page, "name=\"(\\w+)\" value=\"([^\"]*)\"")
            .ToDictionary(match => match.Groups[1].Value, match => WebUtility.HtmlDecode(match.Groups[2].Value));
        using var form = new FormUrlEncodedContent(fields);
        var paid = await browser.PostAsync("/payin/pay", form);
        paid.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await paid.Content.ReadAsStringAsync()).ShouldContain("Paid: 102.00 GBP");
        (await sandbox.CallbackToAsync(url)).Json.GetProperty("reference").GetString().ShouldBe(reference);
    }

    [Theory]
    [InlineData("102.00", "1.00")]
    [InlineData("102.00", "102.0")]
    public async Task A_link_that_the_merchant_did_not_sign_is_refused(string signed, string asked)
    {
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        var signature = Hex(MerchantSecret, $"{reference}|{signed}|GBP|{url}");
        var response = await sandbox.Client.PostAsJsonAsync("/payin/pay",
            new { reference, amount = asked, currency = "GBP", callbackUrl = url, signature });
        response.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await sandbox.Client.GetAsync($"/payin/payments/{reference}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_wrong_request_names_its_fields()
    {
        var response = await sandbox.Client.PostAsJsonAsync("/payin/pay", new { amount = "1.001", currency = "GBP" });
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        using var text = new StringContent("pay");
        (await sandbox.Client.PostAsync("/payin/pay", text)).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        using var broken = new StringContent("{", System.Text.Encoding.UTF8, "application/json");
        (await sandbox.Client.PostAsync("/payin/pay", broken)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_refund_goes_back_once_and_never_more_than_was_paid()
    {
        var payment = NewReference();
        var paid = await ReadAsync(await PayAsync(payment, sandbox.NewCallbackUrl()));
        var (reference, url) = (NewReference(), sandbox.NewCallbackUrl());
        (await RefundAsync(reference, payment, url)).StatusCode.ShouldBe(HttpStatusCode.Accepted);
        (await RefundAsync(reference, payment, url)).IsSuccessStatusCode.ShouldBeTrue();
        var callback = await sandbox.CallbackToAsync(url);
        callback.Json.GetProperty("status").GetString().ShouldBe("COMPLETED");
        callback.Json.TryGetProperty("fee", out _).ShouldBeFalse();

        var second = await RefundAsync(NewReference(), paid.GetProperty("paymentId").GetString()!, url, "0.01");
        second.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await ReadAsync(second)).GetProperty("failure").GetProperty("code").GetString().ShouldBe("MORE_THAN_PAID");
        var unknown = await RefundAsync(NewReference(), NewReference(), url);
        (await ReadAsync(unknown)).GetProperty("failure").GetProperty("code").GetString().ShouldBe("UNKNOWN_PAYMENT");
    }

    [Fact]
    public async Task The_payers_reference_chooses_what_becomes_of_a_refund()
    {
        (await RefundOfPayerAsync("JOHN 0001")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await RefundOfPayerAsync("JOHN 0003")).Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var unknown = await RefundOfPayerAsync("JOHN 0005");
        unknown.Status.ShouldBe(HttpStatusCode.InternalServerError);
        (await ReadAsync(await sandbox.Client.GetAsync($"/payin/refunds/{unknown.Reference}")))
            .GetProperty("status").GetString().ShouldBe("COMPLETED");
        (await RefundOfPayerAsync("JOHN 1234")).Status.ShouldBe(HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_payer_with_0007_makes_the_pay_in_call_back_three_times()
    {
        var url = sandbox.NewCallbackUrl();
        await PayAsync(NewReference(), url, payer: "X0007");
        await Eventually.TrueAsync(() => sandbox.CallbacksTo(url).Count == 3, "three callbacks");
        sandbox.CallbacksTo(url).Select(c => c.Json.GetProperty("eventId").GetString()).Distinct().Count().ShouldBe(1);
    }

    private async Task<(string Reference, HttpStatusCode Status)> RefundOfPayerAsync(string payer)
    {
        var (payment, reference) = (NewReference(), NewReference());
        await PayAsync(payment, sandbox.NewCallbackUrl(), payer: payer);
        return (reference, (await RefundAsync(reference, payment, sandbox.NewCallbackUrl())).StatusCode);
    }

    private Task<HttpResponseMessage> PayAsync(
        string reference, string callbackUrl, string amount = "102.00", string? payer = null) =>
        sandbox.Client.PostAsJsonAsync("/payin/pay", new
        {
            reference,
            amount,
            currency = "GBP",
            callbackUrl,
            signature = Hex(MerchantSecret, $"{reference}|{amount}|GBP|{callbackUrl}"),
            payerReference = payer,
            payerName = "A. Payer",
        });

    private Task<HttpResponseMessage> RefundAsync(
        string reference, string payment, string callbackUrl, string amount = "102.00") =>
        sandbox.Client.PostAsJsonAsync("/payin/refunds", new
        {
            reference,
            paymentReference = payment,
            amount = new { amount, currency = "GBP" },
            callbackUrl,
        });

    private static Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>();
}
