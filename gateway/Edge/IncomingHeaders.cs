using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Primitives;

namespace FinCode.Gateway.Edge;

/// <summary>
/// Headers in which a caller could pretend to be somebody, or to come from somewhere, end here. Only load balancers
/// named in
/// <c>Gateway:KnownProxies</c> (networks such as <c>10.0.0.0/8</c>, separated by commas) are believed about address and
/// scheme.
/// </summary>
internal static class IncomingHeaders
{
    private static readonly string[] Exact = ["Forwarded", "X-Real-IP", "Proxy"];

    private static readonly string[] Prefixes =
        ["X-Forwarded-", "X-Original-", "X-Tenant", "X-User", "X-Role", "X-Client-", "X-Auth-", "X-Principal"];

    public static void UseKnownProxies(this WebApplication app)
    {
        var networks = app.Configuration["Gateway:KnownProxies"];
        if (string.IsNullOrWhiteSpace(networks))
            return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = 1,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks.Split(
            ',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            options.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(network));
        app.UseForwardedHeaders(options);
    }

    public static void UseHeaderCleaning(this WebApplication app) => app.Use((http, next) =>
    {
        var headers = http.Request.Headers;
        foreach (var name in headers.Keys.Where(IsSpoofable).ToArray())
            headers[name] = StringValues.Empty;
        return next(http);
    });

    private static bool IsSpoofable(string name) =>
        Exact.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Prefixes.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
        // Some servers read an underscore as a dash.
        || (name.Contains('_', StringComparison.Ordinal) && IsSpoofable(name.Replace('_', '-')));
}
