using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Ledger;

public static class LedgerApp
{
    public const string Noun = "ledger";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(LedgerApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(LedgerApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder) => builder.AddMessaging(Noun, _ => { });

    private static void Map(WebApplication app)
    {
    }
}
