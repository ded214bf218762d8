using FinCode.Gateway.Edge;
using FinCode.Gateway.RateLimits;
using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.Authorization;

namespace FinCode.Gateway;

public static class GatewayApp
{
    public const string Noun = "gateway";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(GatewayApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Use = Use,
    };

    private static void Add(WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.AddGatewayProxy();
        // Every route says who may pass; with a fallback, a path that does not exist would answer 401 instead of 404.
        services.PostConfigure<AuthorizationOptions>(options => options.FallbackPolicy = null);
        services.AddSingleton(new Limits(builder.Configuration));
        services.AddSingleton<LocalBuckets>();
        var redis = builder.Configuration.RequireConnectionString("redis");
        var timeout = builder.Configuration.GetValue(
            "RateLimits:RedisTimeoutMilliseconds", RedisBuckets.TimeoutMilliseconds);
        services.AddSingleton(_ => new RedisBuckets(redis, timeout));
        services.AddSingleton<RateLimiting>();
        services.AddHealthChecks().AddCheck<RedisHealth>("redis");
    }

    private static void Use(WebApplication app)
    {
        app.UseKnownProxies();
        app.UseHeaderCleaning();
        app.UseSecurityHeaders();
        app.UseBodyLimit();
    }

    private static void Map(WebApplication app)
    {
        app.UseMiddleware<RateLimiting>();
        app.MapDocuments();
        app.MapReverseProxy();
    }
}
