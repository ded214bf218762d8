using FinCode.Messaging;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications;

public static class NotificationsApp
{
    public const string Noun = "notifications";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(NotificationsApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(NotificationsApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder) => builder.AddMessaging(Noun, _ => { });

    private static void Map(WebApplication app)
    {
    }
}
