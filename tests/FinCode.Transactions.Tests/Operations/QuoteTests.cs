using System.Net.Http.Json;
using System.Text;
using FinCode.Contracts;
using FinCode.Transactions.Tests.Support;

namespace FinCode.Transactions.Tests.Operations;

public sealed class QuoteTests
{
    private static async Task<(int, string?, string)> RefusalAsync(Desk desk, Action<Dictionary<string,
        object?>> change)
    {
        var quote = Desk.Quote();
        change(quote);
        return await Desk.ProblemOf(await desk.Partner.PostAsJsonAsync("/v1/quotes", quote));
    }

    [Fact]
    public async Task A_quote_says_what_is_paid_and_what_arrives()
    {
        var desk = await Desk.OpenAsync();
        var quote = await Desk.BodyOf(await desk.Partner.PostAsJsonAsync("/v1/quotes", Desk.Quote()));

        quote.GetProperty("sendAmount").ToString().ShouldContain("100.00");
        quote.GetProperty("receiveAmount").GetProperty("amount").GetString().ShouldBe("197000.00");
        quote.GetProperty("totalToPay").GetProperty("amount").GetString().ShouldBe("102.00");
        quote.GetProperty("fees")[0].GetProperty("amount").GetProperty("amount").GetString().ShouldBe("2.00");
        quote.GetProperty("rate").GetProperty("value").GetString().ShouldBe("1970");
        var stored = await desk.ScalarAsync<long>(
            "select mid_value_minor + fx_income_minor + fee_minor from quotes where tenant_id = $1", desk.Tenant.Value);
        stored.ShouldBe(10_200);
    }

    [Fact]
    public async Task A_fee_can_be_part_of_the_amount_and_a_receive_amount_can_be_asked_for()
    {
        var desk = await Desk.OpenAsync();
        var inclusive = Desk.Quote();
        inclusive["feeInclusive"] = true;
        var first = await Desk.BodyOf(await desk.Partner.PostAsJsonAsync("/v1/quotes", inclusive));
        first.GetProperty("totalToPay").GetProperty("amount").GetString().ShouldBe("100.00");
        first.GetProperty("sendAmount").GetProperty("amount").GetString().ShouldBe("98.00");

        var receiving = Desk.Quote();
        receiving["sendAmount"] = null;
        receiving["receiveAmount"] = new { amount = "197000.00", currency = "NGN" };
        var second = await Desk.BodyOf(await desk.Partner.PostAsJsonAsync("/v1/quotes", receiving));
        second.GetProperty("sendAmount").GetProperty("amount").GetString().ShouldBe("100.00");
    }

    [Fact]
    public async Task Currencies_without_and_with_three_decimals_are_quoted_exactly()
    {
        var desk = await Desk.OpenAsync();
        (await desk.PutCorridorAsync("GB-UG", Desk.Corridor("GBP", "UGX", "4700.5", 100))).EnsureSuccessStatusCode();
        (await desk.PutCorridorAsync("GB-KW", Desk.Corridor("GBP", "KWD", "0.39", 100))).EnsureSuccessStatusCode();
        foreach (var (country, receives) in ((string, string)[])[("UG", "465349"), ("KW", "38.610")])
        {
            var quote = Desk.Quote();
            quote["receiveCountry"] = country;
            var body = await Desk.BodyOf(await desk.Partner.PostAsJsonAsync("/v1/quotes", quote));
            body.GetProperty("receiveAmount").GetProperty("amount").GetString().ShouldBe(receives);
        }
    }

    [Theory]
    [InlineData("\"sendAmount\": {\"amount\": \"1.001\", \"currency\": \"GBP\"}", "/sendAmount")]
    [InlineData("\"sendAmount\": {\"amount\": \"0.00\", \"currency\": \"GBP\"}", "/sendAmount/amount")]
    [InlineData("\"sendAmount\": {\"amount\": \"-5.00\", \"currency\": \"GBP\"}", "/sendAmount/amount")]
    [InlineData("\"sendAmount\": {\"amount\": \"5.00\", \"currency\": \"QQQ\"}", "/sendAmount")]
    [InlineData("\"sendAmount\": {\"amount\": \"5.00\", \"currency\": \"EUR\"}", "/sendAmount/currency")]
    [InlineData("\"sendAmount\": 5", "/sendAmount")]
    [InlineData("\"colour\": \"green\"", "/colour")]
    public async Task A_wrong_field_is_named_by_a_pointer(string field, string pointer)
    {
        var desk = await Desk.OpenAsync();
        var json = "{\"sendCountry\": \"GB\", \"receiveCountry\": \"NG\", \"payoutMethod\": \"BANK\", "
            + "\"payInMethod\": \"CARD\", "
            + field + "}";
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        var (status, code, text) = await Desk.ProblemOf(await desk.Partner.PostAsync("/v1/quotes", content));
        status.ShouldBe(422);
        code.ShouldBe("VALIDATION_ERROR");
        text.ShouldContain($"\"pointer\":\"{pointer}\"");
        (await desk.ScalarAsync<long>("select count(*) from quotes where tenant_id = $1", desk.Tenant.Value))
            .ShouldBe(0);
    }

