using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using static FinCode.Sandbox.Tests.SandboxUnderTest;

namespace FinCode.Sandbox.Tests;

public sealed class PayoutFormTests(SandboxUnderTest sandbox) : IClassFixture<SandboxUnderTest>
{
    [Fact]
    public async Task A_malformed_order_gets_pointers_and_is_not_taken()
    {
        var reference = NewReference();
        var response = await sandbox.Client.PostAsJsonAsync("/bank/payouts", new
        {
            reference,
            amount = new { amount = "-1.00", currency = "NGN" },
            beneficiary = new { name = "", accountNumber = "1", country = "Nigeria" },
            callbackUrl = "ftp://example.com/",
        });
        response.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        var pointers = (await ReadAsync(response)).GetProperty("errors").EnumerateArray()
            .Select(error => error.GetProperty("pointer").GetString()).ToArray();
        pointers.ShouldBe(["/beneficiary/name", "/beneficiary/bankCode", "/beneficiary/country", "/amount/amount",
            "/callbackUrl"]);
        await ShouldBeUnknownAsync(reference);
    }

    [Theory]
    [InlineData("{", HttpStatusCode.BadRequest)]
    [InlineData("""{"amount": {"amount": "1.001", "currency": "GBP"}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("""{"amount": {"amount": "1.00", "currency": "XXZ"}}""", HttpStatusCode.UnprocessableEntity)]
    [InlineData("null", HttpStatusCode.BadRequest)]
    public async Task A_body_that_is_no_order_is_the_callers_fault(string body, HttpStatusCode status)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        (await sandbox.Client.PostAsync("/bank/payouts", content)).StatusCode.ShouldBe(status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("another-key-than-ours")]
    public async Task Without_the_api_key_nothing_is_taken(string? key)
    {
        using var client = new HttpClient { BaseAddress = sandbox.Client.BaseAddress };
        if (key is not null)
            client.DefaultRequestHeaders.Add("X-Api-Key", key);
        var reference = NewReference();
        var response = await client.PostAsJsonAsync("/bank/payouts",
            BankPayout("12345", reference, sandbox.NewCallbackUrl()));
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await ReadAsync(response)).GetProperty("code").GetString().ShouldBe("AUTH_REQUIRED");
        (await client.GetAsync($"/bank/payouts/{reference}")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await ShouldBeUnknownAsync(reference);
        (await client.GetAsync("/alive")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("7777", "MATCH")]
    [InlineData("0014", "CLOSE_MATCH")]
    [InlineData("0009", "NO_MATCH")]
    public async Task A_name_is_compared_with_the_accounts_before_anything_is_paid(string magic, string match)
    {
        var bank = await sandbox.Client.PostAsJsonAsync("/bank/name-enquiries",
            new { name = "Ada Obi", bankCode = "058", accountNumber = "1234" + magic, country = "NG" });
        (await ReadAsync(bank)).GetProperty("match").GetString().ShouldBe(match);
        var operatorSays = await sandbox.Client.PostAsJsonAsync("/momo/name-enquiries",
            new { name = "Ada Obi", @operator = "MTN", phone = "+2567000" + magic, country = "UG" });
        (await ReadAsync(operatorSays)).GetProperty("match").GetString().ShouldBe(match);
    }

    [Fact]
    public async Task A_name_enquiry_needs_the_key_a_name_and_a_bank_that_is_there()
    {
        using var nobody = new HttpClient { BaseAddress = sandbox.Client.BaseAddress };
        (await nobody.PostAsJsonAsync("/bank/name-enquiries", new { name = "Ada Obi", accountNumber = "7777" }))
            .StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await sandbox.Client.PostAsJsonAsync("/bank/name-enquiries", new { accountNumber = "7777" }))
            .StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        (await sandbox.Client.PostAsJsonAsync("/bank/name-enquiries", new { name = "A", accountNumber = "0001" }))
            .StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task The_document_of_its_api_is_served()
    {
        var document = await sandbox.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json");
        document.GetProperty("paths").TryGetProperty("/bank/payouts", out _).ShouldBeTrue();
        document.GetProperty("paths").TryGetProperty("/webhooks/{inbox}", out _).ShouldBeTrue();
    }

    private async Task ShouldBeUnknownAsync(string reference) =>
        (await sandbox.Client.GetAsync($"/bank/payouts/{reference}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

    private static Task<JsonElement> ReadAsync(HttpResponseMessage response) =>
        response.Content.ReadFromJsonAsync<JsonElement>();
}
