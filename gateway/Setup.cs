using FinCode.ServiceDefaults;

namespace FinCode.Gateway;

public static class GatewayApp
{
    public const string Noun = "gateway";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(GatewayApp).Assembly)
    {
        Add = Add,
        Map = Map,
    };

    private static void Add(WebApplicationBuilder builder)
    {
    }

    private static void Map(WebApplication app)
    {
    }
}
