using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using FinCode.Standalone.Kafka.Network;

namespace FinCode.Standalone.Kafka;

/// <summary>
/// A single-node broker that speaks Kafka's protocol on a loopback port, for development and tests. It keeps
/// acknowledged messages over the death of its process; it has no replicas, no encryption and no transactions.
/// </summary>
internal sealed class KafkaBroker : IAsyncDisposable
{
    private static readonly TimeSpan s_groupCheckInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_connectionCheckInterval = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan s_acceptPause = TimeSpan.FromMilliseconds(50);

    private readonly BrokerState _state;
    private readonly Socket _listener;
    private readonly FileStream _folderLock;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<ClientConnection, Task> _connections = new();
    private readonly List<ITimer> _timers = [];
    private Task _accepting = Task.CompletedTask;
    private int _stopped;

    private KafkaBroker(BrokerState state, Socket listener, FileStream folderLock)
    {
        _state = state;
        _listener = listener;
        _folderLock = folderLock;
        Port = ((IPEndPoint)listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    /// <summary>Host and port as clients want it: "127.0.0.1:9092".</summary>
    public string BootstrapServers => $"{BrokerState.Host}:{Port}";

    /// <summary>Reads the data folder and listens; when this returns, clients are served.</summary>
    /// <exception cref="IOException">The folder is used by another broker or cannot be written.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    /// <exception cref="InvalidDataException">A file of the folder is damaged other than at its end.</exception>
    public static Task<KafkaBroker> StartAsync(
        KafkaBrokerOptions options, TimeProvider? time = null, CancellationToken cancellation = default)
    {
        options.Validate();
        return Task.Run(() => Start(options, time ?? TimeProvider.System), cancellation);
    }

    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 1)
            return;
        // First of all: whoever accepts must see that the end of the listener is meant.
        await _stopping.CancelAsync();
        _listener.Dispose();
        foreach (var timer in _timers)
            await timer.DisposeAsync();
        await _accepting;
        foreach (var connection in _connections.Keys)
            connection.Dispose();
        await Task.WhenAll(_connections.Values);
        _state.Dispose();
        await _folderLock.DisposeAsync();
        _stopping.Dispose();
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private static KafkaBroker Start(KafkaBrokerOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.DataFolder);
        var folderLock = LockFolder(options.DataFolder);
        BrokerState? state = null;
        Socket? listener = null;
        try
        {
            state = BrokerState.Open(options, time);
            state.Recover();
            listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, options.Port));
            listener.Listen(backlog: 512);
            var broker = new KafkaBroker(state, listener, folderLock);
            state.AdvertisedPort = options.AdvertisedPort == 0 ? broker.Port : options.AdvertisedPort;
            broker.Begin();
            BrokerLog.Started(options.Logger, broker.BootstrapServers, options.DataFolder);
            return broker;
        }
        catch
        {
            listener?.Dispose();
            state?.Dispose();
            folderLock.Dispose();
            throw;
        }
    }

    private static FileStream LockFolder(string folder)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, "broker.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"The folder {folder} is in use by another broker: {e.Message}", e);
        }
    }

    private void Begin()
    {
        _accepting = AcceptAsync();
        Every(s_groupCheckInterval, _state.Groups.Tick);
        Every(s_connectionCheckInterval, () =>
        {
            foreach (var connection in _connections.Keys)
                connection.CloseIfOverdue();
        });
        Every(_state.Options.RetentionCheckInterval, _state.EnforceRetention);
    }

    private void Every(TimeSpan interval, Action sweep)
    {
        var running = 0;
        _timers.Add(_state.Time.CreateTimer(_ =>
        {
            // A sweep that takes longer than its interval is not joined by a second one.
            if (Interlocked.Exchange(ref running, 1) == 1)
                return;
            try
            {
                sweep();
            }
            catch (Exception e)
            {
                BrokerLog.SweepFailed(_state.Options.Logger, e);
            }
            finally
            {
                Volatile.Write(ref running, 0);
            }
        }, null, interval, interval));
    }

    private async Task AcceptAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await _listener.AcceptAsync(_stopping.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException) when (!_stopping.IsCancellationRequested)
            {
                // A client that gave up in the backlog, or no file handle left for now: neither ends the listening.
                await Task.Delay(s_acceptPause, _state.Time, _stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                continue;
            }
            catch (SocketException)
            {
                return;
            }
            Serve(socket);
        }
    }

    private void Serve(Socket socket)
    {
        if (_connections.Count >= _state.Options.MaxConnections)
        {
            BrokerLog.Refused(_state.Options.Logger, "a client", "there are too many connections");
            socket.Dispose();
            return;
        }
        socket.NoDelay = true;
        var connection = new ClientConnection(socket, _state);
        var served = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _connections[connection] = served.Task;
        _ = Task.Run(async () =>
        {
            try
            {
                await connection.RunAsync(_stopping.Token);
            }
            finally
            {
                _connections.TryRemove(connection, out _);
                served.SetResult();
            }
        });
    }
}
