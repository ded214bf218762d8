using System.Net;
using System.Net.Sockets;
using System.Text;
using FinCode.ServiceDefaults;
using static FinCode.Gateway.Tests.GatewayUnderTest;

namespace FinCode.Gateway.Tests;

public sealed class RoutingTests
{
    public static TheoryData<string, string> Table
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var route in Routes.All)
                rows.Add(route.Prefix, route.Service);
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task Each_row_of_the_table_leads_to_its_service_with_path_query_and_body(string prefix, string service)
    {
        var gateway = await SharedAsync();

        var seen = await gateway.SeenAsync(new HttpRequestMessage(HttpMethod.Post, prefix + "/some/thing?a=b%20c&d=%2F")
        {
            Content = new StringContent("{\"x\": 1}", Encoding.UTF8, "application/json"),
        });
        var exact = await gateway.SeenAsync(new HttpRequestMessage(HttpMethod.Get, prefix));

        seen.Service.ShouldBe(service);
        seen.Method.ShouldBe("POST");
        seen.Path.ShouldBe(prefix + "/some/thing?a=b%20c&d=%2F");
        seen.Body.ShouldBe("{\"x\": 1}");
        exact.Service.ShouldBe(service);
        exact.Path.ShouldBe(prefix);
    }

    [Theory]
    [MemberData(nameof(Table))]
    public async Task A_row_needs_a_token_unless_it_says_otherwise(string prefix, string service)
    {
        var gateway = await SharedAsync();
        var access = Routes.All.Single(route => route.Prefix == prefix).Access;

        var response = await gateway.Anonymous.GetAsync(prefix + "/thing");

        if (access == RouteAccess.Caller)
            (await CodeOf(response, 401)).ShouldBe(Problems.AuthRequired, service);
        else
            response.StatusCode.ShouldBe(HttpStatusCode.OK, service);
    }

    [Fact]
    public void Only_these_are_open_to_everybody() =>
        Routes.All.Where(route => route.Access != RouteAccess.Caller).Select(route => route.Prefix)
            .ShouldBe(["/connect", "/.well-known", "/v1/auth/sign-in", "/v1/callbacks", "/v1/kyc/callbacks"]);

    [Theory]
    [InlineData("/internal/parties/pty_1")]
    [InlineData("/internal")]
    [InlineData("/v1/internal")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/v1/transactionsX")]
    [InlineData("/V2/transactions")]
    [InlineData("/v1")]
    [InlineData("/")]
    [InlineData("/v1/quotes/../../internal/parties/pty_1")]
    [InlineData("/v1/quotes/%2e%2e/%2e%2e/internal/parties/pty_1")]
    [InlineData("//internal/parties")]
    public async Task What_is_not_in_the_table_does_not_exist(string path)
    {
        var gateway = await SharedAsync();

        (await RawAsync(gateway, $"GET {path} HTTP/1.1")).ShouldContain(Problems.NotFoundCode);
    }

    [Theory]
    [InlineData("/v1/quotes/..%2f..%2finternal/parties")]
    [InlineData("/v1/quotes/%252e%252e/internal")]
    public async Task An_encoded_way_out_stays_below_its_prefix(string path)
    {
        var gateway = await SharedAsync();

        var seen = await RawAsync(
            gateway, $"GET {path} HTTP/1.1", gateway.Caller.DefaultRequestHeaders.Authorization!.ToString());

        seen.ShouldContain("\"Path\":\"/v1/quotes/");
        seen.ShouldNotContain("\"Path\":\"/internal");
    }

    [Theory]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("PROPFIND")]
    public async Task A_method_that_no_service_has_is_refused(string method)
    {
        var gateway = await SharedAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/v1/quotes");

        (await CodeOf(await gateway.Caller.SendAsync(request), 405)).ShouldBe(Problems.MethodNotAllowed);
    }

    [Fact]
    public async Task The_gateways_own_health_is_its_own()
    {
        var gateway = await SharedAsync();

        (await gateway.Anonymous.GetStringAsync("/alive")).ShouldBe("Healthy");
        (await gateway.Anonymous.GetStringAsync("/health")).ShouldContain("redis");
    }

    /// <summary>A request line as it is, without what a client library would tidy up.</summary>
    private static async Task<string> RawAsync(
        GatewayUnderTest gateway, string requestLine, string? authorization = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, gateway.Service.Address.Port);
        await using var stream = client.GetStream();
        var head = requestLine + "\r\nHost: gateway\r\nConnection: close\r\n"
            + (authorization is null ? "" : $"Authorization: {authorization}\r\n") + "\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head));
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync();
    }
}
