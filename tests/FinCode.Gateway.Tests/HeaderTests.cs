using static FinCode.Gateway.Tests.GatewayUnderTest;

namespace FinCode.Gateway.Tests;

public sealed class HeaderTests
{
    [Theory]
    [InlineData("X-Forwarded-For", "6.6.6.6")]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("X-Forwarded-Prefix", "/evil")]
    [InlineData("Forwarded", "for=6.6.6.6")]
    [InlineData("X-Real-IP", "6.6.6.6")]
    [InlineData("X-Tenant", "evil")]
    [InlineData("x-tenant-id", "evil")]
    [InlineData("X_Tenant_Id", "evil")]
    [InlineData("X-User", "evil")]
    [InlineData("X-User-Id", "evil")]
    [InlineData("X-Original-URL", "/evil")]
    [InlineData("X-Role", "evil")]
    public async Task A_header_that_pretends_goes_no_further(string name, string value)
    {
        var gateway = await SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/quotes");
        request.Headers.TryAddWithoutValidation(name, value).ShouldBeTrue();

        var seen = await gateway.SeenAsync(request);

        seen.Headers.Values.ShouldNotContain(value);
    }

    [Fact]
    public async Task The_service_hears_the_real_address_and_scheme()
    {
        var gateway = await SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/quotes");
        request.Headers.Add("X-Forwarded-Proto", "https");

        var seen = await gateway.SeenAsync(request);

        seen.Headers["x-forwarded-for"].ShouldContain("127.0.0.1");
        seen.Headers["x-forwarded-proto"].ShouldBe("http");
    }

    [Fact]
    public async Task Other_headers_and_the_trace_pass()
    {
        var gateway = await SharedAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/quotes");
        request.Headers.Add("Idempotency-Key", "one");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

        var seen = await gateway.SeenAsync(request);

        seen.Headers["idempotency-key"].ShouldBe("one");
        seen.Headers["traceparent"].ShouldStartWith("00-0af7651916cd43dd8448eb211c80319c-");
    }

    [Fact]
    public async Task Answers_tell_browsers_what_they_may_and_nobody_what_it_runs_on()
    {
        var gateway = await SharedAsync();

        foreach (var path in (string[])["/v1/quotes/named", "/nothing", "/alive"])
        {
            using var response = await gateway.Caller.GetAsync(path);
            response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
            response.Headers.GetValues("X-Frame-Options").ShouldBe(["DENY"]);
            response.Headers.GetValues("Content-Security-Policy").Single().ShouldContain("default-src 'none'");
            response.Headers.Contains("Server").ShouldBeFalse();
            response.Headers.Contains("X-Powered-By").ShouldBeFalse();
            response.Headers.Contains("Strict-Transport-Security").ShouldBeFalse();
            response.Headers.Contains("Access-Control-Allow-Origin").ShouldBeFalse();
            response.Headers.CacheControl!.NoStore.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task A_known_load_balancer_is_believed_about_address_and_scheme_but_only_its_own_entry()
    {
        await using var gateway = await StartAsync(("Gateway:KnownProxies", "127.0.0.0/8, ::ffff:127.0.0.0/104"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/quotes");
        request.Headers.Add("X-Forwarded-For", "6.6.6.6, 9.9.9.9");
        request.Headers.Add("X-Forwarded-Proto", "https");

        using var response = await gateway.Caller.SendAsync(request);

        var text = await response.Content.ReadAsStringAsync();
        text.ShouldContain("9.9.9.9");
        text.ShouldNotContain("6.6.6.6");
        response.Headers.Contains("Strict-Transport-Security").ShouldBeTrue();
    }
}
