using System.Net;
using System.Text.Json;
using FinCode.Contracts;
using FinCode.Testing;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

public sealed class ReceiptTests
{
    [Fact]
    public async Task A_receipt_says_what_was_agreed_and_where_it_publicly_stands()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync(account: "0123456789");
        var before = await desk.GetAsync(Path(made));
        before.GetProperty("status").GetString().ShouldBe("WAITING_TO_PAY");
        before.TryGetProperty("paidInAt", out _).ShouldBeFalse();
        before.GetProperty("statusSince").GetDateTimeOffset().ShouldBe(
            before.GetProperty("createdAt").GetDateTimeOffset(), TimeSpan.FromSeconds(5));

        (await made.PayAsync()).EnsureSuccessStatusCode();
        await made.AtStatusAsync("VERIFYING");

        var receipt = await desk.GetAsync(Path(made));
        receipt.GetProperty("id").GetString().ShouldBe(made.Id.ToString());
        receipt.GetProperty("pcn").GetString().ShouldBe(made.Pcn);
        receipt.GetProperty("paidInAt").GetDateTimeOffset()
            .ShouldBeGreaterThanOrEqualTo(before.GetProperty("createdAt").GetDateTimeOffset());
        Text(receipt, "sender").ShouldBe("G*** H***");
        Text(receipt, "beneficiary").ShouldBe("A*** O***");
        Amount(receipt.GetProperty("sendAmount")).ShouldBe("100.00 GBP");
        var fee = receipt.GetProperty("fees").EnumerateArray().Single();
        (Text(fee, "kind"), Amount(fee.GetProperty("amount"))).ShouldBe(("TRANSFER_FEE", "2.00 GBP"));
        Amount(receipt.GetProperty("totalToPay")).ShouldBe("102.00 GBP");
        Amount(receipt.GetProperty("receiveAmount")).ShouldBe("197000.00 NGN");
        Text(receipt, "rate").ShouldBe("1970");
        receipt.GetProperty("paidTo").GetRawText().ShouldBe("""{"institution":"Sample Bank","account":"****6789"}""");
        Text(receipt, "deliveryEstimate").ShouldBe("WITHIN_24_HOURS");
        receipt.GetRawText().ShouldNotContain("0123456789");
    }

    [Theory]
    [InlineData("MOBILE_MONEY", "MTN")]
    [InlineData("CASH_PICKUP", "Lagos 1")]
    public async Task Where_it_goes_is_named_by_method_and_phones_are_masked(string method, string institution)
    {
        var desk = await Desk.OpenAsync();
        var account = Desk.NewAccount();
        var paidTo = (await desk.GetAsync(Path(await desk.CreateAsync(method, account: account))))
            .GetProperty("paidTo");
        (Text(paidTo, "institution"), Text(paidTo, "account")).ShouldBe((institution, "****" + account[^4..]));
        (await desk.GetAsync(Path(await desk.CreateAsync("WALLET")))).TryGetProperty("paidTo", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_a_short_number_less_than_half_is_shown()
    {
        var desk = await Desk.OpenAsync();
        foreach (var (account, shown) in (IEnumerable<(string, string)>)
            [("1", "****"), ("12345", "****45"), ("123456789", "****6789")])
            Text((await desk.GetAsync(Path(await desk.CreateAsync(change: request => request["payoutDetails"] =
                new { bankCode = "058", accountNumber = account })))).GetProperty("paidTo"), "account").ShouldBe(shown);
    }

    [Fact]
    public async Task Only_a_manager_sees_names_and_customers_other_scopes_and_other_tenants_see_nothing()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        foreach (var role in (string[])[Roles.Cashier, Roles.Agent, Roles.Compliance, Roles.Finance])
            Text(await desk.GetAsync(Path(made), role), "sender").ShouldBe("G*** H***");
        var full = await desk.GetAsync(Path(made), Roles.Manager);
        (Text(full, "sender"), Text(full, "beneficiary")).ShouldBe(("Grace Hopper", "Ada Obi"));

        using var customer = desk.Client(Roles.Customer);
        using var otherScope = desk.Client(Scopes.QuotesWrite);
        using var stranger = desk.Service.Client(TestTenant.New(), Scopes.TransactionsRead, Roles.Manager);
        foreach (var (client, status) in (IEnumerable<(HttpClient, HttpStatusCode)>)
            [(customer, HttpStatusCode.Forbidden), (otherScope, HttpStatusCode.Forbidden),
                (stranger, HttpStatusCode.NotFound)])
            (await client.GetAsync(new Uri(Path(made), UriKind.Relative))).StatusCode.ShouldBe(status);
        (await desk.Partner.GetAsync("/v1/transactions/nonsense/receipt")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(null, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true)]
    [InlineData(null, "*/*", false)]
    [InlineData(null, "application/json, text/html", false)]
    [InlineData(null, "text/html;q=0.5, application/json;q=0.9", false)]
    [InlineData("html", "application/json", true)]
    [InlineData("json", "text/html", false)]
    public async Task It_is_JSON_unless_a_page_is_asked_for(string? format, string accept, bool isPage)
    {
        var desk = await Desk.OpenAsync();
        using var answer = await ReadAsync(desk.Partner, await desk.CreateAsync(), format, accept);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe(isPage ? "text/html" : "application/json");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        answer.Headers.Contains("Content-Security-Policy").ShouldBe(isPage);
    }

    [Fact]
    public async Task A_format_that_does_not_exist_is_pointed_at()
    {
        var desk = await Desk.OpenAsync();
        using var answer = await ReadAsync(desk.Partner, await desk.CreateAsync(), "pdf", "*/*");
        answer.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
    }

    [Fact]
    public async Task On_the_page_every_value_is_escaped()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync("CASH_PICKUP", request =>
        {
            request["beneficiary"] = new { kind = "PERSON", fullName = "<b>Ada</b> \"O'bi\"", country = "NG" };
            request["payoutDetails"] = new { phone = "+2348012345678", pickupPoint = "<script>alert(1)</script>" };
        });
        using var manager = desk.Client(Roles.Manager);
        using var answer = await ReadAsync(manager, made, "html", "*/*");
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain("&lt;b&gt;Ada&lt;/b&gt; &quot;O&#x27;bi&quot;");
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;, ****5678");
        page.ShouldNotContain("<script");
        foreach (var words in (string[])
            [made.Pcn, "Waiting for the payment", "100.00 GBP", "2.00 GBP", "102.00 GBP", "1 GBP = 1970 NGN",
                "197000.00 NGN", "Cash Pickup", "within 1 hour of the payment"])
            page.ShouldContain(words);
    }

    [Fact]
    public async Task Of_an_erased_sender_the_receipt_keeps_the_amounts_only()
    {
        var desk = await Desk.OpenAsync();
        var made = await desk.CreateAsync();
        await desk.ExecuteAsync("update parties set restricted_at = now(), erase_after = now(), erased_at = now(), "
            + "erasure_asked_by = 'one', erasure_approved_by = 'two', wrapped_key = '', sealed = '' "
            + "where tenant_id = $1", desk.Tenant.Value);
        var receipt = await desk.GetAsync(Path(made), Roles.Manager);
        (Text(receipt, "sender"), Text(receipt, "beneficiary")).ShouldBe(("***", "***"));
        receipt.TryGetProperty("paidTo", out _).ShouldBeFalse();
        Amount(receipt.GetProperty("totalToPay")).ShouldBe("102.00 GBP");
    }

    private static string Path(Made made) => $"/v1/transactions/{made.Id}/receipt";

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    private static string Amount(JsonElement money) => $"{Text(money, "amount")} {Text(money, "currency")}";

    private static async Task<HttpResponseMessage> ReadAsync(
        HttpClient client, Made made, string? format, string accept)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Get, Path(made) + (format is null ? "" : $"?format={format}"));
        request.Headers.Add("Accept", accept);
        return await client.SendAsync(request);
    }
}
