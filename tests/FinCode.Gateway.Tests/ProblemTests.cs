using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using FinCode.ServiceDefaults;
using static FinCode.Gateway.Tests.GatewayUnderTest;

namespace FinCode.Gateway.Tests;

public sealed class ProblemTests
{
    [Fact]
    public async Task A_body_that_says_it_is_too_large_is_refused()
    {
        var gateway = await SharedAsync();
        using var body = new ByteArrayContent(new byte[Defaults.MaxRequestBodyBytes + 1]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");

        (await CodeOf(await gateway.Caller.PostAsync("/v1/quotes", body), 413)).ShouldBe(Problems.PayloadTooLarge);
    }

    [Fact]
    public async Task A_body_that_does_not_say_its_length_is_cut_off_at_the_same_size()
    {
        var gateway = await SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/quotes")
        {
            Content = new StreamContent(new MemoryStream(new byte[Defaults.MaxRequestBodyBytes * 2])),
        };
        request.Headers.TransferEncodingChunked = true;

        using var response = await gateway.Caller.SendAsync(request);

        ((int)response.StatusCode).ShouldBe(413);
    }

    [Fact]
    public async Task A_body_of_the_largest_size_passes()
    {
        var gateway = await SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/quotes")
        {
            Content = new ByteArrayContent(new byte[Defaults.MaxRequestBodyBytes]),
        };

        (await gateway.SeenAsync(request)).Body.Length.ShouldBe(Defaults.MaxRequestBodyBytes);
    }

    [Theory]
    [InlineData("/v1/ledger/reconciliation/accounts/psp:acme/GBP/statements")]
    [InlineData("/v1/kyc/customers/pty_1/documents")]
    public async Task Files_of_banks_and_documents_of_customers_may_be_larger_than_any_other_body(string path)
    {
        var gateway = await SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(new byte[Defaults.MaxRequestBodyBytes * 2]),
        };
        using var tooLarge = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new ByteArrayContent(new byte[17 * 1024 * 1024]),
            Headers = { ExpectContinue = true },
        };

        (await gateway.SeenAsync(request)).Body.Length.ShouldBe(Defaults.MaxRequestBodyBytes * 2);
        (await CodeOf(await gateway.Caller.SendAsync(tooLarge), 413)).ShouldBe(Problems.PayloadTooLarge);
    }

    [Fact]
    public async Task A_service_that_is_down_is_a_502_and_the_others_go_on()
    {
        await using var gateway = await StartAsync(("services:ledger:http:0", $"http://127.0.0.1:{UnusedPort()}"));

        (await CodeOf(await gateway.Caller.GetAsync("/v1/ledger/accounts"), 502)).ShouldBe(Problems.ServiceUnavailable);
        (await gateway.Caller.GetAsync("/v1/quotes")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_service_that_does_not_answer_in_time_is_a_504()
    {
        await using var gateway = await StartAsync(("Gateway:TimeoutSeconds", "1"));

        (await CodeOf(await gateway.Caller.GetAsync("/v1/quotes/slow"), 504)).ShouldBe(Problems.ServiceUnavailable);
    }

    [Fact]
    public async Task What_a_service_answers_is_passed_on_as_it_is()
    {
        var gateway = await SharedAsync();

        using var response = await gateway.Caller.GetAsync("/v1/quotes/empty404");

        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).ShouldBeEmpty();
    }

    private static int UnusedPort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
