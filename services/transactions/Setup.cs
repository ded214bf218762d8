using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Transactions;

public static class TransactionsApp
{
    public const string Noun = "transactions";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(TransactionsApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(TransactionsApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder) => builder.AddMessaging(Noun, _ => { });

    private static void Map(WebApplication app)
    {
    }
}
