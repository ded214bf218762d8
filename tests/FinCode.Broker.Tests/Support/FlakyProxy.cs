using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FinCode.Broker.Tests.Support;

/// <summary>
/// A forwarder between clients and the broker. It can cut a connection instead of passing on an answer, which is what
/// makes an idempotent producer send a batch again that was already taken, and it keeps the requests it saw.
/// </summary>
internal sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentBag<MemoryStream> _requests = [];
    private readonly ConcurrentBag<Task> _pumps = [];
    private readonly Random _random;
    private readonly Lock _gate = new();
    private Task _accepting = Task.CompletedTask;
    private int _cuts;

    public FlakyProxy(int seed)
    {
        _random = new Random(seed);
        _listener.Start();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Bootstrap => $"127.0.0.1:{Port}";

    /// <summary>
    /// Of 100 answers, so many are swallowed with their connection; above 0 the first one is, always.
    /// </summary>
    public int CutPercent { get; set; }

    public int Cuts => Volatile.Read(ref _cuts);

    public void ForwardTo(int port) => _accepting = AcceptAsync(port);

    /// <summary>The whole frames that clients sent, each with its length in front.</summary>
    public List<byte[]> Frames()
    {
        var frames = new List<byte[]>();
        foreach (var stream in _requests)
        {
            byte[] copy;
            lock (stream)
                copy = stream.ToArray();
            for (var at = 0; at + 4 <= copy.Length;)
            {
                var end = at + 4 + System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(copy.AsSpan(at));
                if (end > copy.Length)
                    break;
                frames.Add(copy[at..end]);
                at = end;
            }
        }
        return frames;
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_pumps);
        _stopping.Dispose();
    }

    private async Task AcceptAsync(int port)
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptSocketAsync(_stopping.Token);
                _pumps.Add(ServeAsync(client, port));
            }
            catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket client, int port)
    {
        using var _ = client;
        using var broker = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var seen = new MemoryStream();
        _requests.Add(seen);
        try
        {
            await broker.ConnectAsync(IPAddress.Loopback, port, _stopping.Token);
            await Task.WhenAny(PumpAsync(client, broker, seen), PumpAsync(broker, client, seen: null));
        }
        catch (SocketException)
        {
            // The broker is not there; the client sees its connection closed.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, MemoryStream? seen)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, SocketFlags.None, _stopping.Token);
                if (read == 0 || (seen is null && IsCut()))
                    return;
                if (seen is not null)
                {
                    lock (seen)
                        seen.Write(buffer, 0, read);
                }
                await to.SendAsync(buffer.AsMemory(0, read), SocketFlags.None, _stopping.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // One side left; the other is closed with it.
        }
    }

    private bool IsCut()
    {
        lock (_gate)
        {
            if (CutPercent == 0 || (_cuts > 0 && _random.Next(100) >= CutPercent))
                return false;
            _cuts++;
            return true;
        }
    }
}
