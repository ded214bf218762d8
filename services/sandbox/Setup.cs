using FinCode.ServiceDefaults;

namespace FinCode.Sandbox;

public static class SandboxApp
{
    public const string Noun = "sandbox";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(SandboxApp).Assembly)
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
