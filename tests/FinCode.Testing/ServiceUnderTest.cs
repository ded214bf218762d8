using System.Net.Http.Headers;
using System.Security.Cryptography;
using FinCode.Contracts;
using FinCode.ServiceDefaults;
using FinCode.Standalone.Kafka;
using FinCode.Standalone.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace FinCode.Testing;

/// <summary>
/// One service as it runs in production, on a loopback port, with a database and a broker of its own, and tokens from
/// <see cref="TestIssuer"/>. Cheap enough for a test class; tests inside share it, each with its own tenant.
/// </summary>
public sealed class ServiceUnderTest : IAsyncDisposable
{
    /// <summary>Of this test process; only the ledger looks at it.</summary>
    private static readonly ECDsa s_signingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private readonly KafkaBrokerOptions _brokerOptions;
    private KafkaBroker _broker;
    private readonly bool _ownsBroker;
    private readonly TestIssuer _issuer;
    private readonly ServiceDatabase? _database;

    private ServiceUnderTest(
        WebApplication app, KafkaBroker broker, KafkaBrokerOptions brokerOptions, bool ownsBroker, TestIssuer issuer,
        ServiceDatabase? database)
    {
        App = app;
        _broker = broker;
        _brokerOptions = brokerOptions with { Port = broker.Port };
        _ownsBroker = ownsBroker;
        _issuer = issuer;
        _database = database;
        Events = new EventProbe(broker.BootstrapServers);
        Owner = NpgsqlDataSource.Create(database?.Owner ?? "Host=127.0.0.1");
    }

    public WebApplication App { get; }

    public Uri Address => new(App.Urls.First());

    /// <summary>What the service publishes, and a way to publish to it.</summary>
    public EventProbe Events { get; }

    /// <summary>The database as its owner, who sees every tenant's rows.</summary>
    public NpgsqlDataSource Owner { get; }

    /// <summary>The connection string of the service's own, least-privileged role.</summary>
    public string AppConnectionString => _database!.App;

    public string BootstrapServers => _broker.BootstrapServers;

    public IServiceProvider Services => App.Services;

    /// <param name="service">What to run.</param>
    /// <param name="settings">Further configuration; may replace what is set here.</param>
    /// <param name="configure">Replace the clock, capture the logs, ...</param>
    public static async Task<ServiceUnderTest> StartAsync(
        ServiceDefinition service, IReadOnlyDictionary<string, string?>? settings = null,
        Action<WebApplicationBuilder>? configure = null)
    {
        var brokerOptions = new KafkaBrokerOptions
        {
            DataFolder = TestServers.NewFolder("broker"),
            DefaultPartitions = 4,
        };
        var broker = await KafkaBroker.StartAsync(brokerOptions);
        var database = service.Migrations.Count > 0 ? await TestServers.NewDatabaseAsync(service) : null;
        return await StartAsync(service, broker, brokerOptions, ownsBroker: true, database, settings, configure);
    }

    /// <summary>A second replica of the service on the same database and broker.</summary>
    public Task<ServiceUnderTest> StartReplicaAsync(
        ServiceDefinition service, IReadOnlyDictionary<string, string?>? settings = null,
        Action<WebApplicationBuilder>? configure = null) =>
        StartAsync(service, _broker, _brokerOptions, ownsBroker: false, _database, settings, configure);

    /// <summary>
    /// A client with a token of the tenant; values in lower case with a colon are scopes, the others roles.
    /// </summary>
    public HttpClient Client(TenantId tenant, params string[] rolesAndScopes) =>
        ClientAs("tester", tenant, rolesAndScopes);

    /// <summary>The same for a named person or machine: the token's subject.</summary>
    public HttpClient ClientAs(string subject, TenantId? tenant, params string[] rolesAndScopes)
    {
        var scopes = rolesAndScopes.Where(value => value.Contains(':', StringComparison.Ordinal));
        var roles = rolesAndScopes.Where(value => !value.Contains(':', StringComparison.Ordinal));
        var client = AnonymousClient();
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", _issuer.Token(tenant, roles, scopes, subject));
        return client;
    }

    public HttpClient AnonymousClient() => new() { BaseAddress = Address };

    public Task PublishAsync<TEvent>(TenantId tenant, TEvent message, Guid? id = null) where TEvent : IEvent =>
        Events.PublishAsync(tenant, message, id);

    /// <summary>Takes the broker away; what it has acknowledged stays in its folder.</summary>
    public Task StopBrokerAsync() => _broker.StopAsync();

    /// <summary>The broker comes back on the same port and folder.</summary>
    public async Task StartBrokerAgainAsync() => _broker = await KafkaBroker.StartAsync(_brokerOptions);

    public async ValueTask DisposeAsync()
    {
        await Events.DisposeAsync();
        await App.StopAsync();
        await App.DisposeAsync();
        await Owner.DisposeAsync();
        if (_ownsBroker)
            await _broker.DisposeAsync();
    }

    private static async Task<ServiceUnderTest> StartAsync(
        ServiceDefinition service, KafkaBroker broker, KafkaBrokerOptions brokerOptions, bool ownsBroker,
        ServiceDatabase? database, IReadOnlyDictionary<string, string?>? settings,
        Action<WebApplicationBuilder>? configure)
    {
        var issuer = await TestIssuer.SharedAsync();
        var app = service.Build([], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"ConnectionStrings:{service.Noun}"] = database?.App,
                ["ConnectionStrings:kafka"] = broker.BootstrapServers,
                ["Auth:Issuer"] = TestIssuer.Issuer,
                ["Auth:JwksUrl"] = issuer.JwksUrl,
                ["Auth:TokenUrl"] = issuer.TokenUrl,
                ["Auth:ServiceClientId"] = "service",
                ["Auth:ServiceClientSecret"] = "only-in-tests",
                ["Ledger:SigningKey"] = s_signingKey.ExportPkcs8PrivateKeyPem(),
                ["Telemetry:Register"] = "false",
            });
            if (settings is not null)
                builder.Configuration.AddInMemoryCollection(settings);
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new ServiceUnderTest(app, broker, brokerOptions, ownsBroker, issuer, database);
    }
}
