using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;
using Yarp.ReverseProxy.Transforms;

namespace FinCode.Gateway;

/// <summary>
/// Turns the table of routes into YARP's. A service is reached at <c>services:noun:http:0</c> (and <c>:1</c>, ... where
/// it has several addresses), else at <c>http://noun</c>. <c>Gateway:TimeoutSeconds</c> (30 unless set) without any
/// activity is a 504.
/// </summary>
internal static class ReverseProxy
{
    private const int TimeoutSeconds = 30;

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

    private static readonly Dictionary<string, Route> ById = Routes.All.ToDictionary(route => route.Prefix);

    public static void AddGatewayProxy(this WebApplicationBuilder builder)
    {
        var timeout = TimeSpan.FromSeconds(builder.Configuration.GetValue("Gateway:TimeoutSeconds", TimeoutSeconds));
        var clusters = Routes.All.Select(route => route.Service).Distinct()
            .Select(noun => ClusterOf(noun, builder.Configuration, timeout)).ToArray();
        builder.Services.AddReverseProxy()
            .LoadFromMemory([.. Routes.All.Select(RouteOf)], clusters)
            .AddTransforms(transforms =>
            {
                transforms.AddXForwarded(ForwardedTransformActions.Remove);
                transforms.AddXForwardedFor(action: ForwardedTransformActions.Set);
                transforms.AddXForwardedProto(action: ForwardedTransformActions.Set);
                transforms.AddResponseHeaderRemove(HeaderNames.Server, ResponseCondition.Always);
                transforms.AddResponseHeaderRemove(HeaderNames.XPoweredBy, ResponseCondition.Always);
            });
    }

    /// <summary>The row of the table that a request goes by; null when it is not proxied.</summary>
    public static Route? RouteOf(HttpContext http) =>
        http.GetEndpoint()?.Metadata.GetMetadata<RouteModel>() is { } model ? ById[model.Config.RouteId] : null;

    private static RouteConfig RouteOf(Route route) => new()
    {
        RouteId = route.Prefix,
        ClusterId = route.Service,
        Match = new RouteMatch { Path = route.Prefix + "/{**rest}", Methods = Methods },
        AuthorizationPolicy = route.Access == RouteAccess.Caller ? "default" : "anonymous",
    };

    private static ClusterConfig ClusterOf(string noun, ConfigurationManager configuration, TimeSpan timeout)
    {
        var addresses = configuration.GetSection($"services:{noun}:http").GetChildren()
            .Select(address => address.Value).OfType<string>().DefaultIfEmpty($"http://{noun}");
        return new ClusterConfig
        {
            ClusterId = noun,
            Destinations = addresses.Select((address, i) => (address, i)).ToDictionary(
                item => $"{noun}-{item.i}", item => new DestinationConfig { Address = item.address }),
            HttpRequest = new ForwarderRequestConfig { ActivityTimeout = timeout },
        };
    }
}
