using System.Security.Cryptography;
using FinCode.Benches.Harness;
using FinCode.Ledger;
using FinCode.ServiceDefaults;
using FinCode.Standalone.Kafka;
using FinCode.Standalone.Servers;
using FinCode.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FinCode.Benches.Ledger;

/// <summary>
/// The ledger as it runs in production, with its jobs, its relay and its consumer, on a database of its own that its own
/// migrations made.
/// </summary>
internal sealed class LedgerUnderBench : IAsyncDisposable
{
    private const string Password = "only-on-loopback-while-a-bench-runs";

    private readonly WebApplication _app;
    private readonly KafkaBroker _broker;

    private LedgerUnderBench(WebApplication app, KafkaBroker broker, ServiceDatabase database)
    {
        _app = app;
        _broker = broker;
        Owner = database.Owner;
    }

    public IServiceProvider Services => _app.Services;

    /// <summary>The database as its owner, who sees every row.</summary>
    public string Owner { get; }

    /// <param name="template">A database to copy, which nobody is connected to; null for an empty one.</param>
    public static async Task<LedgerUnderBench> StartAsync(
        BenchServer server, string databaseName, string? template, CancellationToken cancellationToken)
    {
        var service = LedgerApp.Service;
        var database = await ServiceDatabase.ProvisionAsync(
            server.Postgres, service.Noun, databaseName, Password, template, cancellationToken);
        if (template is null)
            await service.MigrateAsync(Settings($"{service.Noun}-owner", database.Owner), cancellationToken);
        var broker = await KafkaBroker.StartAsync(new KafkaBrokerOptions
        {
            DataFolder = Directory.CreateDirectory(Path.Combine(server.Folder, "broker-" + databaseName)).FullName,
            DefaultPartitions = 4,
        }, cancellation: cancellationToken);
        var issuer = await TestIssuer.SharedAsync();
        using var signingKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var app = service.Build([], builder =>
        {
            builder.Logging.ClearProviders().AddConsole(console =>
                console.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                [$"ConnectionStrings:{service.Noun}"] = database.App,
                ["ConnectionStrings:kafka"] = broker.BootstrapServers,
                ["Auth:Issuer"] = TestIssuer.Issuer,
                ["Auth:JwksUrl"] = issuer.JwksUrl,
                ["Auth:TokenUrl"] = issuer.TokenUrl,
                ["Auth:ServiceClientId"] = "service",
                ["Auth:ServiceClientSecret"] = "only-in-benches",
                ["Ledger:SigningKey"] = signingKey.ExportPkcs8PrivateKeyPem(),
                ["Telemetry:Register"] = "false",
            });
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        });
        await app.StartAsync(cancellationToken);
        return new LedgerUnderBench(app, broker, database);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _broker.DisposeAsync();
    }

    private static IConfiguration Settings(string name, string connectionString) => new ConfigurationBuilder()
        .AddInMemoryCollection(new Dictionary<string, string?> { [$"ConnectionStrings:{name}"] = connectionString })
        .Build();
}
