using System.Text.Json;
using FinCode.ServiceDefaults;
using FinCode.Standalone.Servers;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// The whole platform in this process: every service as its own web application on its own port with its own
/// database, so that none
/// can reach another except over HTTP or Kafka. When <c>StartAsync</c> returns, every service is healthy.
/// </summary>
internal sealed class Platform : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ServerCheckInterval = TimeSpan.FromMilliseconds(500);

    private readonly DataFolder _folder;
    private readonly PlatformServers _servers;
    private readonly List<EmbeddedService> _services = [];
    private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _watch;
    private Func<ServiceDefinition, CancellationToken, Task<EmbeddedService>>? _start;

    private Platform(DataFolder folder, PlatformServers servers, PlatformSecrets secrets)
    {
        _folder = folder;
        _servers = servers;
        Secrets = secrets;
        _watch = TimeProvider.System.CreateTimer(_ =>
        {
            if (_servers.Ended() is { } name)
                _ended.TrySetResult($"{name} has ended; its log is in {_folder.Path}.");
        }, null, ServerCheckInterval, ServerCheckInterval);
    }

    public PlatformSecrets Secrets { get; }

    public DataFolder Folder => _folder;

    public Uri Gateway => Address(PlatformServices.Gateway);

    /// <summary>The broker's bootstrap servers.</summary>
    public string Kafka => _servers.Kafka;

    public Uri Sandbox => Address(PlatformServices.Sandbox);

    /// <summary>
    /// Completes, with a sentence that says what happened, when a service or a server ends without having been
    /// asked to.
    /// </summary>
    public Task<string> Ended => _ended.Task;

    public IReadOnlyList<(string Noun, Uri Address)> Addresses => [.. _services
        .Select(service => (service.Noun, service.Address))];

    public static async Task<Platform> StartAsync(PlatformOptions options,
        CancellationToken cancellationToken = default)
    {
        var folder = DataFolder.Open(options.DataFolder);
        return await StartAsync(folder, options, cancellationToken);
    }

    /// <summary>Takes the open folder over; it is closed when the platform is, or when this throws.</summary>
    public static async Task<Platform> StartAsync(DataFolder folder, PlatformOptions options,
        CancellationToken cancellationToken)
    {
        PlatformServers? servers = null;
        Platform? platform = null;
        try
        {
            Directory.CreateDirectory(folder.In("logs"));
            var secrets = PlatformSecrets.Of(folder);
            options.Progress("starting PostgreSQL, Redis and the broker");
            servers = await PlatformServers.StartAsync(options, folder, cancellationToken);
            platform = new Platform(folder, servers, secrets);
            await platform.StartServicesAsync(options, cancellationToken);
            return platform;
        }
        catch
        {
            if (platform is not null)
                await platform.DisposeAsync();
            else
            {
                if (servers is not null)
                    await servers.DisposeAsync();
                folder.Dispose();
            }
            throw;
        }
    }

    public Uri Address(string noun) => _services.Single(service => service.Noun == noun).Address;

    /// <summary>Takes one service away; the others run on without it.</summary>
    public async Task StopServiceAsync(string noun)
    {
        var service = _services.Single(service => service.Noun == noun);
        _services.Remove(service);
        await service.StopAsync();
        await service.DisposeAsync();
    }

    /// <summary>The service comes back where it was; returns when all are healthy.</summary>
    public async Task StartServiceAsync(string noun, CancellationToken cancellationToken)
    {
        var definition = PlatformServices.All.Single(service => service.Noun == noun);
        _services.Add(await _start!(definition, cancellationToken));
        await WaitUntilHealthyAsync(cancellationToken);
    }

    /// <summary>The door closes first, then the services finish what they are at, then the servers stop.</summary>
    public async ValueTask DisposeAsync()
    {
        await _watch.DisposeAsync();
        if (_services.FirstOrDefault(service => service.Noun == PlatformServices.Gateway) is { } gateway)
            await gateway.StopAsync();
        await Task.WhenAll(_services.Where(service => service.Noun != PlatformServices.Gateway)
            .Select(service => service.StopAsync()));
        foreach (var service in Enumerable.Reverse(_services))
            await service.DisposeAsync();
        await _servers.DisposeAsync();
        _folder.Dispose();
    }

    private async Task StartServicesAsync(PlatformOptions options, CancellationToken cancellationToken)
    {
        var ports = PlatformPorts.Of(
            _folder, PlatformServices.All.Select(service => service.Noun), PlatformServices.Gateway,
                options.GatewayPort);
        options.Progress("creating and migrating the databases");
        var databases = new Dictionary<string, ServiceDatabase>();
        foreach (var service in PlatformServices.All.Where(service => service.Migrations.Count > 0))
            databases[service.Noun] = await MigrateAsync(service, cancellationToken);

        var settings = new ServiceSettings(options, _folder, _servers, databases, Secrets, ports);
        options.Progress("starting the services");
        _start = (service, stopping) => EmbeddedService.StartAsync(
            service, ports[service.Noun], settings.For(service.Noun), _folder,
            noun => _ended.TrySetResult($"The service {noun} has ended; {_folder.In("logs")} says why."), stopping);
        foreach (var service in PlatformServices.All)
            _services.Add(await _start(service, cancellationToken));
        await WaitUntilHealthyAsync(cancellationToken);
    }

    private async Task<ServiceDatabase> MigrateAsync(ServiceDefinition service, CancellationToken cancellationToken)
    {
        var database = await ServiceDatabase.ProvisionAsync(
            _servers.Postgres, service.Noun, service.Noun, Secrets.DatabasePassword, template: null, cancellationToken);
        var asOwner = new Dictionary<string, string?> { [$"ConnectionStrings:{service.Noun}-owner"] = database.Owner };
        await service.MigrateAsync(new ConfigurationBuilder().AddInMemoryCollection(asOwner).Build(),
            cancellationToken);
        return database;
    }

    private async Task WaitUntilHealthyAsync(CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        var since = TimeProvider.System.GetTimestamp();
        foreach (var service in _services)
        {
            while (await ComplaintAsync(client, service, cancellationToken) is { } complaint)
            {
                if (_ended.Task.IsCompleted)
                    throw new InvalidOperationException(await _ended.Task);
                if (TimeProvider.System.GetElapsedTime(since) > ReadyLimit)
                    throw new InvalidOperationException(
                        $"The service {service.Noun} does not become healthy: {complaint}");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
            }
        }
    }

    /// <summary>Null when the service says that it and all it depends on are healthy.</summary>
    private static async Task<string?> ComplaintAsync(
        HttpClient client, EmbeddedService service, CancellationToken cancellationToken)
    {
        try
        {
            var text = await client.GetStringAsync(new Uri(service.Address, "health"), cancellationToken);
            using var report = JsonDocument.Parse(text);
            return report.RootElement.GetProperty("status").GetString() == "Healthy" ? null : text;
        }
        catch (HttpRequestException exception)
        {
            return exception.Message;
        }
    }
}