    [Fact]
    public async Task What_cannot_be_quoted_is_refused_with_a_stable_code()
    {
        var desk = await Desk.OpenAsync();
        (await RefusalAsync(desk, quote => quote["receiveCountry"] = "ZZ")).Item2.ShouldBe("VALIDATION_ERROR");
        (await RefusalAsync(desk, quote => quote["payInMethod"] = "WALLET")).Item3.ShouldContain("/payInMethod");
        (await RefusalAsync(desk, quote => quote["receiveCurrency"] = "USD")).Item3.ShouldContain("/receiveCurrency");
        (await RefusalAsync(desk, quote => quote["sendAmount"] = null)).Item1.ShouldBe(422);
        (await RefusalAsync(desk, quote => quote["receiveAmount"] = new { amount = "1.00", currency = "NGN" })).Item1
            .ShouldBe(422);
        (await RefusalAsync(desk, quote => quote["sendAmount"] = new { amount = "5000.01", currency = "GBP" }))
            .Item2.ShouldBe("LIMIT_EXCEEDED");
        (await RefusalAsync(desk, quote =>
        {
            quote["sendAmount"] = null;
            quote["receiveAmount"] = new { amount = "9999999999999999.99", currency = "NGN" };
        })).Item2.ShouldBe("LIMIT_EXCEEDED");
    }

    [Fact]
    public async Task An_amount_that_rounds_to_nothing_is_refused()
    {
        var desk = await Desk.OpenAsync();
        (await desk.PutCorridorAsync("JP-KW", Desk.Corridor("JPY", "KWD", "0.0001", 0))).EnsureSuccessStatusCode();
        var (status, _, text) = await RefusalAsync(desk, quote =>
        {
            quote["sendCountry"] = "JP";
            quote["receiveCountry"] = "KW";
            quote["sendAmount"] = new { amount = "1", currency = "JPY" };
        });
        status.ShouldBe(422);
        text.ShouldContain("/sendAmount/amount");
    }

    [Fact]
    public async Task Broken_JSON_a_missing_scope_and_no_token_are_told_apart()
    {
        var desk = await Desk.OpenAsync();
        using var broken = new StringContent("{\"sendCountry\": ", Encoding.UTF8, "application/json");
        (await Desk.ProblemOf(await desk.Partner.PostAsync("/v1/quotes", broken))).ShouldSatisfyAllConditions(
            problem => problem.Status.ShouldBe(400), problem => problem.Code.ShouldBe("MALFORMED_REQUEST"));
        using var reader = desk.Client(Scopes.TransactionsRead);
        (await Desk.ProblemOf(await reader.PostAsJsonAsync("/v1/quotes", Desk.Quote()))).Code.ShouldBe("FORBIDDEN");
        using var nobody = desk.Service.AnonymousClient();
        (await Desk.ProblemOf(await nobody.PostAsJsonAsync("/v1/quotes", Desk.Quote()))).Code.ShouldBe("AUTH_REQUIRED");
    }

    [Fact]
    public async Task A_corridor_is_the_managers_and_is_checked()
    {
        var desk = await Desk.OpenAsync();
        using var cashier = desk.Client(Roles.Cashier);
        (await cashier.PutAsJsonAsync("/v1/corridors/GB-GH", Desk.Corridor("GBP", "GHS"))).StatusCode.ShouldBe(
            System.Net.HttpStatusCode.Forbidden);
        var wrong = new
        {
            sendCurrency = "GBP",
            receiveCurrency = "XXX",
            rate = new { mid = "0", markupBasisPoints = 9_000 },
            methods = new[] { new { method = "BANK", provider = "sandbox-momo" } },
            payIns = new[] { new { method = "CARD", provider = "sandbox-bank" } },
        };
        var (status, _, text) = await Desk.ProblemOf(await desk.PutCorridorAsync("GB-GH", wrong));
        status.ShouldBe(422);
        foreach (var pointer in (string[])["/receiveCurrency", "/rate/mid", "/rate/markupBasisPoints",
            "/methods/0/provider",
                     "/methods/0/fee", "/payIns/0/provider"])
            text.ShouldContain($"\"{pointer}\"");

        var list = await desk.GetAsync("/v1/corridors", Roles.Manager);
        list.GetProperty("items").GetArrayLength().ShouldBe(1);
        using var partner = desk.Client(Scopes.QuotesWrite);
        var needs = await Desk.BodyOf(await partner.GetAsync(
            new Uri("/v1/corridors/GB-NG/requirements?method=MOBILE_MONEY", UriKind.Relative)));
        needs.ToString().ShouldContain("operator");
    }
}
