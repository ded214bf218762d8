using System.Globalization;
using FinCode.Auth;
using FinCode.Compliance;
using FinCode.Ledger;
using FinCode.Notifications;
using FinCode.Sandbox;
using FinCode.Standalone.Servers;
using FinCode.Transactions;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// The configuration of each service: what all need (addresses, issuer, Kafka, Redis), its own database and no
/// other's, and the secrets
/// that concern it.
/// </summary>
internal sealed class ServiceSettings(
    PlatformOptions options, DataFolder folder, PlatformServers servers,
    IReadOnlyDictionary<string, ServiceDatabase> databases, PlatformSecrets secrets, IReadOnlyDictionary<string,
        int> ports)
{
    public const string PlatformClientId = "platform";
    public const string ServiceClientId = "fincode-services";

    public Dictionary<string, string?> For(string noun)
    {
        var settings = new Dictionary<string, string?>(options.Settings)
        {
            ["Auth:Issuer"] = Address(PlatformServices.Gateway) + "/",
            ["ConnectionStrings:kafka"] = servers.Kafka,
            ["ConnectionStrings:redis"] = servers.Redis,
            // Listeners are process-wide: a second registration would export everything twice.
            ["Telemetry:Register"] = noun == PlatformServices.Gateway ? "true" : "false",
        };
        foreach (var service in ports.Keys)
            settings[$"services:{service}:http:0"] = Address(service);
        if (databases.TryGetValue(noun, out var database))
            settings[$"ConnectionStrings:{noun}"] = database.App;
        foreach (var (key, value) in Own(noun))
            settings[key] = value;
        return settings;
    }

    private IEnumerable<(string Key, string Value)> Own(string noun) => noun switch
    {
        AuthApp.Noun =>
        [
            ("Auth:MasterKey", secrets.KeyOf(noun)),
            ("Auth:Platform:ClientId", PlatformClientId),
            ("Auth:Platform:ClientSecret", secrets.PlatformClientSecret),
            .. AsService(),
        ],
        SandboxApp.Noun =>
        [
            ("Sandbox:ApiKey", secrets.SandboxApiKey),
            ("Sandbox:CallbackSecret", secrets.SandboxCallbackSecret),
            ("Sandbox:MerchantSecret", secrets.SandboxMerchantSecret),
            ("Sandbox:DataFolder", folder.In("sandbox")),
        ],
        ComplianceApp.Noun =>
        [
            .. AsService(),
            ("Compliance:MasterKey", secrets.KeyOf(noun)),
            ("Compliance:CaseHeadsFolder", folder.In("case-heads")),
            ("Compliance:ListsFolder", options.Configuration["Compliance:ListsFolder"] ?? options.ListsFolder),
            .. options.Configuration.GetSection("Compliance:Lists").AsEnumerable()
                .Where(setting => setting.Value is not null).Select(setting => (setting.Key, setting.Value!)),
            ("Identity:Provider", SandboxProviders.Identity),
            ("Identity:BaseUrl", Address(PlatformServices.Sandbox)),
            ("Identity:PublicUrl", Address(PlatformServices.Gateway)),
            ("Identity:ApiKey", secrets.SandboxApiKey),
            ("Identity:CallbackSecret", secrets.SandboxCallbackSecret),
        ],
        TransactionsApp.Noun =>
        [
            .. AsService(),
            ("Transactions:MasterKey", secrets.KeyOf(noun)),
            ("Transactions:PublicUrl", Address(PlatformServices.Gateway)),
            .. SandboxProviders.Settings(Address(PlatformServices.Sandbox), secrets),
        ],
        LedgerApp.Noun =>
        [
            ("Ledger:SigningKey", secrets.SigningKeyOf(noun)),
            ("Ledger:CheckpointFolder", folder.In("checkpoints")),
        ],
        NotificationsApp.Noun =>
        [
            .. AsService(),
            ("Notifications:MasterKey", secrets.KeyOf(noun)),
            // The partner's receiver is the sandbox, on this machine.
            ("Webhooks:AllowPrivateAddresses", "true"),
            .. Email(),
        ],
        _ => [],
    };

    /// <summary>Into a folder, unless a mail server is given.</summary>
    private IEnumerable<(string Key, string Value)> Email() =>
        options.Configuration["Email:SmtpHost"] is { Length: > 0 }
            ? []
            :
            [
                ("Email:From", "FinCode <no-reply@fincode.example>"),
                ("Email:SmtpHost", ""),
                ("Email:PickupFolder", folder.In("mail")),
            ];

    /// <summary>How one service proves to another that it is one.</summary>
    private IEnumerable<(string Key, string Value)> AsService() =>
    [
        ("Auth:ServiceClientId", ServiceClientId),
        ("Auth:ServiceClientSecret", secrets.ServiceClientSecret),
    ];

    private string Address(string noun) =>
        string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{ports[noun]}");
}
