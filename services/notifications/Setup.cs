using FinCode.Contracts;
using FinCode.Messaging;
using FinCode.Notifications.Email;
using FinCode.Notifications.Jobs;
using FinCode.Notifications.Operations;
using FinCode.Notifications.Reactions;
using FinCode.Notifications.Storage;
using FinCode.Notifications.Webhooks;
using FinCode.ServiceDefaults;

namespace FinCode.Notifications;

public static class NotificationsApp
{
    public const string Noun = "notifications";
    internal const string PartnersDocument = "partners";

    public static ServiceDefinition Service { get; } = new(Noun, typeof(NotificationsApp).Assembly)
    {
        Add = Add,
        Map = Map,
        Migrations = [typeof(Outbox).Assembly, typeof(NotificationsApp).Assembly],
    };

    private static void Add(WebApplicationBuilder builder)
    {
        builder.AddMessaging(Noun, reactions => reactions
            .On<TransactionStatusChanged, OnTransactionStatusChanged>()
            .On<TransactionFunded, OnTransactionFunded>()
            .On<BalanceCrossed, OnBalanceCrossed>()
            .On<KycVerificationCompleted, OnKycVerificationCompleted>());
        var settings = WebhookSettings.From(builder.Configuration);
        var services = builder.Services;
        services.AddSingleton(settings);
        services.AddSingleton<SecretBox>();
        services.AddSingleton<WebhookClient>();
        services.AddSessionDbContext<NotificationsContext>();
        services.AddScoped<TenantStore>();
        services.AddScoped<WebhookOutlet>();
        services.AddScoped<DeliveryRecords>();
        services.AddSingleton<DeliveryLanes>();
        services.AddHostedService(provider => provider.GetRequiredService<DeliveryLanes>());
        services.AddJob<DeliverWebhooks>(settings.PollInterval);
        EmailSetup.Add(builder, settings.PollInterval);
        services.AddOpenApi("v1", options => options.ShouldInclude = _ => true);
        services.AddOpenApi(PartnersDocument, options =>
            options.ShouldInclude = endpoint => endpoint.GroupName == PartnersDocument);
    }

    private static void Map(WebApplication app)
    {
        app.MapMessaging();
        app.MapOpenApi().AllowAnonymous();
        CreateWebhookEndpoint.Map(app);
        ListWebhookEndpoints.Map(app);
        GetWebhookEndpoint.Map(app);
        DeleteWebhookEndpoint.Map(app);
        SwitchWebhookEndpoint.Map(app);
        RotateWebhookSecret.Map(app);
        TestWebhookEndpoint.Map(app);
        ListWebhookDeliveries.Map(app);
        RedeliverWebhook.Map(app);
        ListCustomerEmails.Map(app);
        EmailSetup.Announce(app);
    }
}
