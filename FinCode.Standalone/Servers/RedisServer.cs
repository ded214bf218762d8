using System.Globalization;
using System.Net.Sockets;

namespace FinCode.Standalone.Servers;

/// <summary>A private Redis on loopback that keeps nothing on disk.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly ServerProcess _process;

    private RedisServer(ServerProcess process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string ConnectionString => $"127.0.0.1:{Port}";

    public bool HasExited => _process.HasExited;

    public static async Task<RedisServer> StartAsync(string folder, int port, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        port = port == 0 ? FreePort.Find() : port;
        var process = await ServerProcess.StartAsync(
            [
                FindBinary(), "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1",
                "--save", "", "--appendonly", "no", "--dir", folder, "--daemonize", "no",
            ],
            Path.Combine(folder, "redis.log"), SigTerm, user: null, StopLimit);
        var since = TimeProvider.System.GetTimestamp();
        while (!await AnswersAsync(port, cancellationToken))
        {
            if (process.HasExited || TimeProvider.System.GetElapsedTime(since) > StartLimit)
                throw new InvalidOperationException(
                    $"Redis did not start; {Path.Combine(folder, "redis.log")} says why.");
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
        }
        return new RedisServer(process, port);
    }

    public Task StopAsync() => _process.StopAsync();

    public Task KillAsync() => _process.KillAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    public static string? TryFindBinary() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(':', StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "redis-server"))
        .FirstOrDefault(File.Exists);

    private static string FindBinary() => TryFindBinary() ?? throw new InvalidOperationException(
        "Redis is not installed. Install it (on Debian: apt-get install redis-server).");

    private static async Task<bool> AnswersAsync(int port, CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
