using FinCode.Sandbox.Callbacks;
using FinCode.Sandbox.Identities;
using FinCode.Sandbox.Inboxes;
using FinCode.Sandbox.Instructions;
using FinCode.Sandbox.PayIns;
using FinCode.Sandbox.Storage;
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
        var settings = SandboxSettings.From(builder.Configuration);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<Journal>();
        builder.Services.AddSingleton<Book>();
        builder.Services.AddSingleton<CallbackQueue>();
        builder.Services.AddSingleton<InstructionDesk>();
        builder.Services.AddSingleton<PaymentDesk>();
        builder.Services.AddSingleton<InboxDesk>();
        builder.Services.AddSingleton<IdentityDesk>();
        builder.Services.AddHostedService<CallbackSender>();
        builder.Services.AddHttpClient(CallbackSender.Client, client => client.Timeout = CallbackSender.Timeout)
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false });
        builder.AddApiKeyAuthentication();
        builder.Services.AddOpenApi("v1", options => options.ShouldInclude = _ => true);
    }

    private static void Map(WebApplication app)
    {
        app.MapOpenApi().AllowAnonymous();
        app.MapPayouts();
        app.MapNameEnquiries();
        app.MapPayIns();
        app.MapRefunds();
        app.MapInboxes();
        app.MapIdentities();
    }
}
