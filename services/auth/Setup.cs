using FinCode.ServiceDefaults;

namespace FinCode.Auth;

public static class AuthApp
{
    public const string Noun = "auth";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(AuthApp).Assembly)
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
