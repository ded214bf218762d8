using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Compliance;

public static class ComplianceApp
{
    public const string Noun = "compliance";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(ComplianceApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(ComplianceApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder) => builder.AddMessaging(Noun, _ => { });

    private static void Map(WebApplication app)
    {
    }
}
