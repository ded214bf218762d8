using FinCode.Standalone.Kafka;

namespace FinCode.Broker.Tests.Support;

/// <summary>A test with a broker of its own, in a folder of its own.</summary>
public abstract class BrokerTest : IAsyncLifetime
{
    internal TemporaryFolder Folder { get; } = new();

    internal KafkaBroker Broker { get; private set; } = null!;

    protected string Bootstrap => Broker.BootstrapServers;

    private protected virtual TimeProvider Time => TimeProvider.System;

    private protected virtual KafkaBrokerOptions Options => new() { DataFolder = Folder.Path };

    public virtual async Task InitializeAsync() => Broker = await KafkaBroker.StartAsync(Options, Time);

    public virtual async Task DisposeAsync()
    {
        await Broker.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Stops the broker and starts it again over the same files, on the same port.</summary>
    protected async Task RestartAsync(Action? whileDown = null)
    {
        var port = Broker.Port;
        await Broker.StopAsync();
        whileDown?.Invoke();
        Broker = await KafkaBroker.StartAsync(Options with { Port = port }, Time);
    }
}
