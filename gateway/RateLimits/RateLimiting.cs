using System.Globalization;
using FinCode.ServiceDefaults;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace FinCode.Gateway.RateLimits;

/// <summary>
/// Counts each proxied request against its limit: per tenant and client where there is a token, per address elsewhere.
/// Answers carry RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers); a refusal is 429 with
/// Retry-After. Redis away is no reason to refuse: this process then counts alone.
/// </summary>
internal sealed partial class RateLimiting(
    RedisBuckets shared, LocalBuckets local, Limits limits, ILogger<RateLimiting> logger) : IMiddleware
{
    private int _countsAlone;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (ReverseProxy.RouteOf(context) is not { } route)
        {
            await next(context);
            return;
        }
        var limit = limits.Of(route.Access);
        var verdict = await TakeAsync($"{limit.Name}:{WhoAsks(context, route)}", limit);
        var headers = context.Response.Headers;
        headers["RateLimit-Policy"] = Invariant($"\"{limit.Name}\";q={limit.Burst};w={limit.WindowSeconds}");
        headers["RateLimit"] = Invariant($"\"{limit.Name}\";r={verdict.Remaining};t={Limit.Seconds(verdict.Reset)}");
        if (verdict.IsAllowed)
        {
            await next(context);
            return;
        }
        var seconds = Limit.Seconds(verdict.RetryAfter);
        headers.RetryAfter = Invariant($"{seconds}");
        await Problems.Of(
            StatusCodes.Status429TooManyRequests, Problems.RateLimitExceeded,
            Invariant($"Too many requests. The next one is welcome in {seconds} s.")).ExecuteAsync(context);
    }

    private async ValueTask<Verdict> TakeAsync(string key, Limit limit)
    {
        var verdict = await shared.TryTakeAsync(key, limit);
        var countsAlone = verdict is null ? 1 : 0;
        if (Interlocked.Exchange(ref _countsAlone, countsAlone) != countsAlone)
        {
            if (verdict is null)
                LogAlone(logger);
            else
                LogShared(logger);
        }
        return verdict ?? local.Take(key, limit);
    }

    private static string WhoAsks(HttpContext context, Route route) => route.Access == RouteAccess.Caller
        ? $"{context.User.FindFirst(Caller.TenantClaim)?.Value}:{context.User.FindFirst("sub")?.Value}"
        : context.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Redis does not answer; rate limits are counted by this process alone")]
    private static partial void LogAlone(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis answers again; rate limits are shared")]
    private static partial void LogShared(ILogger logger);
}

/// <summary>Without Redis the gateway works, so it is degraded, not unhealthy.</summary>
internal sealed class RedisHealth(RedisBuckets buckets) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(buckets.IsConnected
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Degraded("Redis does not answer; this process counts rate limits alone."));
}
