using FinCode.ServiceDefaults;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FinCode.Standalone.Hosting;

/// <summary>
/// One service inside this process: its own web application, port, configuration and log; it shares nothing with
/// the others.
/// </summary>
internal sealed class EmbeddedService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly LogFile _log;
    private bool _isStopping;

    private EmbeddedService(string noun, Uri address, WebApplication app, LogFile log)
    {
        Noun = noun;
        Address = address;
        _app = app;
        _log = log;
    }

    public string Noun { get; }

    public Uri Address { get; }

    /// <param name="onEnd">Hears when the service ends without having been asked to.</param>
    public static async Task<EmbeddedService> StartAsync(
        ServiceDefinition definition, int port, IReadOnlyDictionary<string, string?> settings, DataFolder folder,
        Action<string> onEnd, CancellationToken cancellationToken)
    {
        var address = new Uri($"http://127.0.0.1:{port}");
        var log = new LogFile(Path.Combine(folder.In("logs"), definition.Noun + ".log"), TimeProvider.System);
        var app = definition.Build([], builder =>
        {
            builder.Configuration.AddInMemoryCollection(settings);
            builder.WebHost.UseUrls(address.ToString());
            builder.Logging.ClearProviders().AddProvider(log)
                .SetMinimumLevel(LogLevel.Warning)
                .AddFilter("FinCode", LogLevel.Information);
            builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, EmbeddedLifetime>());
            builder.Services.AddDataProtection()
                .SetApplicationName(definition.Noun)
                .PersistKeysToFileSystem(Directory.CreateDirectory(Path.Combine(folder.In("keys"), definition.Noun)));
        });
        var service = new EmbeddedService(definition.Noun, address, app, log);
        try
        {
            // A background service that throws stops its own host only, which would go on answering.
            app.Lifetime.ApplicationStopping.Register(() =>
            {
                if (!Volatile.Read(ref service._isStopping))
                    onEnd(definition.Noun);
            });
            await app.StartAsync(cancellationToken);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>Lets requests, jobs and the consumer finish, within the host's shutdown limit.</summary>
    public async Task StopAsync()
    {
        Volatile.Write(ref _isStopping, true);
        await _app.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref _isStopping, true);
        await _app.DisposeAsync();
        _log.Dispose();
    }
}
