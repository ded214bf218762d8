using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FinCode.Gateway.Tests;

/// <summary>A way to Redis that a test can cut, hold up and mend, without touching the Redis that others use.</summary>
internal sealed class RedisLink : IAsyncDisposable
{
    private readonly string _redis;
    private readonly int _port;
    private readonly ConcurrentBag<TcpClient> _open = [];
    private TcpListener? _listener;
    private volatile bool _isHeldUp;

    private RedisLink(string redis)
    {
        _redis = redis;
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        _port = ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public string ConnectionString => $"127.0.0.1:{_port}";

    public static RedisLink To(string redis)
    {
        var link = new RedisLink(redis);
        link.Mend();
        return link;
    }

    public void Mend()
    {
        _isHeldUp = false;
        if (_listener is not null)
            return;
        _listener = new TcpListener(IPAddress.Loopback, _port);
        _listener.Start();
        _ = AcceptAsync(_listener);
    }

    /// <summary>Connections stay open, but nothing comes through: as a stalled server.</summary>
    public void HoldUp() => _isHeldUp = true;

    public void Cut()
    {
        _listener?.Dispose();
        _listener = null;
        while (_open.TryTake(out var client))
            client.Dispose();
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                _open.Add(near);
                _open.Add(far);
                await far.ConnectAsync(IPEndPoint.Parse(_redis));
                _ = CopyAsync(near, far);
                _ = CopyAsync(far, near);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The link was cut.
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to)
    {
        var buffer = new byte[4096];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is var length and > 0)
                if (!_isHeldUp)
                    await to.GetStream().WriteAsync(buffer.AsMemory(0, length));
        }
        catch (Exception exception)
            when (exception is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The link was cut.
        }
        from.Dispose();
        to.Dispose();
    }
}
