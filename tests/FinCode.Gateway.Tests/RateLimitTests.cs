using System.Net;
using FinCode.Contracts;
using FinCode.Gateway.RateLimits;
using FinCode.ServiceDefaults;
using FinCode.Testing;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;
using static FinCode.Gateway.Tests.GatewayUnderTest;
using Limit = FinCode.Gateway.RateLimits.Limit;

namespace FinCode.Gateway.Tests;

public sealed class RateLimitTests
{
    /// <summary>
    /// On a busy machine Redis may take longer than the gateway would wait, and counting alone is no exact count.
    /// </summary>
    private static readonly (string, string?) Patient = ("RateLimits:RedisTimeoutMilliseconds", "60000");

    private static readonly (string, string?)[] Twenty =
        [("RateLimits:Clients:PerMinute", "1"), ("RateLimits:Clients:Burst", "20")];

    [Fact]
    public async Task Exactly_the_burst_passes_when_all_come_at_once_through_two_gateways()
    {
        await using var one = await StartAsync([Patient, .. Twenty]);
        await using var two = await StartAsync([Patient, .. Twenty]);
        var tenant = TestTenant.New();
        HttpClient[] clients = [one.Service.Client(tenant, Roles.Cashier), two.Service.Client(tenant, Roles.Cashier)];

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => clients[i % 2].GetAsync("/v1/quotes")));

        answers.Count(answer => answer.StatusCode == HttpStatusCode.OK).ShouldBe(20);
        answers.Count(answer => answer.StatusCode == HttpStatusCode.TooManyRequests).ShouldBe(40);
    }

    [Fact]
    public async Task A_refusal_says_when_to_come_again_and_others_are_not_affected()
    {
        await using var gateway = await StartAsync(
            Patient, ("RateLimits:Clients:PerMinute", "1"), ("RateLimits:Clients:Burst", "2"));
        var tenant = TestTenant.New();
        using var client = gateway.Service.Client(tenant, Roles.Cashier);

        using var first = await client.GetAsync("/v1/quotes");
        using var second = await client.GetAsync("/v1/quotes");
        using var refused = await client.GetAsync("/v1/quotes");

        first.Headers.GetValues("RateLimit-Policy").ShouldBe(["\"clients\";q=2;w=120"]);
        first.Headers.GetValues("RateLimit").Single().ShouldBe("\"clients\";r=1;t=60");
        second.Headers.GetValues("RateLimit").Single().ShouldStartWith("\"clients\";r=0;t=1");
        (await CodeOf(refused, 429)).ShouldBe(Problems.RateLimitExceeded);
        refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds.ShouldBeInRange(1, 60);
        foreach (var other in (HttpClient[])[
            gateway.Service.ClientAs("another", tenant, Roles.Cashier),
            gateway.Service.Client(TestTenant.New(), Roles.Cashier)])
            (await other.GetAsync("/v1/quotes")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Passwords_are_tried_from_one_address_only_so_often_whatever_address_is_pretended()
    {
        var redis = await TestServers.RedisConnectionStringAsync();
        await using var gateway = await StartAsync(
            Patient, ("RateLimits:Credentials:PerMinute", "1"), ("RateLimits:Credentials:Burst", "3"),
            ("ConnectionStrings:redis", redis + ",defaultDatabase=3"));

        var statuses = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, i % 2 == 0 ? "/v1/auth/sign-in" : "/connect/token");
            request.Headers.Add("X-Forwarded-For", $"10.0.0.{i}");
            statuses.Add((int)(await gateway.Anonymous.SendAsync(request)).StatusCode);
        }

        statuses.ShouldBe([200, 200, 200, 429, 429]);
        (await gateway.Anonymous.GetAsync("/.well-known/jwks")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.Anonymous.PostAsync("/v1/callbacks/pay-ins/x", null)).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Redis_going_away_refuses_nobody_counts_on_and_is_used_again_when_it_is_back()
    {
        var redis = await TestServers.RedisConnectionStringAsync();
        await using var link = RedisLink.To(redis);
        await using var gateway = await StartAsync([("ConnectionStrings:redis", link.ConnectionString), .. Twenty]);
        await using var direct = await ConnectionMultiplexer.ConnectAsync(redis);
        await IsSharedAsync(gateway, direct, isShared: true);

        foreach (var breakIt in (Action[])[link.Cut, link.HoldUp])
        {
            breakIt();
            using var client = gateway.Service.Client(TestTenant.New(), Roles.Cashier);
            var statuses = new List<HttpStatusCode>();
            for (var i = 0; i < 25; i++)
                statuses.Add((await client.GetAsync("/v1/quotes")).StatusCode);
            statuses.Take(20).ShouldAllBe(status => status == HttpStatusCode.OK);
            statuses.Skip(20).ShouldAllBe(status => status == HttpStatusCode.TooManyRequests);
            (await gateway.Anonymous.GetAsync("/health")).StatusCode.ShouldBe(HttpStatusCode.OK);
            await IsSharedAsync(gateway, direct, isShared: false);

            // A server that was started anew does not know the script any more.
            await direct.GetDatabase().ExecuteAsync("SCRIPT", "FLUSH");
            link.Mend();
            await Eventually.HoldsAsync(() => IsSharedAsync(gateway, direct, isShared: true));
        }
    }

    [Fact]
    public async Task A_gateway_starts_without_redis()
    {
        await using var gateway = await StartAsync(("ConnectionStrings:redis", "127.0.0.1:1"));

        (await gateway.Caller.GetAsync("/v1/quotes")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.Anonymous.GetStringAsync("/health")).ShouldContain("Degraded");
    }

    [Fact]
    public void Counting_alone_lets_the_burst_pass_and_then_the_rate()
    {
        var clock = new FakeTimeProvider();
        var buckets = new LocalBuckets(clock);
        var limit = new Limit("test", 60, 5);

        Enumerable.Range(0, 8).Count(_ => buckets.Take("a", limit).IsAllowed).ShouldBe(5);
        buckets.Take("b", limit).ShouldBe(new Verdict(true, 4, 0, 1_000_000));
        buckets.Take("a", limit).RetryAfter.ShouldBe(1_000_000);
        clock.Advance(TimeSpan.FromMilliseconds(2_500));
        Enumerable.Range(0, 8).Count(_ => buckets.Take("a", limit).IsAllowed).ShouldBe(2);
        clock.Advance(TimeSpan.FromHours(1));
        Enumerable.Range(0, 8).Count(_ => buckets.Take("a", limit).IsAllowed).ShouldBe(5);
    }

    [Fact]
    public void Counting_alone_is_exact_when_many_count_at_once()
    {
        var buckets = new LocalBuckets(new FakeTimeProvider());
        var limit = new Limit("test", 1, 100);
        var passed = 0;

        Parallel.For(0, 1_000, _ =>
        {
            if (buckets.Take("a", limit).IsAllowed)
                Interlocked.Increment(ref passed);
        });

        passed.ShouldBe(100);
    }

    [Fact]
    public void Counting_alone_keeps_a_bounded_number_of_keys()
    {
        var buckets = new LocalBuckets(new FakeTimeProvider());
        for (var i = 0; i < LocalBuckets.MaxKeys * 2; i++)
            buckets.Take($"key {i}", new Limit("test", 60, 5));

        buckets.Count.ShouldBeLessThanOrEqualTo(LocalBuckets.MaxKeys);
    }

    [Fact]
    public async Task The_script_and_the_local_count_agree()
    {
        using var shared = new RedisBuckets(
            await TestServers.RedisConnectionStringAsync(), timeoutMilliseconds: 60_000);
        var local = new LocalBuckets(new FakeTimeProvider());
        var limit = new Limit("test", 1, 7);
        var key = Guid.CreateVersion7().ToString();
        for (var i = 0; i < 10; i++)
        {
            var expected = local.Take(key, limit);
            var verdict = (await shared.TryTakeAsync(key, limit))!.Value;
            (verdict.IsAllowed, verdict.Remaining).ShouldBe(
                (expected.IsAllowed, expected.Remaining), $"request {i + 1}");
        }
    }

    /// <summary>Whether a request leaves a trace in Redis.</summary>
    private static async Task IsSharedAsync(GatewayUnderTest gateway, ConnectionMultiplexer redis, bool isShared)
    {
        var tenant = TestTenant.New();
        using var client = gateway.Service.Client(tenant, Roles.Cashier);
        (await client.GetAsync("/v1/quotes")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await redis.GetDatabase().KeyExistsAsync($"rate:clients:{tenant}:tester")).ShouldBe(isShared);
    }
}
