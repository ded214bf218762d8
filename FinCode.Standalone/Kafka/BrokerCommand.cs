using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace FinCode.Standalone.Kafka;

/// <summary>The broker as a process of its own: <c>broker --data FOLDER [--port N] [--fsync]</c>.</summary>
internal static class BrokerCommand
{
    private const string Usage = "usage: broker --data FOLDER [--port N] [--fsync]";

    /// <summary>Runs until SIGTERM, SIGINT or the token; the arguments are those after the word "broker".</summary>
    /// <returns>0 after a clean stop, 1 when it could not run, 2 for wrong arguments.</returns>
    public static async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        if (Parse(args) is not { } options)
        {
            await Console.Error.WriteLineAsync(Usage);
            return 2;
        }
        using var logging = LoggerFactory.Create(builder =>
            builder.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        try
        {
            options = options with { Logger = logging.CreateLogger<KafkaBroker>() };
            await using var broker = await KafkaBroker.StartAsync(options, TimeProvider.System, stopping.Token);
            await Console.Out.WriteLineAsync($"broker ready on {broker.BootstrapServers}");
            await Console.Out.FlushAsync(CancellationToken.None);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is IOException or SocketException or InvalidDataException)
        {
            await Console.Error.WriteLineAsync($"The broker cannot run: {e.Message}");
            return 1;
        }
        return 0;

        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stopping.Cancel();
        }
    }

    private static KafkaBrokerOptions? Parse(string[] args)
    {
        string? folder = null;
        var port = 0;
        var fsync = false;
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--data" when i + 1 < args.Length:
                    folder = args[++i];
                    break;
                case "--port" when i + 1 < args.Length
                    && ushort.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                    port = number;
                    i++;
                    break;
                case "--fsync":
                    fsync = true;
                    break;
                default:
                    return null;
            }
        }
        return string.IsNullOrWhiteSpace(folder)
            ? null
            : new KafkaBrokerOptions { DataFolder = folder, Port = port, Fsync = fsync };
    }
}
